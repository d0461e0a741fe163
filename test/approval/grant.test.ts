import { describe, expect, test } from "vitest";
import { type Expectation, type Judged, judgeToken, makeGrant } from "../../src/approval/grant.ts";
import { requestPower } from "../../src/approval/step-up.ts";
import { shortCode } from "../../src/kernel/digest.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { authorizationDetails } from "../../src/notice/phone.ts";
import { planDigest } from "../../src/rollback/plan.ts";
import { redeem } from "../../src/vault/credential.ts";
import { LEAD, PLAN } from "./plan.ts";

const NOW = Date.parse("2026-11-23T12:00:00Z");
const DIGEST = planDigest(PLAN);
const DETAILS = authorizationDetails(PLAN);
const EXPECTED: Expectation = {
  person: LEAD,
  digest: DIGEST,
  severity: "sev2",
  authorizationDetails: DETAILS,
  clientId: "asks",
  sentAt: NOW - 60_000,
  now: NOW,
};
const CLAIMS = {
  sub: "auth0|lead",
  azp: "asks",
  scope: "openid rollback:sev2",
  iat: NOW / 1000 - 2,
  authorization_details: DETAILS,
};

function judge(claims: object = {}, expected: Partial<Expectation> = {}): Judged {
  const check = { kind: "claims", claims: { ...CLAIMS, ...claims } } as const;
  return judgeToken(check, new Secret("token"), { ...EXPECTED, ...expected });
}

function approval(expected: Partial<Expectation> = {}, claims: object = {}) {
  const judged = judge(claims, expected);
  if (judged.kind === "refused") throw new Error(judged.detail);
  return judged.approval;
}

const SECOND = { ...LEAD, github: "second", id: 8, auth0: "auth0|second" };

describe("a token counts as a yes", () => {
  test("when everything fits", () => {
    expect(judge().kind).toBe("approval");
  });

  test("also when it names its client in the other way that Auth0 has", () => {
    expect(judge({ azp: undefined, client_id: "asks" }).kind).toBe("approval");
    expect(judge({ client_id: "asks" }).kind).toBe("approval");
  });

  test("also when the server adds to what was shown", () => {
    const more = DETAILS.map((one) => ({ ...one, consent: "x" }));
    expect(judge({ authorization_details: more }).kind).toBe("approval");
  });

  test.each([
    ["another subject", { sub: "auth0|eve" }, "approval-unverified"],
    ["another client", { azp: "login" }, "approval-unverified"],
    ["two clients that differ", { client_id: "login" }, "approval-unverified"],
    ["two clients that differ the other way", { azp: "login", client_id: "asks" }, "approval-unverified"],
    ["a client of no kind", { azp: ["asks"] }, "approval-unverified"],
    ["a subject of no kind", { sub: ["auth0|lead"] }, "approval-unverified"],
    ["a subject in other letters", { sub: "auth0|Lead" }, "approval-unverified"],
    ["a scope of no kind", { scope: ["rollback:sev2"] }, "approval-unverified"],
    ["a time of no kind", { iat: String(NOW / 1000) }, "approval-unverified"],
    ["a permission but not the scope", { scope: "openid", permissions: ["rollback:sev2"] }, "scope-missing"],
    ["no client", { azp: undefined }, "approval-unverified"],
    ["an earlier time than the push", { iat: (NOW - 130_000) / 1000 }, "approval-unverified"],
    ["a time to come", { iat: (NOW + 61_000) / 1000 }, "approval-unverified"],
    ["no time", { iat: undefined }, "approval-unverified"],
    ["no details", { authorization_details: undefined }, "approval-unverified"],
    ["two details", { authorization_details: [...DETAILS, ...DETAILS] }, "approval-unverified"],
    ["details cut short", { authorization_details: [{ type: DETAILS[0].type }] }, "approval-unverified"],
    ["details of no kind", { authorization_details: "yes" }, "approval-unverified"],
    ["a lower scope", { scope: "openid rollback:sev3" }, "scope-missing"],
    ["a scope that only begins alike", { scope: "rollback:sev22" }, "scope-missing"],
    ["no scope", { scope: undefined }, "scope-missing"],
  ])("but not with %s", (_, claims, reason) => {
    expect(judge(claims)).toMatchObject({ kind: "refused", reason });
  });

  test("but not when this machine's clock is minutes off, and that is said", () => {
    const detail = expect.stringContaining("240 s after this machine's clock");
    expect(judge({ iat: (NOW + 240_000) / 1000 })).toMatchObject({ reason: "approval-unverified", detail });
  });

  test("but not when it is older than five minutes, even in a long wait", () => {
    const iat = (NOW - 301_000) / 1000;
    expect(judge({ iat }, { sentAt: NOW - 600_000 })).toMatchObject({ reason: "approval-unverified" });
  });

  test("but not with any field of the shown plan changed", () => {
    for (const key of Object.keys(DETAILS[0].properties)) {
      const changed = structuredClone(DETAILS) as unknown as { properties: Record<string, { value: string }> }[];
      const property = changed[0]?.properties[key];
      if (property) property.value = `${property.value} `;
      expect(judge({ authorization_details: changed }), key).toMatchObject({ reason: "approval-unverified" });
    }
  });

  test("but not when the signature or the keys could not be checked", () => {
    const token = new Secret("token");
    expect(judgeToken({ kind: "invalid", why: "x" }, token, EXPECTED)).toMatchObject({ reason: "approval-unverified" });
    expect(judgeToken({ kind: "no-answer", why: "x" }, token, EXPECTED)).toMatchObject({ reason: "auth0-unavailable" });
  });
});

