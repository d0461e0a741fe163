import fc from "fast-check";
import { expect, test } from "vitest";
import { judgeAsk, judgeDetails, readLoginHint } from "../../drill/auth0/asking.ts";
import { createInbox } from "../../drill/auth0/inbox.ts";
import type { PhoneRequest } from "../../drill/auth0/types.ts";

const LIFE = 10_000;

test("whatever the order of answers, polls and time, one yes gives one token and nothing else gives any", () => {
  const step = fc.oneof(
    fc.constant({ kind: "poll" as const }),
    fc.record({ kind: fc.constant("answer" as const), decision: fc.constantFrom("approve" as const, "deny" as const) }),
    fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 6000 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let now = 0;
      const inbox = createInbox(1, () => now);
      inbox.push("secret", requestAt(now));
      let said: "approve" | "deny" | null = null;
      let tokens = 0;
      for (const each of steps) {
        if (each.kind === "wait") now += each.ms;
        if (each.kind === "answer" && inbox.waiting().length > 0) {
          inbox.settle(inbox.take("shown"), each.decision, "button");
          said = each.decision;
        }
        if (each.kind !== "poll") continue;
        const outcome = inbox.poll("secret", false)?.outcome;
        if (outcome === "approved") {
          tokens += 1;
          expect([said, now < LIFE]).toEqual(["approve", true]);
        }
        if (outcome === "denied") expect(said).toBe("deny");
        if (outcome === "pending" || outcome === "slow-down") expect([said, now < LIFE]).toEqual([null, true]);
        if (outcome === "expired") expect(now).toBeGreaterThanOrEqual(LIFE);
      }
      expect(tokens).toBeLessThanOrEqual(1);
    }),
    { numRuns: 500 },
  );
});

test("an answered request takes no second answer, and the request's id is not what polls it", () => {
  const inbox = createInbox(1, () => 0);
  inbox.push("secret", requestAt(0));
  inbox.settle(inbox.take("shown"), "deny", "button");
  expect(() => inbox.take("shown")).toThrow();
  expect(inbox.poll("shown", false)).toBeNull();
});

test("a binding message passes exactly when it is 1 to 64 characters of the allowed set", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80, unit: fc.constantFrom(..."aZ09 +-_.,:#/$?!'\"()<\n\té") }), (message) => {
      const isAllowed = /^[A-Za-z0-9 +\-_.,:#]{1,64}$/.test(message);
      expect(judgeAsk({ scope: "openid", binding_message: message }) === null).toBe(isAllowed);
    }),
    { numRuns: 500 },
  );
});

test("no text is read as a login hint but an iss_sub object of this tenant", () => {
  const issuer = "https://tenant.example/";
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (hint) => {
      expect(readLoginHint(hint, issuer)).toMatchObject({ error: "invalid_request" });
    }),
  );
  const hint = { format: "iss_sub", iss: issuer, sub: "auth0|lead" };
  expect(readLoginHint(JSON.stringify(hint), issuer)).toEqual({ sub: "auth0|lead" });
  for (const wrong of [
    { ...hint, iss: "https://tenant.example" },
    { ...hint, format: "email" },
    { ...hint, sub: "" },
  ])
    expect(readLoginHint(JSON.stringify(wrong), issuer)).toMatchObject({ error: "invalid_request" });
});

test("details with more than Guardian can draw are refused", () => {
  const property = { display: true, name: "n", value: "v" };
  const details = (count: number, value = "v") => [
    {
      type: "t",
      properties: Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, { ...property, value }])),
    },
  ];
  expect(judgeDetails(details(10))).toBeNull();
  expect(judgeDetails(details(1, "v".repeat(255)))).toBeNull();
  for (const wrong of [details(11), details(1, "v".repeat(256)), [], [...details(1), ...details(1)]])
    expect(judgeDetails(wrong)).toMatchObject({ error: "invalid_request" });
});

function requestAt(sentAt: number): PhoneRequest {
  return {
    id: "shown",
    user: { id: "auth0|lead", name: "Lena" },
    client: { id: "asks", name: "Sentinel" },
    bindingMessage: "x",
    audience: null,
    scope: "openid",
    details: [],
    sentAt,
    expiresAt: sentAt + LIFE,
  };
}
