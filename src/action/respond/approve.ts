import type { Sent } from "../../approval/ask.ts";
import { type Approval, type Grant, makeGrant } from "../../approval/grant.ts";
import { type Approvers, type Partaker, type PastAsk, whoMayApprove } from "../../approval/who.ts";
import type { Memory } from "../../incident/memory.ts";
import type { Reason } from "../../incident/reason.ts";
import type { AskRecord } from "../../incident/report.ts";
import type { Person } from "../../policy/schema.ts";
import { type Plan, planCode, planDigest } from "../../rollback/plan.ts";
import { type ApproveParts, ask, type Collected, collect, recordOf, sealAll, takeUp } from "./asking.ts";

/** What asking came to. `sealed` is left behind for a re-run while a push may still be answered. */
export type Approved =
  | { readonly kind: "granted"; readonly grant: Grant; readonly asks: readonly AskRecord[] }
  | {
      readonly kind: "not-granted";
      readonly reason: Reason;
      readonly detail: string;
      readonly asks: readonly AskRecord[];
      readonly sealed: string | null;
    };

/** Takes up what an earlier attempt of this run asked, asks whoever else is needed, waits, and judges what comes back. */
export async function approve(
  parts: ApproveParts,
  memory: Memory,
  plan: Plan,
  partakers: readonly Partaker[],
): Promise<Approved> {
  const earlier = await takeUp(parts, memory, plan, partakers);
  if (earlier.length > 0)
    say(parts, `An earlier ask for plan ${planCode(plan)} is looked at first; no new push is sent for it.`);
  const first = await collect(parts, plan, earlier, parts.context.clock.now(), DEAD);
  if (first.end !== null && !DEAD.has(first.end.reason)) return notGranted(parts, plan, earlier, first);
  const needed = memory.policy.approval.approvers[plan.severity];
  const whole = makeGrant(planDigest(plan), first.approvals, needed);
  if (whole !== null) return { kind: "granted", grant: whole, asks: first.asks };

  const approvers = choose(parts, memory, plan, partakers, { looked: first.asks, approved: first.approvals, needed });
  if (approvers.kind === "refused")
    return { kind: "not-granted", reason: approvers.reason, detail: "", asks: first.asks, sealed: null };
  return askNow(parts, memory, plan, approvers.people, first, needed);
}

/** Ends of an earlier push that leave the way free for a new one: it expired, or Auth0 does not know it any more. */
const DEAD: ReadonlySet<Reason> = new Set<Reason>(["approval-expired", "auth0-refused"]);
/** Ends after which the push may still be answered, so that a re-run should look again. */
const MAY_STILL_BE_ANSWERED: ReadonlySet<Reason> = new Set<Reason>([
  "approval-expired",
  "cancelled",
  "auth0-unavailable",
]);

async function askNow(
  parts: ApproveParts,
  memory: Memory,
  plan: Plan,
  people: readonly Person[],
  first: Collected,
  needed: number,
): Promise<Approved> {
  const sents: Sent[] = [];
  for (const person of people) {
    // The server may take its time, and what is out already must not be forgotten when the job is cancelled meanwhile.
    parts.desk.know({ plan, ...soFar() });
    const sent = await ask(parts, memory, plan, person);
    if (sent.kind === "not-sent") return { kind: "not-granted", reason: sent.reason, detail: sent.detail, ...soFar() };
    sents.push(sent);
  }
  const open = [...first.asks, ...sents.map((one) => recordOf(plan, one, "none"))];
  const until = Math.min(...sents.map(({ expiresAt }) => expiresAt));
  await parts.desk.asking(plan, open, until, sealAll(parts, plan, sents));
  const second = await collect(parts, plan, sents, null);
  const asks = [...first.asks, ...second.asks];
  if (second.end !== null) return notGranted(parts, plan, sents, { ...second, asks });
  const grant = makeGrant(planDigest(plan), [...first.approvals, ...second.approvals], needed);
  if (grant === null) return { kind: "not-granted", reason: "approval-unverified", detail: "", asks, sealed: null };
  return { kind: "granted", grant, asks };

  /** Whoever was asked already may still answer, and a re-run must find that rather than ask again. */
  function soFar() {
    const asks = [...first.asks, ...sents.map((one) => recordOf(plan, one, "none"))];
    return { asks, sealed: sents.length === 0 ? null : sealAll(parts, plan, sents) };
  }
}

function choose(
  parts: ApproveParts,
  memory: Memory,
  plan: Plan,
  partakers: readonly Partaker[],
  known: { readonly looked: readonly AskRecord[]; readonly approved: readonly Approval[]; readonly needed: number },
): Approvers {
  const ofIncident = withLooked(memory.asks, known.looked);
  const approvers = whoMayApprove({
    policy: memory.policy,
    severity: plan.severity,
    needed: known.needed - known.approved.length,
    partakers: [...partakers, ...known.approved.map(({ person }) => ({ id: person.id, names: [], role: "approver" }))],
    asks: [...ofIncident, ...parts.asksElsewhere],
    incidentAsks: ofIncident.length,
    denied: memory.denied,
    now: parts.context.clock.now(),
  });
  for (const { person, why } of approvers.excluded) say(parts, `Not asked: ${person.github}, ${why}.`);
  return approvers;
}

/**
 * The App learns of a push when the job's report comes in; until then the job's own comment may know more. What was looked at just
 * now is over, whatever its answer was.
 */
function withLooked(asks: Memory["asks"], looked: readonly AskRecord[]): readonly PastAsk[] {
  const over = new Set(looked.map(keyOf));
  const others = asks.filter((ask) => !over.has(keyOf(ask)));
  return [...others, ...looked.map(({ at, approverId }) => ({ at, approverId }))];
}

function keyOf({ at, approverId }: PastAsk): string {
  return `${at} ${approverId}`;
}

function notGranted(parts: ApproveParts, plan: Plan, sents: readonly Sent[], collected: Collected): Approved {
  const { reason, detail } = collected.end ?? { reason: "internal-error" as const, detail: "" };
  const sealed = MAY_STILL_BE_ANSWERED.has(reason) ? sealAll(parts, plan, sents) : null;
  return { kind: "not-granted", reason, detail, asks: collected.asks, sealed };
}

function say(parts: ApproveParts, text: string): void {
  parts.context.output.line(text);
}
