import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AskRequest } from "../../src/approval/server.ts";
import type { RemoteAnswer } from "../../src/kernel/remote-answer.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { DETAILS_TYPE } from "../../src/notice/phone.ts";
import { type Auth0Target, hasAuth0, openAuth0 } from "./targets/auth0.ts";
import { isLive } from "./targets/live.ts";

/** What the approval stage relies on of Auth0's CIBA. */
describe.skipIf(!hasAuth0)("the port ApprovalServer", () => {
  let auth0: Auth0Target;
  beforeEach(async () => {
    auth0 = await openAuth0();
    // Five pushes a minute is the limit for one person.
    if (isLive) await delay(13_000);
  });
  afterEach(() => auth0.close());

  test("a yes is a token of that person for that scope that echoes the details", async () => {
    const asked = await ask();
    expect(asked).toMatchObject({ kind: "ok", value: { expiresInS: 120 } });
    if (asked.kind !== "ok") return;
    expect(asked.value.intervalS).toBeGreaterThan(0);
    const waiting = await poll(asked.value.authReqId);
    expect(waiting).toMatchObject({ kind: "error", error: "authorization_pending" });

    await auth0.answer("approve");
    const answered = await untilAnswered(asked.value.authReqId, asked.value.intervalS ?? 5);
    if (answered.kind !== "ok") throw new Error(`no token: ${JSON.stringify(answered)}`);
    const check = await auth0.server.verify(answered.value.accessToken);
    expect(check).toMatchObject({
      kind: "claims",
      claims: { iss: auth0.issuer, sub: auth0.user, authorization_details: DETAILS },
    });
    expect(JSON.stringify(check)).toContain(auth0.scope);
    expect(await poll(asked.value.authReqId)).toMatchObject({ kind: "error" });
    const bytes = answered.value.accessToken.expose();
    const altered = new Secret(`${bytes.slice(0, -12)}AAAAAAAA${bytes.slice(-4)}`);
    expect(await auth0.server.verify(altered)).toMatchObject({ kind: "invalid" });
  });

  test("a no is access_denied, and not with the status of a bad credential", async () => {
    const asked = await ask();
    if (asked.kind !== "ok") throw new Error(JSON.stringify(asked));
    await auth0.answer("deny");
    const answered = await untilAnswered(asked.value.authReqId, asked.value.intervalS ?? 5);
    expect(answered).toMatchObject({ kind: "error", error: "access_denied" });
    expect(answered).not.toMatchObject({ status: 401 });
  });

  test("silence ends as one of the three codes that mean no approval", async () => {
    const asked = await ask({ expiresInS: 2 });
    if (asked.kind !== "ok") throw new Error(JSON.stringify(asked));
    await delay(2500);
    const answered = await untilAnswered(asked.value.authReqId, asked.value.intervalS ?? 5);
    expect(answered).toMatchObject({
      kind: "error",
      error: expect.stringMatching(/^(?:access_denied|expired_token|invalid_grant)$/),
    });
  });

  test("a key that the tenant does not know is 401, whatever its code", async () => {
    const answered = await auth0.strangers.ask(request());
    expect(answered).toMatchObject({ kind: "error", status: 401 });
  });

  test.each([
    ["a message over 64 characters", { bindingMessage: "x".repeat(65) }],
    ["a message with a dollar", { bindingMessage: "cost $5" }],
    ["a type that is not registered", { authorizationDetails: [{ type: "urn:not:registered" }] }],
    ["a person that does not exist", { user: "auth0|000000000000000000000000" }],
    ["an expiry beyond three days", { expiresInS: 259_201 }],
  ])("%s is refused before anybody is pushed", async (_what, change: Partial<AskRequest>) => {
    const answered = await auth0.server.ask({ ...request(), ...change });
    expect(answered).toMatchObject({ kind: "error", status: expect.any(Number), error: expect.any(String) });
    if (answered.kind === "error") expect([400, 403, 404]).toContain(answered.status);
  });

  function ask(change: Partial<AskRequest> = {}) {
    return auth0.server.ask({ ...request(), ...change });
  }

  function request(): AskRequest {
    return {
      user: auth0.user,
      scope: auth0.scope,
      bindingMessage: "ABCD-EFGH:contract",
      authorizationDetails: DETAILS,
      expiresInS: 120,
    };
  }

  function poll(id: Secret) {
    return auth0.server.poll(id, AbortSignal.timeout(10_000));
  }

  async function untilAnswered(id: Secret, intervalS: number): Promise<RemoteAnswer<{ readonly accessToken: Secret }>> {
    for (let wait = intervalS; ; ) {
      await delay(wait * 1000);
      const answered = await poll(id);
      const isWaiting = answered.kind === "error" && /authorization_pending|slow_down/.test(answered.error ?? "");
      if (!isWaiting) return answered;
      if (answered.error === "slow_down") wait += intervalS;
    }
  }
});

const DETAILS = [
  {
    type: DETAILS_TYPE,
    instruction: "A contract test: nothing runs, whatever you answer.",
    properties: {
      code: { display: true, display_order: 1, name: "Plan code", value: "ABCD-EFGH" },
      path: { display: true, display_order: 2, name: "Any text", value: "a/b $c (d) é" },
    },
  },
];
