import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decodeMemory, type Memory } from "../../src/incident/memory.ts";
import { atRest, holdsOf, openStage, type Stage, until } from "./stage.ts";

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

/** Writes a comment and gives what Sentinel answered. */
async function say(login: string, body: string): Promise<string> {
  const comments = () =>
    stage.github.state.issues(stage.repo)[0]?.comments.filter(({ author }) => author === "sentinel[bot]") ?? [];
  const before = comments().length;
  stage.github.person.comment(stage.repo, 1, login, body);
  await until(() => comments().length > before, "Sentinel answers");
  await atRest(stage);
  expect(comments()).toHaveLength(before + 1);
  return comments().at(-1)?.body ?? "";
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
    stage.deploy(bad, "failure");
    await atRest(stage);
    expect(holdsOf(stage)).toEqual([]);
    expect(stage.github.state.issues(stage.repo)).toHaveLength(1);
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

  test("extend moves the time limit", async () => {
    const before = memory()?.callAt ?? "";
    await say("dev", "/sentinel extend 5h");
    expect(Date.parse(memory()?.callAt ?? "")).toBeGreaterThan(Date.parse(before));
  });

  test("in other words, edited in later, or on another issue is nothing to us", async () => {
    const from = stage.calls.length;
    stage.github.person.comment(stage.repo, 1, "lead", "please /sentinel release now");
    await atRest(stage);
    const ours = stage.calls.slice(from).filter(({ actor }) => actor.includes("sentinel"));
    expect(ours).toEqual([]);
  });
});
