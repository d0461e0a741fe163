import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { saveMemory } from "../../src/adapters/github-app-acts.ts";
import { decodeMemory, type Memory } from "../../src/incident/memory.ts";
import { checkRunOutput } from "../../src/notice/check-run.ts";
import { asApp, deliverAgain } from "./as-app.ts";
import { answersOf, atRest, holdsOf, openStage, type Stage, until } from "./stage.ts";

let stage: Stage;
let bad: string;
beforeEach(async () => {
  stage = await openStage({ responder: "exit 1" });
  bad = await stage.commit("Break the shop");
  stage.deploy(bad, "failure", "no page answers");
  await atRest(stage, 400);
});
afterEach(() => stage.close());

function memory(): Memory | null {
  const [check] = stage.github.state.checkRuns(stage.repo, bad).filter((run) => run.name === "Sentinel");
  return decodeMemory((check?.output as { text?: string } | undefined)?.text ?? null);
}

const answers = () => answersOf(stage);

async function writeAsAnotherReplica(memory: Memory): Promise<void> {
  const github = asApp(stage);
  const [installation] = await github.listAsApp("/app/installations", z.looseObject({ id: z.int() }), 1);
  const [check] = stage.github.state.checkRuns(stage.repo, bad).filter((run) => run.name === "Sentinel");
  const powers = github.powers(installation?.id ?? 0, stage.repo.id);
  const repo = { ...stage.repo, url: "https://github.example/acme/shop", defaultBranch: "main" };
  await saveMemory(powers, repo, Number(check?.id), memory, checkRunOutput(memory));
  await powers.end();
  github.close();
}

/** Writes a comment and gives what Sentinel answered. */
async function say(login: string, body: string): Promise<string> {
  const before = answers().length;
  stage.github.person.comment(stage.repo, 1, login, body);
  await until(() => answers().length > before, "Sentinel answers");
  await atRest(stage);
  expect(answers()).toHaveLength(before + 1);
  return answers().at(-1) ?? "";
}

