import type { Memory } from "../incident/memory.ts";
import { shortSha } from "../kernel/sha.ts";
import { safeText } from "./safe-text.ts";
import { commitLink, utc } from "./words.ts";

/** Words about who moved the held branch past the hold. They say what GitHub recorded, and accuse nobody. */
type Move = NonNullable<Memory["passed"]>["moves"][number];
type Told = Pick<Move, "by" | "at" | "commit">;

export function moveComment(memory: Memory, move: Told, repoUrl: string): string {
  const people = memory.policy.people.map(({ github }) => `@${github}`).join(" ");
  const who = safeText(move.by ?? "Somebody", 60);
  return [
    `${people} ${who} moved ${safeText(memory.branch, 100)} past the hold to ${commitLink(repoUrl, move.commit)} ${utc(move.at)}.`,
    "No approval that Sentinel knows of covers it. The hold let that person through, so nothing is undone or held anew:",
    "look at what was pushed.",
  ].join(" ");
}

/** One line for each; null where nobody did. Plain words: each place escapes them for itself. */
export function moveWords({ passed }: Memory): string | null {
  const moves = passed?.moves ?? [];
  if (moves.length === 0) return null;
  return moves
    .map(({ by, at, commit, said }) => `${by ?? "somebody"} to ${shortSha(commit)} ${utc(at)}, ${SAID[said]}`)
    .join("; ");
}

const SAID: Readonly<Record<Move["said"], string>> = {
  "not-approved": "no approval known",
  "before-report": "before the responder had reported an approval",
};
