import type { Decision, PhoneRequest } from "./types.ts";

/**
 * The pushes that were sent and what became of them: one record per `auth_req_id`, with how often it may be polled. It
 * knows nothing of tokens.
 */
export type Pushed = {
  readonly request: PhoneRequest;
  readonly authReqId: string;
  answer: "none" | "approved" | "denied";
  how: "button" | "passkey" | null;
  /** Somebody's answer is being written down; it waits for no other. */
  taken: boolean;
  /** The token was handed out; a second poll gets nothing. */
  redeemed: boolean;
  /** Seconds to wait between polls; grows when the client polls too fast. */
  interval: number;
  polledAt: number | null;
};

export type PollOutcome = "pending" | "slow-down" | "denied" | "expired" | "approved" | "used";

export type Inbox = {
  push(authReqId: string, request: PhoneRequest): void;
  waiting(): readonly PhoneRequest[];
  /** No longer waiting, newest first. */
  settled(): readonly Pushed[];
  /** Claims a waiting request for one answer. Throws when it does not wait. */
  take(requestId: string): Pushed;
  settle(taken: Pushed, decision: Decision, how: "button" | "passkey"): void;
  /** What a poll is told now; counts as that poll. */
  poll(authReqId: string, alwaysSlow: boolean): { readonly outcome: PollOutcome; readonly pushed: Pushed } | null;
  sentTo(userId: string): readonly number[];
  onChange(listener: InboxListener): () => void;
};

type InboxListener = (request: PhoneRequest, event: "arrived" | "approved" | "denied") => void;

export function createInbox(interval: number, now: () => number): Inbox {
  const pushed: Pushed[] = [];
  const listeners = new Set<InboxListener>();
  const tell: InboxListener = (request, event) => {
    for (const listener of listeners) listener(request, event);
  };
  const isWaiting = (one: Pushed) => !one.taken && one.request.expiresAt > now();

  return {
    push(authReqId, request) {
      pushed.push({
        request,
        authReqId,
        answer: "none",
        how: null,
        taken: false,
        redeemed: false,
        interval,
        polledAt: null,
      });
      tell(request, "arrived");
    },
    waiting: () => pushed.filter(isWaiting).map((one) => one.request),
    settled: () => pushed.filter((one) => one.answer !== "none" || one.request.expiresAt <= now()).toReversed(),
    take(requestId) {
      const one = pushed.find((each) => each.request.id === requestId);
      if (!one || !isWaiting(one)) throw new Error(`No request ${requestId} waits for an answer`);
      one.taken = true;
      return one;
    },
    settle(one, decision, how) {
      one.answer = decision === "approve" ? "approved" : "denied";
      one.how = how;
      tell(one.request, one.answer);
    },
    poll(authReqId, alwaysSlow) {
      const one = pushed.find((each) => each.authReqId === authReqId);
      if (!one) return null;
      const at = now();
      const isTooSoon = one.polledAt !== null && at - one.polledAt < one.interval * 950;
      one.polledAt = at;
      return { outcome: judgePoll(one, isTooSoon || alwaysSlow, at, interval), pushed: one };
    },
    sentTo: (userId) => pushed.filter((one) => one.request.user.id === userId).map((one) => one.request.sentAt),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function judgePoll(one: Pushed, isTooSoon: boolean, now: number, step: number): PollOutcome {
  if (one.redeemed) return "used";
  if (one.answer === "denied") {
    one.redeemed = true;
    return "denied";
  }
  if (one.request.expiresAt <= now) return "expired";
  if (one.answer === "approved") {
    // Marked before any await, so that two polls at once cannot both be given the token.
    one.redeemed = true;
    return "approved";
  }
  if (!isTooSoon) return "pending";
  one.interval += step;
  return "slow-down";
}
