import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { authorizationDetails, bindingMessage, DETAILS_TYPE } from "../../src/notice/phone.ts";
import { type Plan, planCode, planDigest } from "../../src/rollback/plan.ts";
import { plan } from "./incident-fixture.ts";

const sha = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 40, maxLength: 40 });
const plans: fc.Arbitrary<Plan> = fc.record({
  v: fc.constant(1 as const),
  repoId: fc.nat(),
  repo: fc.string({ unit: "binary", maxLength: 140 }),
  branch: fc.string({ unit: "binary", maxLength: 255 }),
  incident: fc.nat(),
  kind: fc.constantFrom("restore-last-good" as const, "revert-suspects" as const),
  expectedHead: sha,
  lastGood: sha,
  undoes: fc.array(sha, { maxLength: 60 }),
  resultingTree: sha,
  risks: fc.array(
    fc.record({
      kind: fc.constantFrom("migration" as const, "workflow" as const),
      path: fc.string(),
      line: fc.constant(null),
      why: fc.string(),
    }),
    { maxLength: 30 },
  ),
  severity: fc.constantFrom("sev1" as const, "sev2" as const),
  policyDigest: sha,
});

describe("the push", () => {
  it("says the plan's code first, then where", () => {
    expect(bindingMessage(plan)).toBe(`${planCode(plan)}:rollback:acme-shop:main:#42`);
  });

  it("fits Auth0's message whatever the repository and branch are called", () => {
    fc.assert(
      fc.property(plans, (any) => {
        expect(bindingMessage(any)).toMatch(/^[A-Z2-7]{4}-[A-Z2-7]{4}[A-Za-z0-9+\-_.,:#]{1,55}$/);
        expect(bindingMessage(any)).toContain(`#${any.incident}`);
      }),
    );
  });
});

describe("the opened push", () => {
  it("shows the plan in Guardian's schema", () => {
    expect(authorizationDetails(plan)).toMatchInlineSnapshot(`
      [
        {
          "instruction": "Roll back main of acme/shop? The code must read FI7U-CK7L.",
          "properties": {
            "action": {
              "display": true,
              "display_order": 4,
              "name": "What runs",
              "value": "One commit on 3f2a9c1b7d40 that restores the tree of b07e4d5a6c8f",
            },
            "branch": {
              "display": true,
              "display_order": 3,
              "name": "Branch",
              "value": "main",
            },
            "code": {
              "display": true,
              "display_order": 1,
              "name": "Plan code",
              "value": "FI7U-CK7L",
            },
            "digest": {
              "display": true,
              "display_order": 9,
              "name": "Plan digest",
              "value": "2a3f412beb86897835af20c8ceaf98084b46bc34ea052ccef672d011d4fcba72",
            },
            "incident": {
              "display": true,
              "display_order": 7,
              "name": "Incident",
              "value": "#42 (sev2)",
            },
            "repository": {
              "display": true,
              "display_order": 2,
              "name": "Repository",
              "value": "acme/shop",
            },
            "risks": {
              "display": true,
              "display_order": 6,
              "name": "Risks",
              "value": "migration (1)",
            },
            "tree": {
              "display": true,
              "display_order": 8,
              "name": "Resulting tree",
              "value": "77889900aabbccddeeff00112233445566778899",
            },
            "undoes": {
              "display": true,
              "display_order": 5,
              "name": "Undoes",
              "value": "2 commits: 3f2a9c1b7d40, 8c1d2e3f4051",
            },
          },
          "type": "urn:auth0:schemas:authorization-details:v1:sentinel-rollback",
        },
      ]
    `);
  });

  it("is one object of at most ten short lines with the full digest, for any plan", () => {
    fc.assert(
      fc.property(plans, fc.option(sha), (any, record) => {
        const details = authorizationDetails(any, record);
        expect(details).toHaveLength(1);
        const [{ type, instruction, properties }] = details;
        expect(type).toBe(DETAILS_TYPE);
        expect(instruction.length).toBeLessThanOrEqual(255);
        expect(properties.digest?.value).toBe(planDigest(any));
        const lines = Object.entries(properties);
        expect(lines.length).toBeLessThanOrEqual(10);
        for (const [key, line] of lines) {
          expect(key).toMatch(/^[a-z]+$/);
          expect(line.value.length).toBeLessThanOrEqual(255);
        }
        expect(JSON.stringify(details).length).toBeLessThanOrEqual(5 * 1024);
      }),
    );
  });

  it("changes when any field of the plan does", () => {
    const changes: readonly Partial<Plan>[] = [
      { branch: "release" },
      { expectedHead: "0".repeat(40) },
      { resultingTree: "0".repeat(40) },
      { undoes: [] },
      { risks: [] },
      { severity: "sev1" },
      { policyDigest: "0" },
      { repoId: 78 },
    ];
    const texts = [plan, ...changes.map((change) => ({ ...plan, ...change }))].map((any) =>
      JSON.stringify(authorizationDetails(any)),
    );
    expect(new Set(texts).size).toBe(texts.length);
  });
});
