import { describe, expect, test } from "vitest";
import { cancel, comments, expectUnchanged, given, head, stage, writes } from "./on-stage.ts";

describe("a yes on the phone is not used", () => {
  const no = { by: "second", at: "2026-11-23T00:00:00Z" };

  test.each(["source", "bundle"] as const)("when somebody said no elsewhere just before it (%s)", async (action) => {
    await given({ action });
    const run = await stage.dispatch();
    await stage.asked();
    await stage.remember({ denied: no });
    await stage.answer("approve");
    const { conclusion, report } = await stage.ended(run);
    expect(conclusion).toBe("failure");
    expect(report).toMatchObject({
      outcome: "denied",
      reason: "denied-meanwhile",
      asks: [{ answer: "approved" }],
      tokenThumbprint: null,
    });
    expect(stage.released).toEqual([]);
    await expectUnchanged();
  });

  test.each([
    ["this attempt was stopped", (run: number) => ({ stopped: { run, attempt: 1 } }), "denied-meanwhile"],
    ["the incident was closed", () => ({ state: "closed" }) as const, "incident-closed"],
    ["the repository was switched off", () => ({ mode: "off" }) as const, "mode-off"],
  ])("when %s", async (_, change, reason) => {
    await given();
    const run = await stage.dispatch();
    await stage.asked();
    await stage.remember(change(run));
    await stage.answer("approve");
    const { report } = await stage.ended(run);
    expect(report.reason).toBe(reason);
    expect(stage.released).toEqual([]);
    await expectUnchanged();
  });

  test("when the hold was removed meanwhile", async () => {
    await given();
    const run = await stage.dispatch();
    await stage.asked();
    await stage.removeHold();
    await stage.answer("approve");
    const { report } = await stage.ended(run);
    expect(report).toMatchObject({ outcome: "held", reason: "hold-gone" });
    expect(stage.released).toEqual([]);
    expect(await head()).toBe(stage.bad);
  });

  test("when the no came while the token was being asked for", async () => {
    await given();
    stage.whenReleased(() => stage.remember({ denied: no }));
    const run = await stage.dispatch();
    await stage.answer("approve");
    const { report } = await stage.ended(run);
    expect(report).toMatchObject({ outcome: "denied", reason: "denied-meanwhile" });
    expect(stage.released).toHaveLength(1);
    expect(writes().filter((line) => line.startsWith("user:"))).toEqual([]);
    await expectUnchanged();
  });

  test("when a re-run would find it, but somebody said no in between", async () => {
    await given();
    const run = await stage.dispatch();
    await stage.asked();
    await cancel(run);
    await stage.answer("approve");
    await stage.remember({ denied: no });
    await stage.github.person.rerunFailed(stage.repo, run, "admin");
    const { report } = await stage.ended(run);
    expect(report).toMatchObject({ attempt: 2, outcome: "denied", reason: "denied-earlier", asks: [] });
    expect(stage.released).toEqual([]);
    await expectUnchanged();
  });

  test("when a re-run finds it after somebody said no and another asked again, but this attempt was stopped", async () => {
    await given();
    const run = await stage.dispatch();
    await stage.asked();
    await cancel(run);
    await stage.answer("approve");
    await stage.remember({ stopped: { run, attempt: 2 } });
    await stage.github.person.rerunFailed(stage.repo, run, "admin");
    const { report } = await stage.ended(run);
    expect(report).toMatchObject({ attempt: 2, reason: "denied-meanwhile" });
    await expectUnchanged();
  });
});

