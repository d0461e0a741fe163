import { shortSha } from "../../kernel/sha.ts";
import { later } from "../call-time.ts";
import type { Memory } from "../memory.ts";
import { failing, recovered } from "../signals.ts";
import { sourceWords } from "../source-words.ts";
import type { World } from "../world.ts";
import { actorOf, append } from "./note.ts";
import type { Step } from "./step.ts";

/** It is over when another head is green and the hold is gone. */
export const seeRecovery: Step = (memory, world, _incident, at) =>
  memory.state === "open" && world.holds.length === 0 && recovered(world, memory)
    ? close(memory, at, SENTINEL, greenWords(memory, world), world.head)
    : memory;

/** What we let go because another head was green comes back: that is the same incident, and people must know at once. */
export const seeRelapse: Step = (memory, world, incident, at) => {
  if (memory.state === "open" || memory.released?.by !== SENTINEL) return memory;
  const isBack = world.head === incident.badHead && failing(world.signals) !== undefined;
  if (!isBack && !world.isRedeployed) return memory;
  const { hold: _gone, called: _before, passed, run, ...rest } = memory;
  const earlier = run === null ? {} : { earlierRun: run.id };
  // Who moved the branch to this head was judged before; the next head is looked at anew.
  const past = passed === undefined ? {} : { passed: { ...passed, lookedAt: world.head } };
  const reopened: Memory = { ...rest, ...earlier, ...past, state: "open", released: null, run: null, reopenedAt: at };
  const fact = { kind: "reopened", refs: { commit: incident.badHead } } as const;
  return isBack
    ? append({ ...reopened, callAt: later(at, memory.policy.limits.callPeopleAfterMinutes) }, at, BACK, fact)
    : append({ ...reopened, callAt: at }, at, REDEPLOYED, fact);
};

const BACK = "The bad revision is back on the branch and fails again.";
const REDEPLOYED = "The bad revision was deployed again.";

/** Who releases when a recovery was seen. No GitHub login can look like it. */
const SENTINEL = "Sentinel (seen to recover)";

/** Over because another head was green; a person who releases says nothing of that. */
export function isSeenToRecover({ released }: Memory): boolean {
  return released?.by === SENTINEL;
}

/** Why a recovery releases. */
export function greenWords({ source }: Memory, { head }: World): string {
  return `the ${sourceWords(source)} is green at ${shortSha(head)}`;
}

/** Over, by whom and why. */
export function close(memory: Memory, at: string, by: string, reason: string, head: string): Memory {
  const { order: _asked, releasing: _ordered, ...rest } = memory;
  const closed: Memory = {
    ...rest,
    state: "closed",
    released: { by, at, reason, head },
    hold: { state: "released", why: reason },
  };
  return append(closed, at, `Released by ${by}: ${reason}.`, {
    kind: "released",
    refs: { commit: head },
    ...actorOf(by),
  });
}
