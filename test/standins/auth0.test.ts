import { createHash } from "node:crypto";
import { AuthClient, type BackchannelAuthenticationError } from "@auth0/auth0-auth-js";
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, importPKCS8, jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  AUDIENCE,
  type DETAILS_TYPE,
  PRIVATE_KEY,
  planDetails,
  type SampleTenant,
  startSampleTenant,
} from "./sample-tenant.ts";

let tenant: SampleTenant;
// A tenant for each test: nobody gets more than five pushes a minute.
beforeEach(async () => {
  tenant = await startSampleTenant();
});
afterEach(() => tenant.auth0.close());

describe("asking (CIBA with the real @auth0/auth0-auth-js)", () => {
  test("a yes on the phone becomes a token that verifies and says exactly what was shown", async () => {
    const client = clientFor("asks");
    const asked = await ask(client);
    expect(asked).toMatchObject({ expiresIn: 60, interval: 0.05 });
    await expect(poll(client, asked.authReqId)).rejects.toMatchObject({ cause: { error: "authorization_pending" } });

    const [request] = tenant.auth0.inbox();
    expect(request).toMatchObject({
      bindingMessage: "Plan ABCD-EFGH: restore main",
      user: { id: "auth0|lead" },
      client: { name: "Sentinel" },
    });
    expect(request?.id).not.toBe(asked.authReqId);
    await answer("approve");

    const tokens = await poll(client, asked.authReqId);
    const { payload } = await verify(tokens.accessToken);
    expect(payload).toMatchObject({
      sub: "auth0|lead",
      aud: [AUDIENCE, `${tenant.auth0.issuer}userinfo`],
      azp: "asks",
      scope: "openid rollback:sev1",
      permissions: ["rollback:sev1", "rollback:sev2", "rollback:sev3"],
      authorization_details: planDetails(),
    });
    expect(payload.jti).toBeUndefined();
    expect(tokens.authorizationDetails).toEqual(planDetails());
    expect(decodeJwt(tokens.idToken ?? "")).toMatchObject({ sub: "auth0|lead", aud: "asks" });
    await expect(poll(client, asked.authReqId)).rejects.toMatchObject({ cause: { error: "invalid_grant" } });
  });

  test("two polls at once get one token", async () => {
    const client = clientFor("asks");
    const { authReqId } = await ask(client, { userId: "auth0|other" });
    await answer("approve");
    const polls = await Promise.allSettled([poll(client, authReqId), poll(client, authReqId), poll(client, authReqId)]);
    expect(polls.filter((one) => one.status === "fulfilled")).toHaveLength(1);
  });

  test("polling too fast is slowed down, more each time", async () => {
    await tenant.auth0.close();
    // However long the polls take, no time passes between them.
    const at = Date.now();
    tenant = await startSampleTenant({ now: () => at });
    const client = clientFor("asks");
    const { authReqId } = await ask(client, { userId: "auth0|other" });
    await poll(client, authReqId).catch(() => {});
    const refusal = await caught(poll(client, authReqId));
    expect(refusal.cause).toMatchObject({
      error: "slow_down",
      error_description: "You are polling faster than allowed. Try again in 1 seconds.",
    });
    expect(refusal.headers?.get("retry-after")).toBe("1");
    await answer("deny");
  });

  test("a no is access_denied, and so is silence until expiry", async () => {
    const client = clientFor("asks");
    const { authReqId } = await ask(client, { userId: "auth0|other" });
    await answer("deny");
    const denied = await caught(poll(client, authReqId));
    expect(denied).toMatchObject({ cause: { error: "access_denied" }, statusCode: 403 });

    const silent = await ask(client, { requestedExpiry: 1, userId: "auth0|other" });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(tenant.auth0.inbox()).toHaveLength(0);
    const expired = await caught(poll(client, silent.authReqId));
    expect(expired.cause).toEqual(denied.cause);
  });

  test("expiry can be worded in all three ways that are reported of Auth0", async () => {
    const client = clientFor("asks");
    const expiring = await Promise.all(
      ["a", "b"].map(() => ask(client, { requestedExpiry: 1, userId: "auth0|junior" })),
    );
    await new Promise((resolve) => setTimeout(resolve, 1100));
    for (const [index, as] of (["expired_token", "invalid_grant"] as const).entries()) {
      tenant.auth0.faults.expiredAs = as;
      await expect(poll(client, expiring[index]?.authReqId ?? "")).rejects.toMatchObject({ cause: { error: as } });
    }
    tenant.auth0.faults.expiredAs = "access_denied";
  });

  test("a yes without the permission lacks the scope", async () => {
    const client = clientFor("asks");
    const { authReqId } = await ask(client, { userId: "auth0|junior" });
    await answer("approve");
    const { payload } = await verify((await poll(client, authReqId)).accessToken);
    expect(payload).toMatchObject({ scope: "openid", permissions: [] });
  });

  test.each([
    ["a message over 64 characters", { bindingMessage: "x".repeat(65) }, /64 characters/],
    ["a message with a slash", { bindingMessage: "acme/shop" }, /must only contain/],
    ["an expiry that means e-mail", { requestedExpiry: 301 }, /No eligible notification channels/],
    ["an expiry beyond three days", { requestedExpiry: 259_201 }, /requested_expiry/],
    ["a person with a pending enrolment", { userId: "auth0|half" }, /No eligible notification channels.*guardian-push/],
    ["a type that is not registered", { details: [{ type: "urn:other" }] }, /authorization_details/],
    ["a type registered for another API", { audience: "https://other.example/api" }, /not registered for the API/],
    ["an unknown audience", { audience: "https://nowhere.example/" }, /Service not found/],
    ["two detail objects", { details: [...planDetails(), ...planDetails()] }, /exactly one/],
    ["a scope without openid", { scope: "rollback:sev1" }, /openid/],
  ])("%s is an invalid request", async (_what, change, words) => {
    const refusal = await caught(ask(clientFor("asks"), change));
    expect(refusal.cause?.error).toBe("invalid_request");
    expect(refusal.cause?.error_description).toMatch(words);
  });

  test("nobody gets more than five pushes a minute", async () => {
    const client = clientFor("asks");
    for (let count = 0; count < 5; count++) await ask(client);
    expect(await caught(ask(client))).toMatchObject({ statusCode: 429, cause: { error: "too_many_requests" } });
  });
});

