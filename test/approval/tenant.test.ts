import { generateKeyPairSync } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createAuth0Approval } from "../../src/adapters/auth0-approval.ts";
import { createAuth0Vault } from "../../src/adapters/auth0-vault.ts";
import { type Sent, sendAsk } from "../../src/approval/ask.ts";
import { judgeToken, makeGrant, scopeFor } from "../../src/approval/grant.ts";
import type { ApprovalServer } from "../../src/approval/server.ts";
import { waitForAnswer } from "../../src/approval/wait.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { authorizationDetails, bindingMessage } from "../../src/notice/phone.ts";
import type { Person } from "../../src/policy/schema.ts";
import { planDigest } from "../../src/rollback/plan.ts";
import { redeem } from "../../src/vault/credential.ts";
import { AUDIENCE, PRIVATE_KEY, type SampleTenant, startSampleTenant } from "../standins/sample-tenant.ts";
import { LEAD, PLAN } from "./plan.ts";

let tenant: SampleTenant;
let server: ApprovalServer;
beforeEach(async () => {
  tenant = await startSampleTenant();
  server = createAuth0Approval(client("asks"), AUDIENCE);
});
afterEach(() => tenant.auth0.close());

function client(clientId: string) {
  return { domain: tenant.auth0.domain, clientId, privateKey: new Secret(PRIVATE_KEY) };
}

function ask(person: Person = LEAD, expiresInS = 30) {
  const request = {
    user: person.auth0,
    scope: scopeFor(PLAN.severity),
    bindingMessage: bindingMessage(PLAN),
    authorizationDetails: authorizationDetails(PLAN),
    expiresInS,
  };
  return sendAsk(server, person, request, Date.now);
}

async function sentTo(person: Person = LEAD, expiresInS = 30): Promise<Sent> {
  const sent = await ask(person, expiresInS);
  if (sent.kind === "not-sent") throw new Error(`${sent.reason}: ${sent.detail}`);
  return sent;
}

function wait(sent: Sent, signal = new AbortController().signal) {
  return waitForAnswer(sent, { server, clock: systemClock, signal, onTick: () => {} });
}

async function decide(decision: "approve" | "deny") {
  const [request] = tenant.auth0.inbox();
  await tenant.auth0.decide(request?.id ?? "", decision, "button");
}

async function judge(sent: Sent) {
  const answer = await wait(sent);
  if (answer.kind !== "token") throw new Error(`no token but ${answer.kind}`);
  return judgeToken(await server.verify(answer.accessToken), answer.accessToken, {
    person: sent.person,
    digest: planDigest(PLAN),
    severity: PLAN.severity,
    authorizationDetails: sent.authorizationDetails,
    clientId: "asks",
    sentAt: sent.sentAt,
    now: Date.now(),
  });
}

test("a yes is not lost when the tenant is away for a moment right after it", async () => {
  const sent = await sentTo();
  await decide("approve");
  const answer = await wait(sent);
  if (answer.kind !== "token") throw new Error(`no token but ${answer.kind}`);
  tenant.auth0.faults.refuse = true;
  setTimeout(() => {
    tenant.auth0.faults.refuse = false;
  }, 500);
  expect((await server.verify(answer.accessToken)).kind).toBe("claims");
});

test("a yes on the phone becomes a grant, and the grant a GitHub token, once", async () => {
  const sent = await sentTo();
  expect(tenant.auth0.inbox()[0]?.bindingMessage).toBe(bindingMessage(PLAN));
  await decide("approve");

  const judged = await judge(sent);
  if (judged.kind === "refused") throw new Error(`${judged.reason}: ${judged.detail}`);
  const grant = makeGrant(planDigest(PLAN), [judged.approval], 1);
  if (grant === null) throw new Error("no grant");
  const masked: Secret[] = [];
  const vault = createAuth0Vault(client("vault"), "github", (token) => masked.push(token));
  const redeemed = await redeem(vault, grant, planDigest(PLAN), Date.now());
  const again = await redeem(vault, grant, planDigest(PLAN), Date.now());

  expect(redeemed.kind).toBe("credential");
  expect(masked.map((token) => token.expose())).toEqual(tenant.released);
  expect(again).toMatchObject({ kind: "refused", reason: "plan-changed" });
});

test("asks for the one scope of the severity, and never for a refresh token", async () => {
  const scopes: unknown[] = [];
  const asked = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    if (String(input).includes("/bc-authorize")) scopes.push(new URLSearchParams(String(init?.body)).get("scope"));
    return asked(input, init);
  };
  try {
    await sentTo();
  } finally {
    globalThis.fetch = asked;
  }
  expect(scopes).toEqual(["openid rollback:sev2"]);
});

