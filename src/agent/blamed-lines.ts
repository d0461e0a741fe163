import type { Sha } from "../kernel/sha.ts";
import type { CommitRange, History } from "./ports.ts";
import type { Ranking } from "./suspects/types.ts";
import { SPEAKS_FROM } from "./suspects/weights.ts";
import type { Frame } from "./symptom/traces.ts";

/** A line that a stack trace names, and the commit of the range that last changed it. */
export type BlamedLine = { readonly path: string; readonly line: number; readonly sha: Sha };

/** Asks git who last changed the lines that the stack names, as far as they stand in files that the range changed. */
export async function blameFrames(
  history: History,
  range: CommitRange,
  frames: readonly Frame[],
): Promise<readonly BlamedLine[]> {
  const changed = [...new Set(range.commits.flatMap(({ files }) => files.map(({ path }) => path)))];
  const found: BlamedLine[] = [];
  let asked = 0;
  for (const { path: named, line } of frames) {
    const path = fileNamed(named, changed);
    if (path === null || asked >= MAX_FRAMES) continue;
    asked += 1;
    // A line that the file no longer has, or content that cannot be fetched: then this frame says nothing.
    const blamed = await history.blame(path, line, line).catch(() => []);
    const sha = blamed.find((one) => one.line === line)?.sha ?? null;
    if (sha !== null) found.push({ path, line, sha });
  }
  return found;
}

const MAX_FRAMES = 6;

/** The one changed file that a frame's path can mean; machines name it by a path of their own. */
function fileNamed(named: string, changed: readonly string[]): string | null {
  const fitting = changed.filter((path) => path === named || path.endsWith(`/${named}`) || named.endsWith(`/${path}`));
  return fitting.length === 1 ? (fitting[0] ?? null) : null;
}

/**
 * The ranking after what git said, by Bayes: a commit that wrote the failing line is that many times likelier than one that
 * did not. The ratios are set by hand and kept small, because a line may also be where an older fault shows.
 */
export function weighBlame(ranking: Ranking, blamed: readonly BlamedLine[]): Ranking {
  if (blamed.length === 0) return ranking;
  const [first] = blamed;
  const ratioOf = (sha: Sha): number =>
    sha === first?.sha ? FIRST_LINE : blamed.some((one) => one.sha === sha) ? OTHER_LINE : 1;
  const weighed = ranking.ranked.map((suspect) => ({ ...suspect, score: suspect.score * ratioOf(suspect.sha) }));
  const total = weighed.reduce((sum, { score }) => sum + score, ranking.none);
  if (!(total > 0)) return ranking;
  const ranked = weighed
    .map(({ sha, score, reasons }) => ({ sha, score: score / total, reasons: [...wordsFor(sha, blamed), ...reasons] }))
    .sort((a, b) => b.score - a.score || (a.sha < b.sha ? -1 : 1));
  return { ranked, none: ranking.none / total, speaks: (ranked[0]?.score ?? 0) >= SPEAKS_FROM };
}

/** The innermost line of the trace that the range touched, and any other. */
const FIRST_LINE = 12;
const OTHER_LINE = 4;

function wordsFor(sha: Sha, blamed: readonly BlamedLine[]): readonly string[] {
  const lines = blamed.filter((one) => one.sha === sha).map(({ path, line }) => `\`${path}:${line}\``);
  return lines.length === 0 ? [] : [`last changed ${lines.slice(0, 2).join(" and ")}, which the stack trace names`];
}
