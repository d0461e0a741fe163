import { afterEach, describe, expect, test } from "vitest";
import { type DrillRun, runDrill, writes } from "./run-drill.ts";

/** The whole line on one machine: the real App, the built Action, stand-ins on loopback, a service that really breaks. */
const runs: DrillRun[] = [];
const drill = async (...argv: string[]) => {
  const run = await runDrill(...argv);
  runs.push(run);
  return run;
};

afterEach(async () => {
  for (const run of runs.splice(0)) await run.forget();
});

const SECONDS = 1000;
const UNCHANGED = { hold: { held: true, released: false }, incident: { number: 1, state: "open" } };

describe("the drill", { timeout: 90 * SECONDS }, () => {
  test("approved: the branch has the good tree again and is let go", async () => {
    const run = await drill("--answer", "approve");
    expect(run.exitCode, run.output).toBe(0);
    expect(run.result).toMatchObject({
      outcome: "rolled-back",
      hold: { held: true, released: true },
      incident: { number: 1, state: "closed" },
      approval: { asked: 1, approver: "night-lead", answer: "approved" },
    });
    expect(run.result?.branch.tree).toBe(run.result?.plan?.resultingTree);
    expect(run.result?.plan?.expectedHead).toBe(run.result?.branch.before);
    expect(await run.kept("issue.md")).toContain(run.result?.plan?.code);
    expect(run.output).toContain(run.result?.plan?.code);
  });

  test("denied: nothing changes and the branch stays held", async () => {
    const run = await drill("--answer", "deny");
    expect(run.exitCode, run.output).toBe(0);
    expect(run.result).toMatchObject({ outcome: "denied", ...UNCHANGED, approval: { asked: 1, answer: "denied" } });
    expect(run.result?.branch.after).toBe(run.result?.branch.before);
  });

  test("ignored: silence until expiry keeps the branch held", async () => {
    const run = await drill("--answer", "ignore");
    expect(run.exitCode, run.output).toBe(0);
    expect(run.result).toMatchObject({ outcome: "expired", ...UNCHANGED, approval: { asked: 1, answer: "expired" } });
    expect(run.result?.branch.after).toBe(run.result?.branch.before);
  });

  test("late: a re-run finds the yes that came after the job was cancelled, without a second push", async () => {
    const run = await drill("--answer", "late");
    expect(run.exitCode, run.output).toBe(0);
    expect(run.result).toMatchObject({ outcome: "rolled-back", approval: { asked: 1, answer: "approved" } });
  });

  test.each(["check", "workflow"])("a failing %s starts the line as a failing deployment does", async (signal) => {
    const run = await drill("--answer", "approve", "--signal", signal);
    expect(run.exitCode, run.output).toBe(0);
    expect(run.result?.outcome).toBe("rolled-back");
  });

  test.each([
    ["gemini", "rolled-back"],
    ["slack", "rolled-back"],
    ["auth0", "held"],
    ["vault", "held"],
    ["gemini,slack,auth0,vault", "held"],
  ])("without %s the line ends %s", async (service, outcome) => {
    const run = await drill("--answer", "approve", "--kill", service);
    expect(run.exitCode, run.output).toBe(0);
    expect(run.result?.outcome).toBe(outcome);
    if (outcome === "held") expect(run.result?.branch.after).toBe(run.result?.branch.before);
  });

  test("a hostile model leaves the plan and every writing request as a good one does", async () => {
    const [good, hostile] = [
      await drill("--answer", "approve", "--model", "good"),
      await drill("--answer", "approve", "--model", "hostile"),
    ];
    expect(good.exitCode, good.output).toBe(0);
    expect(hostile.exitCode, hostile.output).toBe(0);
    expect(hostile.result?.plan).toEqual(good.result?.plan);
    expect(writes(hostile)).toEqual(writes(good));
    expect(writes(good).length).toBeGreaterThan(10);
  });

  test.each(["silent", "malformed"])(
    "a %s model is replaced by the offline reasoner, said in the diagnosis",
    async (model) => {
      const run = await drill("--answer", "approve", "--model", model);
      expect(run.exitCode, run.output).toBe(0);
      expect(run.result).toMatchObject({ outcome: "rolled-back", diagnosis: { by: "offline" } });
    },
  );

  test("bad usage ends with 2, one sentence and nothing started", async () => {
    const run = await drill("--answer", "perhaps");
    expect(run.exitCode).toBe(2);
    expect(run.result).toBeNull();
    expect(run.output).toContain("--answer wants one of");
  });
});