describe("a grant", () => {
  test("needs as many different people as the severity", () => {
    const [one, two] = [approval(), approval({ person: SECOND }, { sub: "auth0|second" })];
    expect(makeGrant(DIGEST, [one], 1)).not.toBeNull();
    expect(makeGrant(DIGEST, [one], 2)).toBeNull();
    expect(makeGrant(DIGEST, [one, approval()], 2)).toBeNull();
    expect(makeGrant(DIGEST, [one, approval({ person: { ...LEAD, id: 9 } })], 2)).toBeNull();
    expect(
      makeGrant(DIGEST, [one, approval({ person: { ...LEAD, auth0: "auth0|second" } }, { sub: "auth0|second" })], 2),
    ).toBeNull();
    expect(makeGrant(DIGEST, [one, two], 2)?.approvers).toEqual([LEAD, SECOND]);
    expect(makeGrant(DIGEST, [], 0)).toBeNull();
  });

  test("counts no approval of another plan", () => {
    const other = approval({ digest: "f".repeat(64) });
    expect(makeGrant(DIGEST, [other], 1)).toBeNull();
    expect(makeGrant(DIGEST, [approval(), other], 2)).toBeNull();
  });

  test("counts nothing that only looks like an approval", () => {
    const real = approval();
    const forged = Object.create(Object.getPrototypeOf(real), Object.getOwnPropertyDescriptors(real));
    expect(makeGrant(DIGEST, [forged], 1)).toBeNull();
  });

  test("is spent once, in time, for its own plan", () => {
    const grant = () => makeGrant(DIGEST, [approval()], 1);
    expect(grant()?.spend(DIGEST, NOW)).toMatchObject({ kind: "token" });
    expect(grant()?.spend("f".repeat(64), NOW)).toMatchObject({ reason: "plan-changed" });
    expect(grant()?.spend(DIGEST, NOW + 299_000)).toMatchObject({ reason: "approval-expired" });
    const one = grant();
    one?.spend(DIGEST, NOW);
    expect(one?.spend(DIGEST, NOW)).toMatchObject({ reason: "plan-changed" });
  });

  test("is for the whole digest, not for the code that stands for its beginning", async () => {
    const alike = `${DIGEST.slice(0, 10)}${"0".repeat(54)}`;
    expect(shortCode(alike)).toBe(shortCode(DIGEST));
    const grant = makeGrant(DIGEST, [approval()], 1);
    expect(requestPower(alike, grant)).toMatchObject({ kind: "denied" });
    expect(makeGrant(alike, [approval()], 1)).toBeNull();
    expect(grant?.spend(alike, NOW)).toMatchObject({ reason: "plan-changed" });
  });

  test("gives power over its own plan alone", () => {
    const grant = makeGrant(DIGEST, [approval()], 1);
    expect(requestPower(DIGEST, null)).toEqual({ kind: "denied", reason: "step-up-required" });
    expect(requestPower("f".repeat(64), grant)).toMatchObject({ kind: "denied" });
    expect(requestPower(DIGEST, grant)).toMatchObject({ kind: "granted" });
  });
});

describe("redeeming", () => {
  const vault = { exchange: async () => ({ kind: "ok", value: { token: new Secret("ghu_secret") } }) as const };

  test("a dropped credential gives nothing any more, and never prints", async () => {
    const grant = makeGrant(DIGEST, [approval()], 1);
    const redeemed = grant && (await redeem(vault, grant, DIGEST, NOW));
    if (redeemed?.kind !== "credential") throw new Error("no credential");
    expect(JSON.stringify(redeemed)).not.toContain("ghu_secret");
    redeemed.credential.drop();
    expect(() => redeemed.credential.token()).toThrow("invariant");
  });

  test("asks the vault nothing for a grant of another plan or a spent one", async () => {
    let asked = 0;
    const counting = {
      exchange: async () => {
        asked++;
        return vault.exchange();
      },
    };
    const grant = makeGrant(DIGEST, [approval()], 1);
    if (!grant) throw new Error("no grant");
    expect(await redeem(counting, grant, "f".repeat(64), NOW)).toMatchObject({ reason: "plan-changed" });
    expect(await redeem(counting, grant, DIGEST, NOW)).toMatchObject({ reason: "plan-changed" });
    expect(asked).toBe(0);
  });
});