describe("a command on the incident", () => {
  test("status and why are answered to anybody who may read, and change nothing", async () => {
    expect(await say("reader", "/sentinel status")).toContain("held");
    expect(await say("reader", "/sentinel why")).toContain("no page answers");
    expect(holdsOf(stage)).toHaveLength(1);
  });

  test("release by a maintainer lets go, closes, and the same head is not held again", async () => {
    await say("lead", "/sentinel release known and harmless");
    expect(holdsOf(stage)).toEqual([]);
    expect(memory()).toMatchObject({ state: "closed", released: { by: "lead", reason: "known and harmless" } });
    expect(stage.github.state.issues(stage.repo)[0]?.state).toBe("closed");
    const page = stage.github.state.issues(stage.repo)[0]?.body;
    expect(page).toContain("| Responder |");
    stage.deploy(bad, "failure");
    await atRest(stage);
    expect(holdsOf(stage)).toEqual([]);
    expect(stage.github.state.issues(stage.repo)).toHaveLength(1);
    expect(stage.github.state.issues(stage.repo)[0]?.body).toBe(page);
  });

  test("release by somebody who may only write is refused with the role it takes", async () => {
    expect(await say("dev", "/sentinel release I am in a hurry")).toContain("maintain");
    expect(holdsOf(stage)).toHaveLength(1);
  });

  test("release without a reason, and anything unknown, gets one helpful answer", async () => {
    expect(await say("lead", "/sentinel release")).toContain("needs a reason");
    expect(await say("lead", "/sentinel frobnicate")).toContain("/sentinel why");
    expect(holdsOf(stage)).toHaveLength(1);
  });

  test("retry runs the responder's failed job again", async () => {
    expect(await say("dev", "/sentinel retry")).toContain("runs again");
    await atRest(stage, 400);
    expect(stage.github.state.runs(stage.repo).map(({ attempt }) => attempt)).toEqual([2]);
    expect(memory()?.run?.attempt).toBe(2);
  });

  test("rollback starts a new responder with the wish written down", async () => {
    await say("dev", "/sentinel rollback restore");
    expect(stage.github.state.runs(stage.repo)).toHaveLength(2);
    expect(memory()?.wish).toEqual({ by: "dev", plan: "restore-last-good", shas: [] });
  });

  test("retry is not lost when GitHub does not take it at first", async () => {
    stage.github.faults.of("POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs").failBefore = 1;
    await say("dev", "/sentinel retry");
    await until(() => memory()?.run?.attempt === 2, "the responder runs again", 20_000);
  });

  test("deny is not answered before it is remembered, and comes again", async () => {
    const write = "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}";
    stage.github.faults.of(write).failBefore = 12;
    stage.github.person.comment(stage.repo, 1, "dev", "/sentinel deny");
    await atRest(stage);
    expect(memory()?.denied).toBeNull();
    expect(answers()).toEqual([]);
    stage.github.faults.of(write).failBefore = 0;
    stage.github.person.comment(stage.repo, 1, "dev", "/sentinel deny");
    await until(() => answers().length > 0, "it is answered");
    expect(memory()?.denied).toMatchObject({ by: "dev" });
  });

  test("deny is remembered again after another replica wrote what it had read before", async () => {
    const before = memory();
    await say("dev", "/sentinel deny");
    expect(memory()?.denied).toMatchObject({ by: "dev" });
    if (before) await writeAsAnotherReplica(before);
    expect(memory()?.denied).toBeNull();
    await until(() => memory()?.denied?.by === "dev", "the no stands again", 20_000);
    await atRest(stage);
    expect(answers()).toHaveLength(1);
  });

  test("rollback starts one responder though GitHub's answer to that was lost", async () => {
    const start = "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches";
    stage.github.faults.of(start).failAfter = 1;
    await say("dev", "/sentinel rollback restore");
    const [newest] = stage.github.state.runs(stage.repo).toSorted((a, b) => b.id - a.id);
    await until(() => memory()?.run?.id === newest?.id, "the new run is known", 20_000);
    expect(stage.github.state.runs(stage.repo)).toHaveLength(2);
  });

  test("release is put down to who ordered it though GitHub's answer to the deletion was lost", async () => {
    stage.github.faults.of("DELETE /repos/{owner}/{repo}/rulesets/{ruleset_id}").failAfter = 1;
    await say("lead", "/sentinel release known and harmless");
    await until(() => memory()?.state === "closed", "the incident is over", 20_000);
    expect(memory()).toMatchObject({ released: { by: "lead" }, hold: { state: "released" } });
    expect(memory()?.timeline.filter(({ text }) => text.includes("The hold is gone"))).toEqual([]);
  });

  test("extend moves the time limit", async () => {
    const before = memory()?.callAt ?? "";
    await say("dev", "/sentinel extend 5h");
    expect(Date.parse(memory()?.callAt ?? "")).toBeGreaterThan(Date.parse(before));
  });

  test("delivered again to a new process, after more comments than a page has, is not answered again", async () => {
    for (let n = 0; n < 100; n++) stage.github.person.comment(stage.repo, 1, "reader", `I see it as well, ${n}`);
    await atRest(stage);
    await say("dev", "/sentinel status");
    await stage.restart();
    const before = stage.calls.length;
    // The command and what was answered to it.
    await deliverAgain(stage, "issue_comment", (newestFirst) => newestFirst.slice(0, 2));
    await until(
      () => stage.calls.slice(before).some(({ path }) => path.includes("/collaborators/dev/")),
      "it is heard",
    );
    await atRest(stage);
    expect(answers()).toHaveLength(1);
  });

  test("in other words, edited in later, or on another issue is nothing to us", async () => {
    const from = stage.calls.length;
    stage.github.person.comment(stage.repo, 1, "lead", "please /sentinel release now");
    await atRest(stage);
    const ours = stage.calls.slice(from).filter(({ actor }) => actor.includes("sentinel"));
    expect(ours).toEqual([]);
  });
});

test("on a branch that somebody deleted the page says so, and release ends the hold and the incident", async () => {
  execFileSync("git", ["-C", stage.repo.gitDir, "update-ref", "-d", "refs/heads/main"]);
  expect(await say("reader", "/sentinel status")).toContain("held");
  expect(stage.github.state.issues(stage.repo)[0]?.body).toContain("The branch is gone");
  expect(holdsOf(stage)).toHaveLength(1);
  expect(await say("lead", "/sentinel release it is gone")).toContain("the branch is released");
  expect(holdsOf(stage)).toEqual([]);
  expect(stage.github.state.issues(stage.repo)[0]?.state).toBe("closed");
});

test("a command that comes while another replica is at work is not answered as if it were too late", async () => {
  await stage.close();
  stage = await openStage({ isProtected: false });
  stage.deploy(await stage.commit("Break the shop"), "failure");
  await until(() => holdsOf(stage)[0]?.endsWith("#1") === true, "the incident stands");
  stage.github.person.comment(stage.repo, 1, "lead", "/sentinel release known and harmless");
  await atRest(stage);
  const said = stage.github.state.issues(stage.repo)[0]?.comments.map(({ body }) => body) ?? [];
  expect(said.join()).not.toContain("nothing was done");
});