describe("client credentials", () => {
  test("a wrong key is 401 access_denied Unauthorized, the same code as a no", async () => {
    const stranger = new AuthClient({ domain: tenant.auth0.domain, clientId: "asks-by-secret", clientSecret: "wrong" });
    expect(await caught(ask(stranger))).toMatchObject({
      statusCode: 401,
      cause: { error: "access_denied", error_description: "Unauthorized" },
    });
    await vi.waitFor(() =>
      expect(tenant.journal.entries.at(-1)).toMatchObject({ path: "/bc-authorize", actor: "anonymous", status: 401 }),
    );
  });

  test("an assertion counts once, for this tenant, while it is fresh", async () => {
    const post = async (claims: Record<string, unknown>, jti: string = crypto.randomUUID()) => {
      const assertion = await signJwt({ iss: "asks", sub: "asks", jti, ...claims }, "JWT");
      const response = await fetch(`${tenant.auth0.issuer}oauth/token`, {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "urn:openid:params:grant-type:ciba",
          auth_req_id: "none",
          client_assertion: assertion,
          client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        }),
      });
      return { status: response.status, ...((await response.json()) as { error: string }) };
    };
    const now = Math.floor(Date.now() / 1000);
    const good = { aud: tenant.auth0.issuer, iat: now, exp: now + 60 };
    expect(await post(good, "once")).toMatchObject({ error: "invalid_grant" });
    const refused = { status: 401, error: "access_denied" };
    expect(await post(good, "once")).toMatchObject(refused);
    expect(await post({ ...good, aud: "https://other.example/" })).toMatchObject(refused);
    expect(await post({ ...good, aud: `${tenant.auth0.issuer}oauth/token` })).toMatchObject(refused);
    expect(await post({ ...good, exp: now - 60 })).toMatchObject(refused);
    expect(await post({ aud: good.aud, iat: now })).toMatchObject(refused);
    expect(await post({ ...good, iss: "vault" })).toMatchObject(refused);
  });

  test("a client may use no grant but its own", async () => {
    const refusal = await caught(ask(clientFor("vault")));
    expect(refusal).toMatchObject({ statusCode: 403, cause: { error: "unauthorized_client" } });
  });

  test("a misspelt parameter is refused instead of overlooked", async () => {
    const response = await fetch(`${tenant.auth0.issuer}bc-authorize`, {
      method: "POST",
      body: new URLSearchParams({ request_expiry: "60" }),
    });
    expect(await response.json()).toMatchObject({ error_description: "Unknown parameter: request_expiry" });
  });
});

