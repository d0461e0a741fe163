import { afterEach, beforeEach, expect, test } from "vitest";
import { type Stage, setStage } from "./stage.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await setStage();
});
afterEach(() => stage.close());

test("a yes rolls the branch back to the last good tree, in the approver's name", async () => {
  const run = await stage.dispatch();
  await stage.answer("approve");
  const { conclusion, report, log } = await stage.ended(run);
  expect(conclusion).toBe("success");
  expect(report).toMatchObject({ outcome: "rolled-back", approver: "lead" });
  expect(await stage.github.state.head(stage.repo, "main")).toBe(report.revertSha);
});
