import { expect, test } from "vitest";
import { composeDiagnosis } from "../../src/agent/diagnosis.ts";
import { listEvidence } from "../../src/agent/evidence.ts";
import type { Looked } from "../../src/agent/looked.ts";
import { createMask } from "../../src/agent/mask.ts";
import { computeOptions } from "../../src/agent/options.ts";
import { readSymptom } from "../../src/agent/symptom/symptom.ts";
import { think } from "../../src/agent/think.ts";
import { Policy } from "../../src/policy/schema.ts";
import { CULPRIT, lookedFixture, POLICY } from "./looked-fixture.ts";

const RADIUS = { files: 1, areas: [], owners: [], environments: [], touches: [], notLookedAt: [] };
const SURE = { ranked: [{ sha: CULPRIT, score: 0.9, reasons: [] }], none: 0.1, speaks: true };
const UNSURE = { ranked: [{ sha: CULPRIT, score: 0.4, reasons: [] }], none: 0.6, speaks: false };
const REVERTING = Policy.parse({ ...POLICY, rollback: { ...POLICY.rollback, strategy: "revert-suspects" } });

async function diagnosed(change: Partial<Looked>, policy = POLICY) {
  const looked = lookedFixture(change);
  const evidence = listEvidence(looked);
  const options = computeOptions(looked, policy);
  const thought = await think({ looked, evidence, options, source: "deployment:production", branch: "main" }, null, {
    clock: { now: () => 0, sleep: async () => {} },
    signal: new AbortController().signal,
    mask: createMask([]),
    watch: () => {},
  });
  return { names: options.map(({ name }) => name), diagnosis: composeDiagnosis(looked, RADIUS, evidence, thought) };
}

test("an unsure culprit is not named and does not stand in the way of restoring the last good revision", async () => {
  const { names, diagnosis } = await diagnosed({ ranking: UNSURE });
  expect(names).toEqual(["restore-last-good", "hold"]);
  expect(diagnosis).toMatchObject({ verdict: "rollback", option: "restore-last-good", culprit: null, confidence: 0.4 });
});

test("a sure culprit is named, and may be reverted alone where the policy says so", async () => {
  expect((await diagnosed({ ranking: SURE })).diagnosis).toMatchObject({
    option: "restore-last-good",
    culprit: CULPRIT,
  });
  const { names, diagnosis } = await diagnosed({ ranking: SURE }, REVERTING);
  expect(names).toEqual(["revert-suspects", "restore-last-good", "hold"]);
  expect(diagnosis).toMatchObject({ verdict: "rollback", option: "revert-suspects", culprit: CULPRIT });
  expect((await diagnosed({ ranking: UNSURE }, REVERTING)).names).toEqual(["restore-last-good", "hold"]);
});

test("machines at fault, in their own words and with nothing that names our code: not our change", async () => {
  const job = { name: "deploy", workflow: "Deploy", url: null, annotations: [] };
  const log = "The self-hosted runner: box-1 lost communication with the server.\n##[error]The operation was canceled.";
  const { names, diagnosis } = await diagnosed({ symptom: readSymptom([{ ...job, log }], null) });
  expect(names[0]).toBe("hold");
  expect(diagnosis).toMatchObject({ verdict: "not-our-change", option: "hold" });
  const both = readSymptom([{ ...job, log: `${log}\n    at charge (pay/charge.js:2:1)` }], null);
  expect((await diagnosed({ symptom: both })).diagnosis).toMatchObject({ verdict: "rollback" });
});

test("a last good revision that is no ancestor leaves only hold", async () => {
  const { range } = lookedFixture();
  const { names, diagnosis } = await diagnosed({ range: { ...range, goodIsAncestor: false } });
  expect(names).toEqual(["hold"]);
  expect(diagnosis).toMatchObject({ verdict: "hold", option: "hold" });
});

test("a job that fails elsewhere too is said to", async () => {
  const run = { sha: CULPRIT, at: "2026-11-20T00:00:00Z" };
  const { diagnosis } = await diagnosed({
    earlierRuns: [
      { ...run, conclusion: "failure" },
      { ...run, conclusion: "success" },
    ],
  });
  expect(diagnosis.claims.map(({ text }) => text)).toContain(
    "The same job also failed on 1 of its 2 last runs on other revisions.",
  );
});