describe("token vault", () => {
  test("the approval's access token is exchanged for the approver's GitHub token, fetched at that moment", async () => {
    const accessToken = await approvedToken();
    expect(tenant.released).toEqual([]);
    const vault = await clientFor("vault").exchangeToken({ connection: "github", subjectToken: accessToken });
    expect(tenant.released).toEqual([vault.accessToken]);
    expect(tenant.auth0.logs.at(-1)).toMatchObject({
      type: "seta",
      userId: "auth0|lead",
      details: { token_thumbprint: createHash("sha256").update(vault.accessToken).digest("hex") },
    });
  });

  test("a client linked to another API, a made-up token and an unconnected account get nothing", async () => {
    const before = tenant.released.length;
    const accessToken = await approvedToken("auth0|other");
    const exchange = (client: string, connection: string, subjectToken: string) =>
      caught(clientFor(client).exchangeToken({ connection, subjectToken }));
    expect((await exchange("vault-of-another", "github", accessToken)).cause?.error).toBe("unauthorized_client");
    expect((await exchange("asks", "github", accessToken)).cause?.error).toBe("unauthorized_client");
    expect((await exchange("vault", "github", `${accessToken}x`)).cause?.error).toBe("invalid_grant");
    expect(await exchange("vault", "sign-in-with-slack", accessToken)).toMatchObject({
      statusCode: 401,
      cause: { error: "federated_connection_refresh_token_not_found" },
    });
    expect(tenant.released).toHaveLength(before);
  });

  test("a privileged worker gets Slack's token with a fresh signed request that says why", async () => {
    const body = await exchangeAsWorker("worker", {});
    expect(body).toMatchObject({ status: 200, scope: "chat:write", token_type: "Bearer" });
  });

  test.each([
    ["without a reason", { audit_context: undefined }, 400],
    ["too old", { iat: Math.floor(Date.now() / 1000) - 90 }, 400],
    ["for another tenant", { aud: "https://other.example/" }, 400],
    ["of another type", { typ: "JWT" }, 400],
    ["in another's name", { iss: "vault" }, 400],
    ["for a connection that was not granted", { connection: "github" }, 403],
    ["from an address that is not allowed", { client: "worker-elsewhere", iss: "worker-elsewhere" }, 403],
  ])("a worker's request %s is refused", async (_what, { client = "worker", ...change }: WorkerChange, status) => {
    expect(await exchangeAsWorker(client, change)).toMatchObject({ status });
  });

  test("a worker's request is not taken twice", async () => {
    const jti = crypto.randomUUID();
    expect(await exchangeAsWorker("worker", { jti })).toMatchObject({ status: 200 });
    expect(await exchangeAsWorker("worker", { jti })).toMatchObject({ status: 400, error: "invalid_grant" });
  });

  test("an MFA policy of Always and a stale provider connection break the exchange", async () => {
    const strict = await startSampleTenant({ mfaPolicy: "always" });
    const token = await approvedToken("auth0|lead", strict);
    const refusal = await caught(
      clientFor("vault", strict).exchangeToken({ connection: "github", subjectToken: token }),
    );
    expect(refusal.cause?.error).toBe("mfa_required");
    await strict.auth0.close();

    tenant.auth0.faults.reconnect = true;
    expect((await exchangeAsWorker("worker", {})).error).toBe("federated_connection_refresh_token_flow_failed");
    tenant.auth0.faults.reconnect = false;
  });
});