test("a no ends the wait as a denial", async () => {
  const sent = await sentTo();
  await decide("deny");
  expect(await wait(sent)).toEqual({ kind: "denied" });
});

test("silence until the push dies is an expiry, not a denial", async () => {
  const sent = await sentTo(LEAD, 1);
  expect(await wait(sent)).toEqual({ kind: "expired" });
});

test.each([
  ["wrong-key", "approval-unverified"],
  ["other-subject", "approval-unverified"],
  ["other-audience", "approval-unverified"],
  ["other-issuer", "approval-unverified"],
  ["other-details", "approval-unverified"],
  ["no-details", "approval-unverified"],
  ["unsigned", "approval-unverified"],
  ["expired", "approval-unverified"],
  ["no-scope", "scope-missing"],
] as const)("a token that is wrong by %s is no yes", async (forge, reason) => {
  tenant.auth0.faults.forge = forge;
  const sent = await sentTo();
  await decide("approve");
  expect(await judge(sent)).toMatchObject({ kind: "refused", reason });
});

test("a yes of somebody without the permission lacks the scope", async () => {
  const sent = await sentTo({ ...LEAD, id: 8, github: "junior", auth0: "auth0|junior" });
  await decide("approve");
  expect(await judge(sent)).toMatchObject({ kind: "refused", reason: "scope-missing" });
});

test.each([
  ["auth0|half", "approver-not-enrolled"],
  ["auth0|nobody-of-that-name", "approver-unknown"],
])("asking %s says %s", async (auth0, reason) => {
  expect(await ask({ ...LEAD, auth0 })).toMatchObject({ kind: "not-sent", reason });
});

test("asking too often is told apart", async () => {
  for (let i = 0; i < 5; i++) await ask();
  expect(await ask()).toMatchObject({ kind: "not-sent", reason: "push-limited" });
});

test("a tenant without the details type asks nobody", async () => {
  tenant.auth0.faults.detailsNotSupported = true;
  expect(await ask()).toMatchObject({ kind: "not-sent", reason: "rar-not-registered" });
  expect(tenant.auth0.inbox()).toEqual([]);
});

test("a key that Auth0 does not know is a fault of ours, when asking and when looking", async () => {
  const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const privateKey = new Secret(stranger.export({ type: "pkcs8", format: "pem" }).toString());
  const sent = await sentTo();
  server = createAuth0Approval({ ...client("asks"), privateKey }, AUDIENCE);
  expect(await ask()).toMatchObject({ kind: "not-sent", reason: "client-rejected" });
  expect(await wait(sent)).toMatchObject({ kind: "refused", reason: "client-rejected" });
});

test("faults of the tenant do not end a wait whose push lives", async () => {
  const sent = await sentTo();
  tenant.auth0.faults.failNext = 3;
  setTimeout(() => void decide("approve"), 100);
  expect(await wait(sent)).toMatchObject({ kind: "token" });
});

test.each(["access_denied", "expired_token", "invalid_grant"] as const)(
  "an end told as %s is an expiry",
  async (as) => {
    tenant.auth0.faults.expiredAs = as;
    expect(await wait(await sentTo(LEAD, 1))).toEqual({ kind: "expired" });
  },
);

test.each([
  ["refuseVault", "vault", "vault-unavailable"],
  ["reconnect", "vault", "vault-reconnect"],
  ["none", "vault-of-another", "vault-refused"],
] as const)("a vault with %s, asked by %s, says %s", async (fault, clientId, reason) => {
  if (fault !== "none") tenant.auth0.faults[fault] = true;
  expect(await redeemed(LEAD, clientId)).toMatchObject({ kind: "refused", reason });
});

test("who never connected GitHub is told so", async () => {
  await tenant.auth0.close();
  tenant = await startSampleTenant({
    users: [{ id: "auth0|lead", name: "L", permissions: ["rollback:sev2"], enrolled: "confirmed", connected: {} }],
  });
  server = createAuth0Approval(client("asks"), AUDIENCE);
  expect(await redeemed(LEAD, "vault")).toMatchObject({ kind: "refused", reason: "vault-not-connected" });
});

async function redeemed(person: Person, clientId: string) {
  const sent = await sentTo(person);
  await decide("approve");
  const judged = await judge(sent);
  const grant = judged.kind === "approval" ? makeGrant(planDigest(PLAN), [judged.approval], 1) : null;
  if (grant === null) throw new Error("no grant");
  const vault = createAuth0Vault(client(clientId), "github", () => {});
  return redeem(vault, grant, planDigest(PLAN), Date.now());
}
