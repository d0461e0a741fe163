import { describe, expect, test } from "vitest";
import { readAsk } from "../../src/approval/ask.ts";
import { readOutcome } from "../../src/approval/outcome.ts";
import type { RemoteAnswer } from "../../src/kernel/remote-answer.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { LEAD } from "./plan.ts";

function refusal(
  status: number,
  error: string | null,
  description: string | null = null,
  retryAfterMs: number | null = null,
) {
  return { kind: "error", status, error, description, retryAfterMs } as const;
}

describe("one look at a request", () => {
  const alive = (answer: Parameters<typeof readOutcome>[0]) => readOutcome(answer, 1000, 2000);
  const over = (answer: Parameters<typeof readOutcome>[0]) => readOutcome(answer, 2000, 2000);

  test("pending goes on waiting", () => {
    expect(alive(refusal(400, "authorization_pending"))).toEqual({ kind: "pending" });
  });

  test("slow down carries how long the server wants to be left alone", () => {
    expect(alive(refusal(400, "slow_down", null, 10_000))).toEqual({ kind: "slow-down", retryAfterMs: 10_000 });
  });

  test("access_denied while the push lives is a no", () => {
    expect(alive(refusal(400, "access_denied"))).toEqual({ kind: "denied" });
    expect(alive(refusal(403, "access_denied"))).toEqual({ kind: "denied" });
  });

  test("access_denied after its end is an expiry", () => {
    expect(over(refusal(400, "access_denied"))).toEqual({ kind: "expired" });
  });

  test("401 access_denied is our own key refused, never a no", () => {
    expect(alive(refusal(401, "access_denied", "Unauthorized"))).toMatchObject({ reason: "client-rejected" });
    expect(alive(refusal(401, "invalid_client"))).toMatchObject({ reason: "client-rejected" });
  });

  test.each([[refusal(400, "expired_token")], [refusal(401, "expired_token")]])(
    "expired_token is an expiry whatever the clock says",
    (answer) => {
      expect(alive(answer)).toEqual({ kind: "expired" });
    },
  );

  test("invalid_grant is an expiry after the end, and unknown before", () => {
    expect(over(refusal(401, "invalid_grant"))).toEqual({ kind: "expired" });
    expect(alive(refusal(400, "invalid_grant"))).toMatchObject({ kind: "refused", reason: "auth0-refused" });
  });

  test.each([refusal(429, "too_many_requests", null, 3000), refusal(500, null), refusal(502, null), refusal(503, "x")])(
    "a limit or a fault does not end the wait",
    (answer) => {
      expect(alive(answer).kind).toBe("try-again");
    },
  );

  test("no answer does not end the wait", () => {
    expect(alive({ kind: "no-answer", why: "cut" }).kind).toBe("try-again");
  });

  test.each([
    refusal(400, "unauthorized_client"),
    refusal(400, "transaction_failed"),
    refusal(400, null),
    refusal(200, null, "not JSON"),
    refusal(418, "approved"),
  ])("what is not recognised is never a yes", (answer) => {
    expect(alive(answer)).toMatchObject({ kind: "refused", reason: "auth0-refused" });
  });
});

describe("asking", () => {
  const read = (answer: RemoteAnswer<never>) =>
    readAsk(answer, LEAD, { authorizationDetails: null }, { sentAt: 0, answeredAt: 5 });

  test.each([
    [
      refusal(
        400,
        "invalid_request",
        "No eligible notification channels were found. guardian-push: User does not have push notifications set up",
      ),
      "approver-not-enrolled",
    ],
    [
      refusal(400, "invalid_request", "authorization_details: type urn:x is not registered for the API"),
      "rar-not-registered",
    ],
    [refusal(400, "invalid_authorization_details"), "rar-not-registered"],
    [refusal(400, "unknown_user_id", "user not found"), "approver-unknown"],
    [refusal(429, "too_many_requests"), "push-limited"],
    [refusal(401, "access_denied", "Unauthorized"), "client-rejected"],
    [refusal(400, "invalid_request", "service not found"), "auth0-refused"],
    [refusal(403, "unauthorized_client"), "auth0-refused"],
    [refusal(503, null), "auth0-unavailable"],
    [{ kind: "no-answer", why: "cut" } as const, "auth0-unavailable"],
  ] as const)("refusal %j means %s", (answer, reason) => {
    expect(read(answer)).toMatchObject({ kind: "not-sent", reason });
  });

  test("the push is taken to end no later than the server ends it", () => {
    const value = { authReqId: new Secret("x"), expiresInS: 300, intervalS: null };
    const sent = readAsk(
      { kind: "ok", value },
      LEAD,
      { authorizationDetails: null },
      { sentAt: 1000, answeredAt: 1400 },
    );
    expect(sent).toMatchObject({ kind: "sent", expiresAt: 301_000, intervalMs: 5000 });
  });
});
