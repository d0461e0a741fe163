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

test("a no ends the wait as a denial", async () => {
  const sent = await sentTo();
  await decide("deny");
  expect(await wait(sent)).toEqual({ kind: "denied" });
});

test("silence until the push dies is an expiry, not a denial", async () => {
  const sent = await sentTo(LEAD, 1);
  expect(await wait(sent)).toEqual({ kind: "expired" });
});
