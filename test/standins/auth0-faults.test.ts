import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AUTH0_FAULTS, type Forgery } from "../../drill/auth0/faults.ts";
import { answer, approvedToken, ask, exchange, poll } from "./ask-tenant.ts";
import { AUDIENCE, planDetails, type SampleTenant, startSampleTenant } from "./sample-tenant.ts";

let tenant: SampleTenant;
beforeEach(async () => {
  tenant = await startSampleTenant();
});
afterEach(() => tenant.auth0.close());

test("every switch is off at the start", () => {
  const off = Object.fromEntries(Object.entries(AUTH0_FAULTS).map(([name, fault]) => [name, fault.off]));
  expect(tenant.auth0.faults).toEqual(off);
});

describe("faults of the line", () => {
  test("refuseVault cuts exchanges and nothing else", async () => {
    const token = await approvedToken(tenant);
    tenant.auth0.faults.refuseVault = true;
    await expect(exchange(tenant, token)).rejects.toMatchObject({ statusCode: undefined });
    expect(tenant.released).toEqual([]);
    await ask(tenant);
  });

  test("rejectClients refuses every credential with the code of a no", async () => {
    const authReqId = await ask(tenant);
    await answer(tenant, "approve");
    tenant.auth0.faults.rejectClients = true;
    const unauthorized = { statusCode: 401, cause: { error: "access_denied", error_description: "Unauthorized" } };
    await expect(poll(tenant, authReqId)).rejects.toMatchObject(unauthorized);
    tenant.auth0.faults.rejectClients = false;
    await poll(tenant, authReqId);
  });

  test("failNext fails so many requests and then no more", async () => {
    tenant.auth0.faults.failNext = 2;
    tenant.auth0.faults.failStatus = 429;
    for (let count = 0; count < 2; count++) {
      const response = await fetch(`${tenant.auth0.issuer}.well-known/jwks.json`);
      expect([response.status, response.headers.get("retry-after")]).toEqual([429, "1"]);
    }
    expect((await fetch(`${tenant.auth0.issuer}.well-known/jwks.json`)).status).toBe(200);
  });

  test("loseAnswer has redeemed the request all the same", async () => {
    const authReqId = await ask(tenant);
    await answer(tenant, "approve");
    tenant.auth0.faults.loseAnswer = 1;
    await expect(poll(tenant, authReqId)).rejects.toMatchObject({ cause: { error: undefined } });
    await expect(poll(tenant, authReqId)).rejects.toMatchObject({ cause: { error: "invalid_grant" } });
  });

  test("latencyMs is waited for", async () => {
    tenant.auth0.faults.latencyMs = 120;
    const start = performance.now();
    await fetch(`${tenant.auth0.issuer}.well-known/jwks.json`);
    expect(performance.now() - start).toBeGreaterThanOrEqual(115);
  });

  test("pollAlwaysSlow never says that the request waits", async () => {
    const authReqId = await ask(tenant);
    tenant.auth0.faults.pollAlwaysSlow = true;
    await expect(poll(tenant, authReqId)).rejects.toMatchObject({ cause: { error: "slow_down" } });
  });

  test("phoneUnreachable accepts the push and shows it to nobody", async () => {
    tenant.auth0.faults.phoneUnreachable = true;
    const authReqId = await ask(tenant);
    expect(tenant.auth0.inbox()).toEqual([]);
    await expect(poll(tenant, authReqId)).rejects.toMatchObject({ cause: { error: "authorization_pending" } });
  });

  test("detailsNotSupported refuses the plan's type", async () => {
    tenant.auth0.faults.detailsNotSupported = true;
    await expect(ask(tenant)).rejects.toMatchObject({ cause: { error: "invalid_request" } });
  });

  test("vaultSwapsUser releases somebody else's token", async () => {
    const token = await approvedToken(tenant);
    tenant.auth0.faults.vaultSwapsUser = true;
    await exchange(tenant, token);
    expect(tenant.auth0.logs.at(-1)).toMatchObject({ type: "seta", userId: "auth0|lead" });
    expect(tenant.released).toHaveLength(1);
  });
});

describe("forged access tokens", () => {
  const lies: readonly [Forgery, Record<string, unknown>][] = [
    ["other-subject", { sub: "auth0|somebody-else" }],
    ["other-audience", { aud: ["https://other.example/api", expect.stringContaining("/userinfo")] }],
    ["other-issuer", { iss: "https://other.example/" }],
    ["no-scope", { scope: "openid", permissions: [] }],
  ];
  test.each(lies)("%s lies in that claim alone, with a signature that verifies", async (forge, lie) => {
    tenant.auth0.faults.forge = forge;
    const token = await approvedToken(tenant);
    await jwtVerify(token, jwks());
    const { iat: _, exp: __, ...claims } = decodeJwt(token);
    tenant.auth0.faults.forge = "none";
    const { iat: ___, exp: ____, ...genuine } = decodeJwt(await approvedToken(tenant));
    expect(claims).toEqual({ ...genuine, ...lie });
  });

  test("other-details and no-details do not echo the plan that was shown", async () => {
    tenant.auth0.faults.forge = "other-details";
    const other = decodeJwt(await approvedToken(tenant)).authorization_details;
    expect(other).not.toEqual(planDetails());
    expect(JSON.stringify(other)).toHaveLength(JSON.stringify(planDetails()).length);
    tenant.auth0.faults.forge = "no-details";
    expect(decodeJwt(await approvedToken(tenant)).authorization_details).toBeUndefined();
  });

  test("expired, wrong-key and unsigned do not verify", async () => {
    for (const forge of ["expired", "wrong-key", "unsigned"] as const) {
      tenant.auth0.faults.forge = forge;
      const token = await approvedToken(tenant, forge === "unsigned" ? "auth0|other" : "auth0|lead");
      await expect(jwtVerify(token, jwks(), { issuer: tenant.auth0.issuer, audience: AUDIENCE })).rejects.toThrow();
    }
  });

  test("the vault refuses a stale token and one of a wrong key", async () => {
    for (const forge of ["expired", "wrong-key"] as const) {
      tenant.auth0.faults.forge = forge;
      const token = await approvedToken(tenant);
      await expect(exchange(tenant, token)).rejects.toMatchObject({ cause: { error: "invalid_grant" } });
    }
    expect(tenant.released).toEqual([]);
  });

  test("a lie under a genuine signature passes the vault: only its reader stands in between", async () => {
    tenant.auth0.faults.forge = "other-details";
    await exchange(tenant, await approvedToken(tenant));
    expect(tenant.released).toHaveLength(1);
  });
});

function jwks() {
  return createRemoteJWKSet(new URL(`${tenant.auth0.issuer}.well-known/jwks.json`));
}
