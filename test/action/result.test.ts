import { afterEach, expect, test } from "vitest";
import { Result } from "../../src/incident/result.ts";
import { type Stage, setStage } from "./stage.ts";

let stage: Stage;
afterEach(() => stage.close());

test("a rollback's result says for programs what its report says", async () => {
  stage = await setStage();
  const run = await stage.dispatch({ diagnosis: { culprit: stage.bad } });
  await stage.answer("approve");
  const { report, result, log } = await stage.ended(run);
  const { risks: _, ...plan } = report.plan ?? {};
  expect(Result.parse(JSON.parse(result)), log).toEqual({
    ...{ schema_version: 1, phase: "respond", outcome: "rolled-back", reason: "rolled-back" },
    ...{ incident: stage.incident, culprit: stage.bad, plan, approver: "lead" },
    ...{ revertSha: report.revertSha, record: report.record },
  });
  expect(plan).toMatchObject({ undoes: expect.arrayContaining([stage.bad]) });
});

test("of a proposal that is not the incident's nothing stands in the result", async () => {
  stage = await setStage();
  const run = await stage.dispatch({ badHead: stage.good, diagnosis: { culprit: stage.bad } });
  const { result } = await stage.ended(run);
  expect(Result.parse(JSON.parse(result))).toMatchObject({
    ...{ outcome: "held", reason: "proposal-invalid", culprit: null, plan: null, revertSha: null, record: null },
  });
});
