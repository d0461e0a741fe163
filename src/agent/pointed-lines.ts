import type { Sha } from "../kernel/sha.ts";
import { filesOf } from "./candidates.ts";
import type { Looked } from "./looked.ts";
import { culpritOf } from "./options.ts";

/** A line of the first suspect to look at. The path is hostile text. */
export type PointedLine = {
  readonly path: string;
  /** From 1: at the bad head for a line of the stack trace, in the suspect's own version for a changed one. */
  readonly line: number;
  readonly sha: Sha;
  readonly why: "stack-trace" | "changed";
};

/**
 * Where to look first: the lines of the stack trace that the first suspect wrote; without any, where its changes begin, but only
 * if it is named as the culprit. At most five; none when nothing speaks clearly enough.
 */
export function pointedLines(looked: Looked): readonly PointedLine[] {
  const first = looked.ranking.ranked[0]?.sha;
  const traced = looked.blamed.filter(({ sha }) => sha === first);
  if (traced.length > 0) return traced.slice(0, MAX_LINES).map((line) => ({ ...line, why: "stack-trace" }));
  const culprit = culpritOf(looked);
  return culprit === null ? [] : changedLines(looked, culprit).slice(0, MAX_LINES);
}

/** GitHub keeps ten warnings of a step, and a reader fewer. */
const MAX_LINES = 5;

function changedLines({ range, diffs }: Looked, sha: Sha): readonly PointedLine[] {
  // A deleted file has no line to point at, and a name that git quotes is none that a page would find.
  const files = range.commits.find((commit) => commit.sha === sha)?.files ?? [];
  const there = new Set(files.filter(({ after }) => after !== null).map(({ path }) => path));
  return filesOf(diffs.get(sha) ?? "")
    .filter(({ path }) => there.has(path))
    .flatMap(({ path, text }) => hunkStarts(text).map((line) => ({ path, line, sha, why: "changed" as const })));
}

/** The first changed line of each hunk, as numbered after the change; where lines only went, the one that follows. */
function hunkStarts(text: string): readonly number[] {
  const found: number[] = [];
  let next: number | null = null;
  for (const line of text.split("\n")) {
    const from: string | undefined = HUNK.exec(line)?.[1];
    if (from !== undefined) next = Number(from);
    else if (next !== null && /^[+-]/.test(line)) {
      found.push(Math.max(1, next));
      next = null;
    } else if (next !== null) next += 1;
  }
  return found;
}

const HUNK = /^@@ -\d{1,9}(?:,\d{1,9})? \+(\d{1,9})(?:,\d{1,9})? @@/;
