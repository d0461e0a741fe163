import type { Reason } from "../incident/reason.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Secret } from "../kernel/secret.ts";
import type { Sent } from "./ask.ts";
import { type PollOutcome, readOutcome } from "./outcome.ts";
import type { ApprovalServer } from "./server.ts";

/** How a wait ended. Only `token` can become an approval, and only after it was verified. */
export type Answer =
  | { readonly kind: "token"; readonly accessToken: Secret }
  | { readonly kind: "denied" }
  | { readonly kind: "expired" }
  | { readonly kind: "cancelled" }
  | { readonly kind: "refused"; readonly reason: Reason; readonly detail: string };

export type WaitPorts = {
  readonly server: ApprovalServer;
  readonly clock: Clock;
  /** One abort for the whole wait. */
  readonly signal: AbortSignal;
  /** After each look that decided nothing; `note` is said when something was odd. */
  readonly onTick: (remainingMs: number, note: string | null) => void;
};

/**
 * Looks at the request at the server's pace until it is decided or dead. Network errors, 429 and 5xx do not end it while the
 * push lives; the last look is the first one after expiry, so that a yes in the last seconds still counts.
 */
export async function waitForAnswer(sent: Sent, ports: WaitPorts, startAt?: number): Promise<Answer> {
  const { clock, signal } = ports;
  let interval = sent.intervalMs;
  let wasLost = false;
  let nextAt = startAt ?? sent.answeredAt + interval + MARGIN_MS;
  for (;;) {
    if (!(await sleepUntil(nextAt, clock, signal))) return { kind: "cancelled" };
    const startedAt = clock.now();
    const outcome = await look(sent, ports);
    if (signal.aborted && outcome.kind !== "token") return { kind: "cancelled" };
    switch (outcome.kind) {
      case "token":
      case "denied":
      case "expired":
        return outcome;
      case "refused":
        return wasLost ? maybeSpent(outcome) : outcome;
      case "slow-down":
        interval += SLOW_DOWN_MS;
        break;
      case "try-again":
        wasLost = true;
        break;
      case "pending":
        break;
    }
    if (clock.now() >= sent.expiresAt) return endOfLife(outcome);
    ports.onTick(sent.expiresAt - clock.now(), outcome.kind === "try-again" ? outcome.why : null);
    const pace = startedAt + Math.max(interval + MARGIN_MS, retryAfter(outcome));
    nextAt = Math.min(pace, sent.expiresAt + sent.intervalMs);
  }
}

/** CIBA core 1.0 §11: each `slow_down` adds five seconds to the interval for the rest of the wait. */
const SLOW_DOWN_MS = 5000;
/** The server measures from arrival to arrival; this much later than the interval, no ordinary jitter makes us too early. */
const MARGIN_MS = 10;
const LONGEST_LOOK_MS = 10_000;

async function look(sent: Sent, { server, clock, signal }: WaitPorts): Promise<PollOutcome> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_LOOK_MS)]);
  const answer = await server.poll(sent.authReqId, patience);
  return readOutcome(answer, clock.now(), sent.expiresAt);
}

/** A yes is given out once: where its answer was lost on the way, the server knows of no such request any more. */
function maybeSpent(outcome: Extract<PollOutcome, { kind: "refused" }>): Answer {
  if (outcome.reason !== "auth0-refused") return outcome;
  return { ...outcome, reason: "auth0-unavailable", detail: `an answer was lost, and then: ${outcome.detail}` };
}

function endOfLife(outcome: PollOutcome): Answer {
  if (outcome.kind === "try-again") return { kind: "refused", reason: "auth0-unavailable", detail: outcome.why };
  return { kind: "expired" };
}

function retryAfter(outcome: PollOutcome): number {
  return outcome.kind === "slow-down" || outcome.kind === "try-again" ? (outcome.retryAfterMs ?? 0) : 0;
}

async function sleepUntil(at: number, clock: Clock, signal: AbortSignal): Promise<boolean> {
  const ms = at - clock.now();
  if (ms > 0) await clock.sleep(ms, signal).catch(() => {});
  return !signal.aborted;
}
