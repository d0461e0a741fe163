import type { Memory } from "../memory.ts";
import { recovered } from "../signals.ts";
import { append, note } from "./note.ts";
import { isRelease } from "./orders.ts";
import type { Step } from "./step.ts";

/** How the hold stands. What somebody did to it is written down, never undone. */
export const seeHold: Step = (memory, world, _incident, at) => {
  if (memory.state === "closed") return memory;
  const [hold] = world.holds;
  const before = memory.hold?.state;
  if (hold?.intact === false) {
    if (before === "changed") return memory;
    const changed: Memory = { ...memory, hold: { state: "changed", why: "Somebody changed the hold's ruleset." } };
    const fact = { kind: "not-held", reason: "hold-changed" } as const;
    return append(changed, at, "The hold was changed by somebody; Sentinel does not fight it.", fact);
  }
  if (hold) {
    if (before === "held") return memory;
    return append({ ...memory, hold: { state: "held", why: "" } }, at, `${memory.branch} is held.`, { kind: "held" });
  }
  if (world.holdRefused !== null) {
    const why = world.holdRefused.slice(0, 500);
    if (before === "refused") return memory;
    const refused: Memory = { ...memory, hold: { state: "refused", why } };
    const fact = { kind: "not-held", reason: "hold-refused" } as const;
    return append(refused, at, "Nothing is held: GitHub refused the ruleset.", fact);
  }
  if (before !== "held" && before !== "changed") return memory;
  if (recovered(world, memory) || isRelease(world.order)) return memory;
  const gone: Memory = {
    ...memory,
    hold: { state: "gone", why: "Its ruleset was removed or renamed, by no order given here." },
  };
  const fact = { kind: "not-held", reason: "hold-gone" } as const;
  return append(
    gone,
    at,
    "The hold was removed or renamed, by no order given here. Sentinel does not put it back.",
    fact,
  );
};

/** A hold on a name that nobody can push to looks like any other, so people must read why nothing moves. */
export const seeGone: Step = (memory, world, _incident, at) =>
  world.isGone && memory.state === "open"
    ? note(memory, at, world.holds.length > 0 ? `${GONE} ${STAYS}` : GONE, { kind: "noted", reason: "branch-gone" })
    : memory;

const GONE = "The branch is gone: somebody deleted or renamed it.";
const STAYS = "Its hold stays until a person releases it.";
