import { brokenIn, bypassesOf } from "../adapters/github-app-rule-suites.ts";
import { parseHoldName } from "../incident/names.ts";
import type { Incident, Move, Moves } from "../incident/world.ts";
import type { Sha } from "../kernel/sha.ts";
import type { Gaze } from "./gaze.ts";

/**
 * Who moved the branch past our hold. Asked once for each head that is not the held one, so the way to a hold costs nothing. It
 * must never say that nobody did where GitHub did not let us look.
 */
export async function movesPast(gaze: Gaze, head: Sha, incident: Incident | null): Promise<Moves | null> {
  const memory = incident?.stored?.memory;
  if (memory?.state !== "open" || head === memory.badHead || memory.passed?.lookedAt === head) return null;
  const { github, target } = gaze;
  const since = Date.parse(memory.openedAt) - SLACK_MS;
  const { explained = 0, moves = [] } = memory.passed ?? {};
  const judged = Math.max(explained, ...moves.map(({ suite }) => suite));
  const isOurs = async ({ suite }: Move) =>
    (await brokenIn(github, target.repo, suite)).some((name) => {
      const hold = parseHoldName(name);
      return hold?.branch === target.branch && memory.badHead.startsWith(hold.badHead);
    });
  try {
    const bypasses = await bypassesOf(github, target.repo, target.branch);
    const near = bypasses.filter(({ suite, at }) => suite > judged && Date.parse(at) >= since).slice(0, MOST_READ);
    const ours = await Promise.all(near.map(isOurs));
    return { kind: "seen", moves: near.filter((_, at) => ours[at]).toReversed() };
  } catch {
    // Whatever keeps us from it, the line goes on without; people read that it is not known.
    return { kind: "unknown" };
  }
}

/** GitHub's clock and ours may differ; what went before the hold names other rulesets anyway. */
const SLACK_MS = 10 * 60_000;
const MOST_READ = 10;