describe("keys, faults and the journal", () => {
  test("after a rotation old tokens still verify and new ones carry the next key", async () => {
    const before = await approvedToken("auth0|other");
    await tenant.auth0.rotateKeys();
    const after = await approvedToken("auth0|junior");
    expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid);
    await verify(before);
    await verify(after);
  });

  test.each(["wrong-key", "unsigned"] as const)("a forged token (%s) does not verify", async (forge) => {
    const other = await startSampleTenant();
    other.auth0.faults.forge = forge;
    await expect(verify(await approvedToken("auth0|lead", other), other)).rejects.toThrow();
    await other.auth0.close();
  });

  test("a refusing tenant cuts the connection and says so in the journal", async () => {
    tenant.auth0.faults.refuse = true;
    await expect(fetch(`${tenant.auth0.issuer}.well-known/jwks.json`)).rejects.toThrow();
    tenant.auth0.faults.refuse = false;
    await vi.waitFor(() =>
      expect(tenant.journal.entries.at(-1)).toMatchObject({ path: "/.well-known/jwks.json", status: 0 }),
    );
  });

  test("neither journal nor log holds a token", async () => {
    await clientFor("vault").exchangeToken({ connection: "github", subjectToken: await approvedToken() });
    const kept = JSON.stringify([tenant.journal.entries, tenant.auth0.logs]);
    expect(tenant.released.length).toBeGreaterThan(0);
    for (const token of tenant.released) expect(kept).not.toContain(token.slice(4, 12));
    expect(kept).not.toContain("eyJ");
    expect(new Set(tenant.journal.entries.map((entry) => entry.actor))).toContain("asks");
  });
});

type WorkerChange = { client?: string; connection?: string; typ?: string } & Record<string, unknown>;

async function exchangeAsWorker(
  client: string,
  { connection = "sign-in-with-slack", typ = "token-vault-req+jwt", ...change }: WorkerChange,
): Promise<Record<string, unknown>> {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: client, sub: "auth0|lead", aud: tenant.auth0.issuer, iat: now, jti: crypto.randomUUID() };
  const subject = await signJwt({ ...claims, audit_context: "incident 7", ...change }, typ);
  const assertion = await signJwt(
    { iss: client, sub: client, aud: tenant.auth0.issuer, iat: now, exp: now + 60, jti: crypto.randomUUID() },
    "JWT",
  );
  // JSON, as Auth0 takes it too.
  const response = await fetch(`${tenant.auth0.issuer}oauth/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      grant_type: "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token",
      client_id: client,
      client_assertion: assertion,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      subject_token: subject,
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      requested_token_type: "http://auth0.com/oauth/token-type/token-vault-access-token",
      connection,
    }),
  });
  return { status: response.status, ...((await response.json()) as Record<string, unknown>) };
}

async function signJwt(claims: Record<string, unknown>, typ: string): Promise<string> {
  const { SignJWT } = await import("jose");
  return new SignJWT(claims).setProtectedHeader({ alg: "RS256", typ }).sign(await importPKCS8(PRIVATE_KEY, "RS256"));
}

function clientFor(clientId: string, of = tenant): AuthClient {
  return new AuthClient({
    domain: of.auth0.domain,
    clientId,
    clientAssertionSigningKey: PRIVATE_KEY,
    clientAssertionSigningAlg: "RS256",
  });
}

type Change = {
  bindingMessage?: string;
  requestedExpiry?: number;
  userId?: string;
  details?: Record<string, unknown>[];
  audience?: string;
  scope?: string;
};

function ask(client: AuthClient, change: Change = {}) {
  return client.initiateBackchannelAuthentication({
    bindingMessage: change.bindingMessage ?? "Plan ABCD-EFGH: restore main",
    loginHint: { sub: change.userId ?? "auth0|lead" },
    requestedExpiry: change.requestedExpiry ?? 60,
    authorizationDetails: (change.details ?? planDetails()) as { type: typeof DETAILS_TYPE }[],
    authorizationParams: { scope: change.scope ?? "openid rollback:sev1", audience: change.audience ?? AUDIENCE },
  });
}

function poll(client: AuthClient, authReqId: string) {
  return client.backchannelAuthenticationGrant({ authReqId });
}

async function answer(decision: "approve" | "deny", of = tenant): Promise<void> {
  const request = of.auth0.inbox().at(-1);
  await of.auth0.decide(request?.id ?? "", decision, "button");
}

async function approvedToken(userId = "auth0|lead", of = tenant): Promise<string> {
  const client = clientFor("asks", of);
  const { authReqId } = await ask(client, { userId });
  await answer("approve", of);
  return (await poll(client, authReqId)).accessToken;
}

function verify(token: string, of = tenant) {
  const jwks = createRemoteJWKSet(new URL(`${of.auth0.issuer}.well-known/jwks.json`));
  return jwtVerify(token, jwks, { issuer: of.auth0.issuer, audience: AUDIENCE, algorithms: ["RS256"] });
}

async function caught(promise: Promise<unknown>): Promise<BackchannelAuthenticationError> {
  return promise.then(
    () => {
      throw new Error("expected a refusal");
    },
    (error: unknown) => error as BackchannelAuthenticationError,
  );
}