describe("what an earlier attempt heard counts, though the App is away", () => {
  const pushes = () => stage.auth0.logs.filter(({ type }) => type === "ciba_start_succeeded").length;

  test("a no keeps the re-run from asking again", async () => {
    await given();
    const run = await stage.dispatch();
    await stage.answer("deny");
    expect((await stage.ended(run)).report.reason).toBe("denied-by-approver");
    await stage.github.person.rerunFailed(stage.repo, run, "mallory");
    const { report } = await stage.ended(run);
    expect(report).toMatchObject({ attempt: 2, outcome: "denied", reason: "denied-earlier", asks: [] });
    expect(pushes()).toBe(1);
    await expectUnchanged();
  });

  test("a no that the App heard, and that somebody lifted, does not", async () => {
    await given();
    const run = await stage.dispatch();
    await stage.answer("deny");
    const { asks } = (await stage.ended(run)).report;
    await stage.remember({ asks, denied: null });
    await stage.github.person.rerunFailed(stage.repo, run, "admin");
    await stage.answer("approve");
    expect((await stage.ended(run)).report).toMatchObject({ attempt: 2, outcome: "rolled-back" });
  });

  test("pushes that nobody answered are within the budget of whoever got them", async () => {
    await given({ policy: { approval: { expires: 1 } } });
    const run = await stage.dispatch();
    expect((await stage.ended(run)).report.reason).toBe("approval-expired");
    await stage.github.person.rerunFailed(stage.repo, run, "mallory");
    expect((await stage.ended(run)).report.reason).toBe("approval-expired");
    await stage.github.person.rerunFailed(stage.repo, run, "mallory");
    expect((await stage.ended(run)).report).toMatchObject({ attempt: 3, reason: "ask-budget-spent" });
    expect(pushes()).toBe(2);
  });
});

describe("a job that is cancelled after the yes", () => {
  test("writes nothing, though the token was released already", async () => {
    await given();
    let run = 0;
    stage.whenReleased(() => stage.github.person.cancelRun(stage.repo, run));
    run = await stage.dispatch();
    await stage.answer("approve");
    const { report } = await stage.ended(run);
    expect(report).toMatchObject({ outcome: "held", reason: "cancelled", asks: [{ answer: "approved" }] });
    expect(writes().filter((line) => line.startsWith("user:"))).toEqual([]);
    await expectUnchanged();
  });
});

describe("a job that ends before the answer", () => {
  test("is found again by its re-run, without a new push", async () => {
    await given();
    const run = await stage.dispatch();
    await stage.asked();
    const cancelled = await cancel(run);
    expect(cancelled.report).toMatchObject({ outcome: "held", reason: "cancelled", asks: [{ answer: "none" }] });
    await stage.answer("approve");

    // Who re-runs it may still approve.
    await stage.github.person.rerunFailed(stage.repo, run, "lead");
    const { conclusion, report } = await stage.ended(run);

    expect(conclusion).toBe("success");
    expect(report).toMatchObject({ attempt: 2, outcome: "rolled-back", approver: "lead" });
    expect(report.asks).toHaveLength(1);
    expect(stage.auth0.logs.filter(({ type }) => type === "ciba_start_succeeded")).toHaveLength(1);
    expect(comments()).toHaveLength(2);
  });

  test("is told of in time and leaves nothing running, though a call hangs", async () => {
    await given();
    stage.auth0.faults.latencyMs = 9_000;
    const run = await stage.dispatch();
    await stage.said("step-up-required");
    const { report, log } = await cancel(run);
    expect(report, log).toMatchObject({ outcome: "held", reason: "cancelled" });
    expect(log).toContain("The job was cancelled");
    await expectUnchanged();
  });

  test("asks anew when the earlier push is dead", async () => {
    await given({ policy: { approval: { expires: 2 } } });
    const run = await stage.dispatch();
    expect((await stage.ended(run)).report.reason).toBe("approval-expired");
    await stage.github.person.rerunFailed(stage.repo, run, "admin");
    await stage.answer("approve");
    const { report } = await stage.ended(run);
    expect(report).toMatchObject({ attempt: 2, outcome: "rolled-back" });
    expect(report.asks.map(({ answer }) => answer)).toEqual(["expired", "approved"]);
  });
});
