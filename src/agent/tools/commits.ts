import { z } from "zod";
import { percent } from "../../kernel/percent.ts";
import { shortSha } from "../../kernel/sha.ts";
import { filesOf } from "../candidates.ts";
import { ToolProblem } from "../react/converse.ts";
import { CommitArgument, commitOf, defineTool, PathArgument } from "./tool.ts";

export const suspectRanking = defineTool({
  name: "suspect_ranking",
  description:
    "The commits of the range, likeliest culprit first, with the probability and reasons that code computed.",
  args: z.strictObject({}),
  run: async ({ ranking, range }) => {
    const bySha = new Map(range.commits.map((commit) => [commit.sha, commit]));
    const rows = ranking.ranked.slice(0, 15).map(({ sha, score, reasons }) => {
      const commit = bySha.get(sha);
      return `${shortSha(sha)} ${percent(score)} ${commit?.subject ?? ""} [${reasons.join("; ")}]`;
    });
    return [...rows, `none of these: ${percent(ranking.none)}`].join("\n");
  },
});

export const commitDiff = defineTool({
  name: "commit_diff",
  description:
    "Message and diff of one commit of the range against its first parent; of one file when `path` is given.",
  args: z.strictObject({ commit: CommitArgument, path: PathArgument.optional() }),
  run: async (looked, args) => {
    const sha = commitOf(looked, args.commit);
    const commit = looked.range.commits.find((one) => one.sha === sha);
    if (!commit) throw new ToolProblem("the last good revision has no diff here");
    const names = commit.files.map(({ path, status }) => `${status} ${path}`);
    if (args.path === undefined) {
      const head = [commit.subject, commit.body.slice(0, 1000), ...names.slice(0, 60)];
      const diff =
        looked.diffs.get(sha) ??
        (await readDiff(
          looked,
          sha,
          commit.files.map(({ path }) => path),
        ));
      return `${head.filter((line) => line !== "").join("\n")}\n\n${diff}`;
    }
    if (!commit.files.some(({ path }) => path === args.path))
      throw new ToolProblem("this commit does not change this file");
    const known = filesOf(looked.diffs.get(sha) ?? "").find(({ path }) => path === args.path);
    return known?.text ?? (await readDiff(looked, sha, [args.path]));
  },
});

async function readDiff(
  looked: Parameters<typeof commitOf>[0],
  sha: string,
  paths: readonly string[],
): Promise<string> {
  const found = await looked.eyes.history.diffs([{ sha, paths: paths.slice(0, 20) }]);
  return found.get(sha) ?? "(the content could not be fetched, is too large or is not text)";
}

export const fileHistory = defineTool({
  name: "file_history",
  description: "The commits of the range that changed one file, newest first.",
  args: z.strictObject({ path: PathArgument }),
  run: async ({ range }, { path }) => {
    const found = range.commits.filter(({ files }) => files.some((file) => file.path === path));
    const rows = found.map(
      (commit) =>
        `${shortSha(commit.sha)} ${new Date(commit.commitTime * 1000).toISOString().slice(0, 10)} ${commit.subject}`,
    );
    return rows.length === 0 ? "no commit of the range changed it" : rows.slice(0, 60).join("\n");
  },
});
