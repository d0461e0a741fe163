import { z } from "zod";
import { shortSha } from "../../kernel/sha.ts";
import { ToolProblem } from "../react/converse.ts";
import { CommitArgument, commitOf, defineTool, LineArgument, PathArgument } from "./tool.ts";

export const fileAt = defineTool({
  name: "file_at",
  description: "Numbered lines of a file as it was at one revision; at most 200 lines.",
  args: z.strictObject({
    path: PathArgument,
    commit: CommitArgument.default("head"),
    from: z.int().min(1).max(1_000_000).default(1),
    to: z.int().min(1).max(1_000_000).optional(),
  }),
  run: async (looked, { path, commit, from, to }) => {
    const text = (await looked.eyes.history.filesAt(commitOf(looked, commit), [path])).get(path);
    if (text === undefined) throw new ToolProblem("no such text file at this revision, or it is too large");
    const lines = text.split("\n").slice(from - 1, Math.min(to ?? from + 199, from + 199));
    return lines.map((line, index) => `${from + index}: ${line}`).join("\n");
  },
});

export const blameLines = defineTool({
  name: "blame_lines",
  description: "Which commit of the range last changed each of these lines of a file at the head; at most 80 lines.",
  args: z.strictObject({ path: PathArgument, from: z.int().min(1).max(1_000_000), to: z.int().min(1).max(1_000_000) }),
  run: async (looked, { path, from, to }) => {
    if (to < from) throw new ToolProblem("`to` lies before `from`");
    const lines = await looked.eyes.history.blame(path, from, Math.min(to, from + 79));
    return lines
      .map(({ line, sha, text }) => `${line} ${sha === null ? "before the range" : shortSha(sha)} ${text}`)
      .join("\n");
  },
});

const SEARCHED_FILES = 1200;

export const searchCode = defineTool({
  name: "search_code",
  description: "Lines that hold a text literally, at one revision, in files below a folder or with a path ending.",
  args: z.strictObject({
    text: LineArgument,
    commit: CommitArgument.default("head"),
    under: PathArgument.optional(),
    ending: z
      .string()
      .max(20)
      .regex(/^\.[A-Za-z0-9.]+$/, "for example `.ts`")
      .optional(),
  }),
  run: async (looked, { text, commit, under, ending }) => {
    const sha = commitOf(looked, commit);
    const folder = under?.replace(/\/+$/, "");
    const all = (await looked.eyes.history.paths(sha)).filter(
      (path) =>
        (folder === undefined || path === folder || path.startsWith(`${folder}/`)) &&
        (ending === undefined || path.endsWith(ending)) &&
        !NOT_CODE.test(path),
    );
    const found = await looked.eyes.history.search(sha, [text], all.slice(0, SEARCHED_FILES));
    const rows = found.slice(0, 80).map((one) => `${one.path}:${one.line}: ${one.text.slice(0, 300)}`);
    const unread =
      all.length > SEARCHED_FILES ? [`(${all.length - SEARCHED_FILES} further files were not searched)`] : [];
    return [...(rows.length === 0 ? ["not found"] : rows), ...unread].join("\n");
  },
});

const NOT_CODE =
  /(?:^|\/)(?:node_modules|vendor|dist|third_party)\/|\.(?:png|jpe?g|gif|ico|svg|pdf|zip|gz|lock|min\.js|map|woff2?|ttf|mp4|snap)$|package-lock\.json$|go\.sum$/i;
