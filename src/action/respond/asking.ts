import { z } from "zod";
import { type NotSent, type Sent, sendAsk } from "../../approval/ask.ts";
import { type Approval, judgeToken, scopeFor } from "../../approval/grant.ts";
import { type SealedAsk, seal, unseal } from "../../approval/seal.ts";
import type { ApprovalServer } from "../../approval/server.ts";
import { type Answer, waitForAnswer } from "../../approval/wait.ts";
import { isSamePerson, type Partaker, type PastAsk } from "../../approval/who.ts";
import type { Memory } from "../../incident/memory.ts";
import { explain, type Reason } from "../../incident/reason.ts";
import type { AskRecord } from "../../incident/report.ts";
import { isoTime } from "../../kernel/clock.ts";
import { Secret } from "../../kernel/secret.ts";
import { authorizationDetails, bindingMessage } from "../../notice/phone.ts";
import { plainText } from "../../notice/safe-text.ts";
import type { Person } from "../../policy/schema.ts";
import { type Plan, planCode, planDigest } from "../../rollback/plan.ts";
import type { ActionContext } from "../context.ts";
import type { RespondInputs } from "../inputs.ts";
import type { Desk } from "./desk.ts";
import type { Ledger } from "./ledger.ts";

/** Pushes from sending to judging: one person each, side by side. */
export type ApproveParts = {
  readonly context: Pick<ActionContext<RespondInputs>, "output" | "clock" | "signal" | "inputs">;
  readonly server: ApprovalServer;
  readonly desk: Desk;
  readonly ledger: Ledger;
  /** Pushes of other incidents of the repository; they count for each person's budget. */
  readonly asksElsewhere: readonly PastAsk[];
};

/** Sends one push about this plan; a cancelled job wakes nobody. */
export async function ask(parts: ApproveParts, memory: Memory, plan: Plan, person: Person): Promise<Sent | NotSent> {
  const { clock, output, signal } = parts.context;
  if (signal.aborted) return { kind: "not-sent", reason: "cancelled", detail: "" };
  const request = {
    user: person.auth0,
    scope: scopeFor(plan.severity),
    bindingMessage: bindingMessage(plan),
    // With where our record stands, so that Auth0's own log anchors it.
    authorizationDetails: authorizationDetails(plan, parts.ledger.head()),
    expiresInS: memory.policy.approval.expires,
  };
  const sent = await sendAsk(parts.server, person, request, clock.now);
  const answer = await orCodeAlone(sent);
  if (answer.kind === "not-sent") return answer;
  note(parts.ledger, plan, answer, "asked", null);
  output.line(`Asked ${person.github} on their phone. The message must show the code ${planCode(plan)}.`);
  return answer;

  async function orCodeAlone(first: Sent | NotSent): Promise<Sent | NotSent> {
    if (first.kind === "sent" || first.reason !== "rar-not-registered" || !memory.policy.approval.codeAlone)
      return first;
    output.warning(`${explain("rar-not-registered")} The policy sets approval.codeAlone, so the code alone is shown.`);
    return sendAsk(parts.server, person, { ...request, authorizationDetails: null }, clock.now);
  }
}

export type Collected = {
  readonly approvals: readonly Approval[];
  readonly asks: readonly AskRecord[];
  /** The first end that is no approval; null when every push was approved (or there was none). */
  readonly end: { readonly reason: Reason; readonly detail: string } | null;
};

/**
 * Waits for all pushes side by side. The first that ends without a yes ends the others' wait, unless it is one of `dead`: an
 * earlier push that is merely gone says nothing about the others.
 */
export async function collect(
  parts: ApproveParts,
  plan: Plan,
  sents: readonly Sent[],
  startAt: number | null,
  dead: ReadonlySet<Reason> = new Set(),
): Promise<Collected> {
  const enough = new AbortController();
  const signal = AbortSignal.any([parts.context.signal, enough.signal]);
  const ends = await Promise.all(
    sents.map(async (sent) => {
      const end = await follow(parts, plan, sent, signal, startAt);
      if (end.approval === null && !dead.has(end.reason)) enough.abort();
      note(parts.ledger, plan, sent, "answered", end.approval ? "approved" : end.reason);
      return end;
    }),
  );
  const failed = ends.filter(({ approval }) => approval === null);
  // Others were stopped because of the first; what stopped them is the reason.
  const end =
    failed.find(({ reason }) => reason !== "cancelled" && !dead.has(reason)) ??
    failed.find(({ reason }) => dead.has(reason)) ??
    failed[0];
  return {
    approvals: ends.flatMap(({ approval }) => approval ?? []),
    asks: ends.map(({ record }) => record),
    end: end === undefined ? null : { reason: end.reason, detail: end.detail },
  };
}

type Followed = {
  readonly approval: Approval | null;
  readonly reason: Reason;
  readonly detail: string;
  readonly record: AskRecord;
};

