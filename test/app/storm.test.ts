import { afterEach, expect, test } from "vitest";
import { decodeMemory } from "../../src/incident/memory.ts";
import { CI, finish } from "./finished.ts";
import { atRest, holdsOf, openStage, policyOf, type Stage } from "./stage.ts";

/** Many failures of one revision are one incident, whose page says how many GitHub knows of. */
let stage: Stage;
afterEach(() => stage.close());

const SIGNALS = { signals: [{ deployment: "production" }, { check: "build", severity: "sev3" as const }] };

function build(sha: string, conclusion: "success" | "failure") {
  return finish(stage, sha, conclusion, { ...CI, job: "build" });
}

async function storm(): Promise<string> {
  stage = await openStage({ policy: policyOf(SIGNALS) });
  build(stage.good, "success");
  await atRest(stage);
  const bad = await stage.commit("Break the shop");
  for (let at = 0; at < 7; at++) build(bad, "failure");
  for (let at = 0; at < 3; at++) stage.deploy(bad, "failure");
  await atRest(stage);
  return bad;
}

const incidents = () =>
  stage.github.state.issues(stage.repo).filter(({ labels }) => labels.includes("sentinel:incident"));
const edits = () => stage.calls.filter(({ method, path }) => method === "PATCH" && /\/issues\/\d+$/.test(path)).length;

/** Something else changes, so that the page is written anyway. */
async function extend(): Promise<void> {
  stage.github.person.comment(stage.repo, incidents()[0]?.number ?? 0, "lead", "/sentinel extend 3h");
  await atRest(stage);
}

function failures(sha: string): unknown {
  const runs = stage.github.state.checkRuns(stage.repo, sha);
  const check = runs.find(({ name }) => name === "Sentinel");
  return decodeMemory((check?.output as { text?: string } | undefined)?.text ?? null)?.failures;
}

test("a storm is one incident and one hold, with how often each source failed", async () => {
  const bad = await storm();
  await extend();
  expect(holdsOf(stage)).toHaveLength(1);
  expect(incidents()).toHaveLength(1);
  expect(failures(bad)).toEqual({ "check:build": 7, "deployment:production": 3 });
  expect(incidents()[0]?.body).toContain(
    "| Counted | **10** failures of this revision: check build ×7, deployment to production ×3 |",
  );
});

test("a delivery that comes twice, or late, counts nothing", async () => {
  const bad = await storm();
  stage.github.faults.webhooks.duplicate = 100;
  stage.github.faults.webhooks.reorder = 3;
  stage.deploy(bad, "failure");
  await atRest(stage);
  await stage.restart();
  await atRest(stage);
  await extend();
  expect(failures(bad)).toEqual({ "check:build": 7, "deployment:production": 4 });
});

test("a number alone is no reason to write: it goes along with the next change", async () => {
  const bad = await storm();
  await extend();
  const before = edits();
  build(bad, "failure");
  await atRest(stage);
  expect(edits()).toBe(before);
  expect(failures(bad)).toMatchObject({ "check:build": 7 });
  stage.github.person.comment(stage.repo, incidents()[0]?.number ?? 0, "lead", "/sentinel extend 4h");
  await atRest(stage);
  expect(incidents()[0]?.body).toContain("check build ×8");
});

test("one failure is not counted on the page", async () => {
  stage = await openStage();
  stage.deploy(await stage.commit("Break the shop"), "failure");
  await atRest(stage);
  expect(incidents()[0]?.body).not.toContain("Counted");
});
