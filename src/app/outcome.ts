import type { Memory } from "../incident/memory.ts";
import { explain } from "../incident/reason.ts";
import { isTaken, isToBeAsked, isWhoSaidNo } from "../incident/remember/orders.ts";
import type { Order, World } from "../incident/world.ts";
import { assertNever } from "../kernel/assert-never.ts";

/** What came of a person's order, in words. It must never promise what nothing will do, nor say that nothing was done where that is not known. */
export type Carried = {
  readonly world: World;
  readonly memory: Memory;
  /** The names of the commands that were performed in this look. */
  readonly did: readonly string[];
};

/** Throws where GitHub did not take what was to be remembered: nothing may be promised, and the order is to come again. */
export function outcomeOf(order: Order, carried: Carried): string {
  const { world, memory } = carried;
  if (!isTaken(memory, order)) return whyNotTaken(world, memory);
  switch (order.kind) {
    case "release":
    case "false-alarm":
      return world.holds.length === 0
        ? "the branch is released."
        : "GitHub did not confirm that the hold is deleted, so Sentinel tries again.";
    case "extend":
      return `people are called ${memory.callAt ?? "as before"} at the latest.`;
    case "deny":
      return "nobody is asked any more without a command by somebody else.";
    case "retry":
    case "rollback":
      return hasStarted(order, carried) ? STARTED[order.kind] : whyNotStarted(order, carried);
    default:
      return assertNever(order);
  }
}

export const NOT_REMEMBERED = "an order could not be remembered";

function whyNotTaken({ law }: World, { state }: Memory): string {
  if (state === "closed") return "nothing was done, because this incident is closed.";
  if (law.kind === "in-force" && law.mode === "off")
    return "nothing was done, because Sentinel is switched off here by `mode: off`. The branch stays as it is; an admin can delete the hold's ruleset.";
  throw new Error(NOT_REMEMBERED);
}

/** In this look, or in an earlier one that the comment was carried out in but not answered. */
function hasStarted({ comment }: Order, { memory, did }: Carried): boolean {
  const isBehind = memory.order?.comment === comment && !isToBeAsked(memory);
  return isBehind || did.some((one) => one.startsWith("rerun-responder") || one.startsWith("dispatch-responder"));
}

const STARTED = {
  retry: "the responder runs again.",
  rollback: "the responder plans it now. It runs only after a yes on an approver's phone.",
} as const;

function whyNotStarted(order: Order, { world, memory }: Carried): string {
  const { holds, responder, incident } = world;
  const run = incident?.run ?? null;
  if (isWhoSaidNo(memory, order)) return "nobody is asked again, because you said no; somebody else may ask.";
  if (holds.length === 0) return "nothing is held, so the responder is not started.";
  if (responder !== null && responder !== "ready") return `the responder is not started. ${explain(responder)}`;
  if (run === null || isToBeAsked(memory)) return "GitHub did not confirm that it runs, so Sentinel tries again.";
  if (run.status === "completed") return "the responder ended well; there is nothing to run again.";
  const isEnding = memory.stopped?.run === run.id && memory.stopped.attempt === run.attempt;
  return isEnding
    ? 'its run is being stopped after the "no"; ask once more when it has ended.'
    : `the responder is at work already${order.kind === "rollback" ? "; the wish is written down" : ""}.`;
}
