import { z } from "zod";
import type { Looked } from "../looked.ts";
import { ToolProblem } from "../react/converse.ts";
import type { Prepared } from "../react/step.ts";
import type { ToolDeclaration } from "../reasoner.ts";

/**
 * One way to look further. A tool reads through the ports of `Looked` and answers text; it must never write anywhere, and
 * takes no argument that could name a place outside the range that is analysed.
 */
export type Tool = {
  readonly name: string;
  readonly declaration: ToolDeclaration;
  readonly prepare: (args: unknown) => Prepared;
  readonly run: (looked: Looked, args: unknown) => Promise<string>;
};

export function defineTool<S extends z.ZodObject>(tool: {
  readonly name: string;
  readonly description: string;
  readonly args: S;
  readonly run: (looked: Looked, args: z.output<S>) => Promise<string>;
}): Tool {
  const { $schema: _, ...parameters } = z.toJSONSchema(tool.args, { io: "input" });
  return {
    name: tool.name,
    declaration: { name: tool.name, description: tool.description, parameters },
    prepare: (args) => {
      const parsed = tool.args.safeParse(args ?? {});
      return parsed.success ? { ok: true, args: parsed.data } : { ok: false, problem: wrongArguments(parsed.error) };
    },
    // Only what `prepare` checked comes here; parsing again keeps that true whoever calls.
    run: async (looked, args) => tool.run(looked, tool.args.parse(args)),
  };
}

function wrongArguments(error: z.ZodError): string {
  const issue = error.issues[0];
  return `wrong arguments: ${issue?.path.join(".") || "(all)"}: ${issue?.message ?? "not valid"}`.slice(0, 300);
}

/** Seven digits and more, as people write commits. Which one it is, and whether it may be looked at, `commitOf` decides. */
export const CommitArgument = z
  .string()
  .regex(
    /^(?:[0-9a-f]{7,40}|head|last-good)$/,
    "give 7 to 40 hex digits of a commit in the range, `head` or `last-good`",
  )
  .describe("7 to 40 hex digits of a commit in the range, or `head`, or `last-good`");

/** A path as git knows it: relative, no dots that climb, no line breaks. */
export const PathArgument = z
  .string()
  .min(1)
  .max(300)
  .refine((path) => !/^\/|\\|\p{Cc}|(?:^|\/)\.{1,2}(?:\/|$)/u.test(path), "give a path relative to the root")
  .describe("Path relative to the root of the repository");

/** Text to look for, as it stands in one line. */
export const LineArgument = z
  .string()
  .min(2)
  .max(200)
  .refine((text) => !/\p{Cc}/u.test(text), "give text of one line")
  .describe("Literal text, within one line");

/** The one revision of the range that these digits name. Throws `ToolProblem` for any other. */
export function commitOf(looked: Looked, digits: string): string {
  if (digits === "head") return looked.bad;
  if (digits === "last-good") return looked.good;
  const known = [...looked.range.commits.map(({ sha }) => sha), looked.good];
  const [sha, ...others] = known.filter((one) => one.startsWith(digits));
  if (sha === undefined) throw new ToolProblem("no commit of the range starts with these digits");
  if (others.length > 0) throw new ToolProblem("several commits of the range start with these digits; give more");
  return sha;
}
