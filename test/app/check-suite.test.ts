import { afterEach, describe, expect, test } from "vitest";
import { base, checkRun, checkSuite, type Payload, send } from "./events.ts";
import { finish } from "./finished.ts";
import { type InProcess, startInProcess } from "./in-process.ts";
import { atRest, holdsOf, openStage, policyOf, type Stage, until } from "./stage.ts";

/** What a suite of checks costs and does: when it is the only delivery that arrives, and when the checks were heard of. */
let stage: Stage;
let app: InProcess;
let from: Payload;
let head: string;

afterEach(async () => {
  await app.close();
  await stage.close();
});

/** The branch's head was checked with `conclusion`, and no delivery of it has arrived. */
async function lostCheck(conclusion: "success" | "failure"): Promise<void> {
  stage = await openStage({ start: false, policy: policyOf({ signals: [{ check: "test" }] }), deployed: false });
  finish(stage, stage.good, "success");
  await stage.github.idle();
  app = await startInProcess(stage.env);
  await until(async () => (await fetch(`${app.url}/readyz`)).ok, "the App is ready");
  await atRest(stage, 250, app.url);
  const installation = stage.calls.map(({ path }) => /installations\/(\d+)\/access/.exec(path)?.[1]).find(Boolean);
  from = base(stage, Number(installation));
  stage.github.faults.webhooks.drop = 100;
  head = await stage.commit("Change the shop");
  finish(stage, head, conclusion);
  await atRest(stage, 250, app.url);
  stage.github.faults.webhooks.drop = 0;
}

/** The calls to GitHub until the event is answered. */
async function callsFor(event: string, payload: Payload): Promise<readonly string[]> {
  await atRest(stage, 250, app.url);
  const before = app.calls().length;
  expect((await send(app.url, event, payload)).status).toBe(200);
  return app.calls().slice(before);
}

test("a failing suite holds, though the failing check's own delivery was lost", async () => {
  await lostCheck("failure");
  expect(holdsOf(stage)).toEqual([]);
  await callsFor("check_suite", checkSuite(from, { head_sha: head }));
  await atRest(stage, 250, app.url);
  expect(holdsOf(stage)).toEqual([`sentinel hold main @${head.slice(0, 12)} #1`]);
});

test("a passing suite releases, though the passing check's own delivery was lost", async () => {
  await lostCheck("failure");
  await callsFor("check_suite", checkSuite(from, { head_sha: head }));
  stage.github.faults.webhooks.drop = 100;
  const better = await stage.commit("Repair the shop");
  finish(stage, better, "success");
  await atRest(stage, 250, app.url);
  expect(holdsOf(stage)).toHaveLength(1);
  stage.github.faults.webhooks.drop = 0;
  await callsFor("check_suite", checkSuite(from, { head_sha: better, conclusion: "success" }));
  await atRest(stage, 250, app.url);
  expect(holdsOf(stage)).toEqual([]);
  expect(stage.github.state.issues(stage.repo)[0]?.state).toBe("closed");
});

describe("a suite that sums up what was heard", () => {
  test("costs no call, until it says something else", async () => {
    await lostCheck("success");
    expect(await callsFor("check_run", checkRun(from, { head_sha: head, conclusion: "success" }))).not.toEqual([]);
    expect(await callsFor("check_suite", checkSuite(from, { head_sha: head, conclusion: "success" }))).toEqual([]);
    expect(await callsFor("check_suite", checkSuite(from, { head_sha: head, conclusion: "failure" }))).not.toEqual([]);
    expect(await callsFor("check_suite", checkSuite(from, { head_sha: head, conclusion: "success" }))).not.toEqual([]);
    expect(holdsOf(stage)).toEqual([]);
  });

  test("is heard for its own revision alone", async () => {
    await lostCheck("success");
    await callsFor("check_run", checkRun(from, { head_sha: stage.good, conclusion: "success" }));
    expect(await callsFor("check_suite", checkSuite(from, { head_sha: head, conclusion: "success" }))).not.toEqual([]);
  });
});

test("of its conclusions only a failure or a success leads to a look", async () => {
  await lostCheck("success");
  const table: Readonly<Record<string, "a look" | "nothing">> = {
    success: "a look",
    failure: "a look",
    timed_out: "a look",
    startup_failure: "a look",
    neutral: "nothing",
    cancelled: "nothing",
    skipped: "nothing",
    stale: "nothing",
    action_required: "nothing",
    "of tomorrow": "nothing",
  };
  const found: Record<string, string> = {};
  for (const conclusion of Object.keys(table)) {
    // A revision of its own each time: what was heard of one must not answer for another.
    const sha = await stage.commit(`Ends with ${conclusion}`);
    const calls = await callsFor("check_suite", checkSuite(from, { head_sha: sha, conclusion }));
    found[conclusion] = calls.length > 0 ? "a look" : "nothing";
  }
  expect(found).toEqual(table);
  expect(holdsOf(stage)).toEqual([]);
});
