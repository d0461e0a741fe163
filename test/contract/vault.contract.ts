import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Secret } from "../../src/kernel/secret.ts";
import { type Auth0Target, hasAuth0, openAuth0 } from "./targets/auth0.ts";

/** What the vault stage relies on of Auth0's Token Vault. */
describe.skipIf(!hasAuth0)("the port TokenVault", () => {
  let auth0: Auth0Target;
  beforeEach(async () => {
    auth0 = await openAuth0();
  });
  afterEach(() => auth0.close());

  test("the token of an approval is exchanged for a token of GitHub", async () => {
    const asked = await auth0.server.ask({
      user: auth0.user,
      scope: auth0.scope,
      bindingMessage: "ABCD-EFGH:contract",
      authorizationDetails: null,
      expiresInS: 120,
    });
    if (asked.kind !== "ok") throw new Error(JSON.stringify(asked));
    await auth0.answer("approve");
    for (;;) {
      await delay((asked.value.intervalS ?? 5) * 1000);
      const answered = await auth0.server.poll(asked.value.authReqId, AbortSignal.timeout(10_000));
      if (answered.kind === "error" && /pending|slow_down/.test(answered.error ?? "")) continue;
      if (answered.kind !== "ok") throw new Error(JSON.stringify(answered));
      const released = await auth0.vault.exchange(answered.value.accessToken);
      expect(released).toMatchObject({ kind: "ok" });
      if (released.kind === "ok") expect(released.value.token.expose()).toMatch(/^(?:ghu_|gho_)/);
      return;
    }
  });

  test("a made-up token is refused, and no answer is not a token", async () => {
    const refused = await auth0.vault.exchange(new Secret("not.a.token"));
    expect(refused).toMatchObject({ kind: "error", error: expect.any(String) });
    if (refused.kind === "error") expect(refused.status).toBeLessThan(500);
  });

  test("a privileged worker gets a token for its reason, and none without one", async ({ skip }) => {
    if (!auth0.worker) return skip("no privileged worker");
    const { vault, connection } = auth0.worker;
    expect((await vault(connection, "contract test")).expose()).not.toBe("");
    await expect(vault(connection, "")).rejects.toMatchObject({ code: "refused" });
    await expect(vault("github-not-granted", "contract test")).rejects.toMatchObject({ code: "refused" });
  });
});