async function follow(
  parts: ApproveParts,
  plan: Plan,
  sent: Sent,
  signal: AbortSignal,
  startAt: number | null,
): Promise<Followed> {
  const { clock } = parts.context;
  const onTick = countdown(parts, plan, sent);
  const answer = await waitForAnswer(sent, { server: parts.server, clock, signal, onTick }, startAt ?? undefined);
  if (answer.kind !== "token") {
    const { reason, detail } = reasonOf(answer);
    return { approval: null, reason, detail, record: recordOf(plan, sent, ANSWERS[answer.kind]) };
  }
  const judged = judgeToken(await parts.server.verify(answer.accessToken), answer.accessToken, {
    person: sent.person,
    digest: planDigest(plan),
    severity: plan.severity,
    authorizationDetails: sent.authorizationDetails,
    clientId: parts.context.inputs.auth0.clientId,
    sentAt: sent.sentAt,
    now: clock.now(),
  });
  if (judged.kind === "refused")
    return { approval: null, reason: judged.reason, detail: judged.detail, record: recordOf(plan, sent, "none") };
  parts.context.output.line(`${sent.person.github} approved plan ${planCode(plan)}; the token proves it.`);
  return { approval: judged.approval, reason: "rolled-back", detail: "", record: recordOf(plan, sent, "approved") };
}

const ANSWERS = { denied: "denied", expired: "expired", cancelled: "none", refused: "none" } as const;

function reasonOf(answer: Exclude<Answer, { kind: "token" }>): { readonly reason: Reason; readonly detail: string } {
  switch (answer.kind) {
    case "denied":
      return { reason: "denied-by-approver", detail: "" };
    case "expired":
      return { reason: "approval-expired", detail: "" };
    case "cancelled":
      return { reason: "cancelled", detail: "" };
    case "refused":
      return { reason: answer.reason, detail: answer.detail };
  }
}

function note(ledger: Ledger, plan: Plan, { person }: Sent, kind: "asked" | "answered", reason: string | null): void {
  const who = { id: person.id, login: person.github };
  ledger.add({ kind, reason, person: who, digests: { plan: planDigest(plan) } });
}

const LINE_EVERY_MS = 15_000;

function countdown({ context }: ApproveParts, plan: Plan, sent: Sent): (left: number, note: string | null) => void {
  let saidAt = Number.NEGATIVE_INFINITY;
  return (left, note) => {
    if (note !== null) context.output.line(`Auth0 did not answer; the push still lives: ${plainText(note, 200)}`);
    if (context.clock.now() - saidAt < LINE_EVERY_MS) return;
    saidAt = context.clock.now();
    const seconds = Math.max(0, Math.ceil(left / 1000));
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    context.output.line(`Waiting for ${sent.person.github}, plan ${planCode(plan)}: ${time} left.`);
  };
}

export function recordOf(plan: Plan, sent: Sent, answer: AskRecord["answer"]): AskRecord {
  const { github, id } = sent.person;
  return { at: isoTime(sent.sentAt), approver: github, approverId: id, digest: planDigest(plan), answer };
}

/** What a re-run needs to look at these pushes, readable by nobody else. */
export function sealAll(parts: ApproveParts, plan: Plan, sents: readonly Sent[]): string {
  const asks = sents.map(
    (sent): SealedAsk => ({
      authReqId: sent.authReqId.expose(),
      approverId: sent.person.id,
      sentAt: sent.sentAt,
      expiresAt: sent.expiresAt,
      intervalMs: sent.intervalMs,
      details: sent.authorizationDetails === null ? null : JSON.stringify(sent.authorizationDetails),
    }),
  );
  return seal(asks, parts.context.inputs.auth0.privateKey, sealContext(plan));
}

/**
 * The pushes that an earlier attempt of this run left, where they were for this very plan and went to people who may approve
 * it now.
 */
export async function takeUp(
  parts: ApproveParts,
  memory: Memory,
  plan: Plan,
  partakers: readonly Partaker[],
): Promise<readonly Sent[]> {
  const block = await parts.desk.earlier();
  if (block === null) return [];
  const asks = unseal(block, parts.context.inputs.auth0.privateKey, sealContext(plan));
  if (asks === null) {
    parts.context.output.line("An earlier ask of this run was for another plan; it is not used.");
    return [];
  }
  return asks.flatMap((one) => {
    const person = memory.policy.people.find(({ id }) => id === one.approverId);
    const mayApprove = person?.approves.includes(plan.severity) && !partakers.some((who) => isSamePerson(person, who));
    if (!person || !mayApprove || memory.denied !== null) return [];
    const { authReqId, sentAt, expiresAt, intervalMs } = one;
    const details = one.details === null ? null : shownDetails.parse(JSON.parse(one.details));
    const request = { authReqId: new Secret(authReqId), sentAt, answeredAt: sentAt, expiresAt, intervalMs };
    return [{ kind: "sent", person, ...request, authorizationDetails: details } satisfies Sent];
  });
}

const shownDetails = z.array(z.looseObject({}));

function sealContext(plan: Plan) {
  return { repoId: plan.repoId, incident: plan.incident, digest: planDigest(plan) };
}
