import { assertNever } from "../../kernel/assert-never.ts";
import type { Sha } from "../../kernel/sha.ts";
import type { Memory } from "../memory.ts";
import type { Order, Run } from "../world.ts";
import { actorOf, append, type Fact } from "./note.ts";
import { close } from "./release.ts";
import type { Step } from "./step.ts";

/** An order of a person, once; a release is carried out only when the hold is gone. */
export const obey: Step = (memory, world, { run }, at) => {
  const { order } = world;
  if (order === null || memory.state === "closed" || memory.handled?.includes(order.comment)) return memory;
  if (isRelease(order) && world.holds.length > 0) return { ...memory, releasing: order };
  const handled = [...(memory.handled ?? []), order.comment].slice(-200);
  return { ...carryOut(memory, order, world.head, run, at), handled };
};

/** Whether an order is in the memory: carried out, or to be finished by whoever looks next. */
export function isTaken({ handled, releasing }: Memory, { comment }: Order): boolean {
  return handled?.includes(comment) === true || releasing?.comment === comment;
}

/** An order that ends the incident. */
export function isRelease(order: Order | null): order is Extract<Order, { kind: "release" | "false-alarm" }> {
  return order?.kind === "release" || order?.kind === "false-alarm";
}

/** Whether the responder has still to be asked for what was ordered: no attempt after that one was seen. */
export function isToBeAsked({ order, run }: Memory): boolean {
  return order !== undefined && order.run.id === run?.id && order.run.attempt === run.attempt;
}

function carryOut(memory: Memory, order: Order, head: Sha, run: Run | null, at: string): Memory {
  switch (order.kind) {
    case "release":
    case "false-alarm":
      return close(memory, at, order.by, reasonOf(order), head);
    case "extend":
      return append(
        { ...memory, callAt: order.until },
        at,
        `${order.by} moved the time limit to ${order.until}.`,
        ordered(order),
      );
    case "retry":
      return append(
        asking(liftNo(memory, order, at), "retry", order, run),
        at,
        `${order.by} asked for another attempt.`,
        ordered(order),
      );
    case "deny":
      return deny(memory, order, at);
    case "rollback": {
      const wish = { by: order.by, plan: order.plan, shas: [...order.shas] };
      const what = [order.plan ?? "the usual", ...order.shas.map((sha) => sha.slice(0, 12))].join(" ");
      return append(
        { ...asking(liftNo(memory, order, at), "rollback", order, run), wish },
        at,
        `${order.by} asked for a rollback: ${what}.`,
        ordered(order),
      );
    }
    default:
      return assertNever(order);
  }
}

function ordered({ kind, by }: Order): Fact {
  return { kind: "commanded", reason: kind, ...actorOf(by) };
}

/** An attempt under way is waited for, and one that went well need not run again; who said no asks nobody. */
function asking(memory: Memory, kind: "retry" | "rollback", { comment }: Order, run: Run | null): Memory {
  const mayRun = run?.status === "completed" && (kind === "rollback" || run.conclusion !== "success");
  if (!mayRun || memory.denied !== null) return memory;
  return { ...memory, order: { comment, kind, run: { id: run.id, attempt: run.attempt } } };
}

/** The attempt under way ends as well: a push that is out already must not be answered for nothing. */
function deny(memory: Memory, order: Order, at: string): Memory {
  const denied = memory.denied === null ? saidBy(order.by, order.byId, at) : {};
  const stopped = memory.run === null ? {} : { stopped: { run: memory.run.id, attempt: memory.run.attempt } };
  const { order: _, ...rest } = memory;
  return append(
    { ...rest, ...denied, ...stopped },
    at,
    `${order.by} said no; nobody is asked any more.`,
    ordered(order),
  );
}

/** A "no" as it is remembered. */
export function saidBy(by: string, id: number | undefined, at: string): Pick<Memory, "denied" | "deniedById"> {
  return { denied: { by, at }, ...(id === undefined ? {} : { deniedById: id }) };
}

/** Somebody else than who said no may ask again. */
function liftNo(memory: Memory, order: Pick<Order, "by" | "byId">, at: string): Memory {
  if (memory.denied === null || isWhoSaidNo(memory, order)) return memory;
  const { deniedById: _, ...rest } = memory;
  return append({ ...rest, denied: null }, at, `${order.by} asks again after the "no" of ${memory.denied.by}.`, {
    kind: "commanded",
    reason: "denial-lifted",
    ...actorOf(order.by),
  });
}

/** By login as well, in whatever case: who cannot be told apart from who said no is taken for them. */
export function isWhoSaidNo({ denied, deniedById }: Memory, { by, byId }: Pick<Order, "by" | "byId">): boolean {
  if (denied === null) return false;
  return denied.by.toLowerCase() === by.toLowerCase() || (byId !== undefined && byId === deniedById);
}

function reasonOf(order: { readonly kind: "release" | "false-alarm"; readonly why: string }): string {
  return (order.kind === "false-alarm" ? `false alarm: ${order.why}` : order.why).slice(0, 200);
}
