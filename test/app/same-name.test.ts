import { afterEach, beforeEach, expect, test } from "vitest";
import { CI, finish } from "./finished.ts";
import { atRest, holdsOf, openStage, policyOf, type Stage } from "./stage.ts";

/** Two workflows have a job of the name that the policy watches. */
const DOCS = { path: ".github/workflows/docs.yml", name: "Docs", job: CI.job } as const;

let stage: Stage;
let bad: string;
beforeEach(async () => {
  stage = await openStage({ policy: policyOf({ signals: [{ check: CI.job }] }), deployed: false });
  for (const workflow of [CI, DOCS]) finish(stage, stage.good, "success", workflow);
  await atRest(stage);
  bad = await stage.commit("Break the shop");
});
afterEach(() => stage.close());

test("one of them fails, and that the other is green later does not hide it", async () => {
  stage.github.faults.webhooks.drop = 1000;
  finish(stage, bad, "failure", CI);
  await atRest(stage);
  stage.github.faults.webhooks.drop = 0;
  finish(stage, bad, "success", DOCS);
  await atRest(stage);
  expect(holdsOf(stage)).toHaveLength(1);
});

test("on a new head both must be green, in whatever order they end", async () => {
  finish(stage, bad, "failure", CI);
  await atRest(stage);
  const next = await stage.commit("Repair the docs");
  finish(stage, next, "failure", CI);
  finish(stage, next, "success", DOCS);
  await atRest(stage);
  expect(holdsOf(stage)).toHaveLength(1);
  finish(stage, next, "success", CI);
  await atRest(stage);
  expect(holdsOf(stage)).toEqual([]);
});
