import type { Sha } from "../kernel/sha.ts";
import type { Plumbing } from "./plumbing.ts";

/** 1-based, in the file on the side that shows it. */
export type ChangedLine = { readonly side: "removes" | "adds"; readonly line: number; readonly text: string };

/** The changed lines of each file, or why nobody could look at them. */
export type ChangedLines = ReadonlyMap<string, readonly ChangedLine[] | string>;

/** The lines that differ between two trees, in the files at these paths; what of them is missing here is fetched. */
export async function changedLines(git: Plumbing, from: Sha, to: Sha, paths: readonly string[]): Promise<ChangedLines> {
  const lines = new Map<string, readonly ChangedLine[] | string>();
  for (let start = 0; start < paths.length; start += PATHS_PER_CALL) {
    const chunk = paths.slice(start, start + PATHS_PER_CALL).sort(byBytes);
    for (const [path, found] of await linesOf(git, from, to, chunk)) lines.set(path, found);
  }
  return lines;
}

const PATHS_PER_CALL = 100;

/** What git cannot give for all of them is asked for in halves, and a file alone that it cannot give has a reason instead. */
async function linesOf(git: Plumbing, from: Sha, to: Sha, paths: readonly string[]): Promise<ChangedLines> {
  const patch = await git
    .run(["--literal-pathspecs", "diff", ...PATCH, from, to, "--", ...paths])
    .catch((error: unknown) => ({ why: whyNot(error) }));
  if (typeof patch !== "string" && paths.length === 1) return new Map(paths.map((path) => [path, patch.why]));
  if (typeof patch !== "string") {
    const half = Math.ceil(paths.length / 2);
    const [first, second] = [
      await linesOf(git, from, to, paths.slice(0, half)),
      await linesOf(git, from, to, paths.slice(half)),
    ];
    return new Map([...first, ...second]);
  }
  const patches = `\n${patch}`.split("\ndiff --git ").slice(1);
  // One patch per path in git's own order; the header's quoting of hostile names need not be undone.
  if (patches.length !== paths.length) throw new Error("invariant: git left out or added a patch");
  return new Map(paths.map((path, i) => [path, parsePatch(patches[i] ?? "")]));
}

/**
 * A server that answers but has no pack to give lacks an object, and changes may be more than anybody reads; anything else, a
 * broken wire above all, is a failure.
 */
function whyNot(error: unknown): string {
  const said = error instanceof Error ? error.message : "";
  if (/expected 'packfile'/.test(said) && /could not fetch [0-9a-f]{40} from promisor remote/.test(said))
    return "not looked into: the repository itself lacks its content";
  if (/gave more than \d+ bytes/.test(said)) return "not looked into: its changes are too large";
  throw error;
}

const PATCH = [
  "-U0",
  // One NUL makes git call a file binary and show nothing of it.
  "--text",
  "--no-color",
  "--no-ext-diff",
  "--no-textconv",
  "--no-renames",
  "--full-index",
  "--src-prefix=a/",
];

function parsePatch(patch: string): readonly ChangedLine[] {
  const changed: ChangedLine[] = [];
  let [oldLine, newLine, inHunk] = [0, 0, false];
  // Letters of two bytes are read as the one that ASCII has.
  for (const text of patch.replaceAll("\0", "").split("\n")) {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text);
    if (hunk) {
      [oldLine, newLine, inHunk] = [Number(hunk[1]), Number(hunk[2]), true];
    } else if (inHunk && text.startsWith("-")) {
      changed.push({ side: "removes", line: oldLine++, text: text.slice(1, 1000) });
    } else if (inHunk && text.startsWith("+")) {
      changed.push({ side: "adds", line: newLine++, text: text.slice(1, 1000) });
    }
  }
  return changed;
}

/** Git sorts paths by bytes; JavaScript's own order is by UTF-16 units, which differs above U+FFFF. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
