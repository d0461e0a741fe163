import { execFileSync } from "node:child_process";
import { afterEach, describe, expect, test } from "vitest";
import { verify } from "../../src/audit/verify.ts";
import { type Stage, type StageOptions, setStage } from "./stage.ts";

let stage: Stage;
afterEach(() => stage.close());

async function given(options: StageOptions = {}): Promise<Stage> {
  stage = await setStage(options);
  return stage;
}

function head(): Promise<string> {
  return stage.github.state.head(stage.repo, "main");
}

function git(...args: string[]): string {
  return execFileSync("git", ["--git-dir", stage.repo.gitDir, ...args], { encoding: "utf8" }).trim();
}

/** Every request that changes something, by whom. */
function writes(): readonly string[] {
  return stage.journal.entries
    .filter(
      ({ method, service, path }) => method !== "GET" && service === "github" && !path.endsWith("git-upload-pack"),
    )
    .filter(({ actor }) => actor.startsWith("job") || actor.startsWith("user"))
    .map(({ method, path, actor }) => `${actor} ${method} ${path.replace(/^.*\/shop\//, "")}`);
}

function comments() {
  return stage.github.state.issues(stage.repo)[0]?.comments ?? [];
}

async function expectUnchanged(): Promise<void> {
  expect(await head()).toBe(stage.bad);
  expect(stage.github.state.rulesets(stage.repo)).toHaveLength(1);
}

describe("a yes", () => {
  test.each(["source", "bundle"] as const)("rolls back, in the approver's name (%s)", async (action) => {
    await given({ action });
    const run = await stage.dispatch();
    await stage.answer("approve");
    const { conclusion, report } = await stage.ended(run);

    expect(conclusion).toBe("success");
    expect(report).toMatchObject({ outcome: "rolled-back", reason: "rolled-back", approver: "lead" });
    expect(await head()).toBe(report.revertSha);
    expect(git("rev-parse", "main^{tree}")).toBe(git("rev-parse", `${stage.good}^{tree}`));
    expect(git("rev-parse", "main^")).toBe(stage.bad);
    const message = git("log", "-1", "--format=%B", "main");
    expect(message).toContain(`Sentinel-Incident: #${stage.incident}`);
    expect(message).toContain(`Sentinel-Plan: ${report.plan?.digest}`);
    expect(message).toContain("Sentinel-Approved-By: lead");
    expect(writes()).toEqual([
      `job:respond POST issues/${stage.incident}/comments`,
      "user:lead POST git/commits",
      "user:lead PATCH git/refs/heads%2Fmain",
      expect.stringMatching(/^job:respond PATCH issues\/comments\/\d+$/),
    ]);
  });

  test("is preceded by a refusal: nobody has standing power", async () => {
    await given();
    const run = await stage.dispatch();
    await stage.answer("approve");
    const { log } = await stage.ended(run);
    expect(log.indexOf("step-up-required")).toBeGreaterThan(0);
    expect(log.indexOf("step-up-required")).toBeLessThan(log.indexOf("Asked lead"));
  });

  test.each(["restore-last-good", "revert-suspects"] as const)(
    "a re-run after %s finds it and writes nothing",
    async (option) => {
      await given();
      const wish = { diagnosis: { option, culprit: stage.bad } };
      const run = await stage.dispatch(wish);
      await stage.answer("approve");
      const first = await stage.ended(run);
      const before = writes().length;
      const again = await stage.ended(await stage.dispatch(wish));
      expect(again.report, again.log).toMatchObject({
        outcome: "rolled-back",
        revertSha: first.report.revertSha,
        asks: [],
      });
      expect(writes()).toHaveLength(before);
    },
  );
});

describe("the rollback", () => {
  test("goes by pull request where the branch demands it, as one commit on the head", async () => {
    await given();
    await stage.demand("pull_request");
    const run = await stage.dispatch();
    await stage.answer("approve");
    const { report, log } = await stage.ended(run);
    expect(report.outcome, log).toBe("rolled-back");
    expect(git("rev-parse", "main^{tree}")).toBe(git("rev-parse", `${stage.good}^{tree}`));
    expect(git("log", "-1", "--format=%P", "main")).toBe(stage.bad);
    expect(git("for-each-ref", "--format=%(refname)", "refs/heads/sentinel-rollback*")).toBe("");
  });

  test("of the culprit alone keeps later work, and is pushed", async () => {
    await given({ badFiles: { "app.js": "broken\n" } });
    const run = await stage.dispatch({ diagnosis: { option: "revert-suspects", culprit: stage.bad } });
    await stage.answer("approve");
    const { report, log } = await stage.ended(run);
    expect(report, log).toMatchObject({
      outcome: "rolled-back",
      plan: { kind: "revert-suspects", undoes: [stage.bad] },
    });
    expect(git("show", "main:app.js")).toBe("ok");
    expect(git("show", "main:util.js")).toBe("1");
    expect(git("log", "-1", "--format=%an %P", "main")).toBe(`lead ${stage.bad}`);
  });

  test("of the culprit alone also goes by pull request", async () => {
    await given();
    await stage.demand("pull_request");
    const run = await stage.dispatch({ diagnosis: { option: "revert-suspects", culprit: stage.bad } });
    await stage.answer("approve");
    const { report, log } = await stage.ended(run);
    expect(report.outcome, log).toBe("rolled-back");
    expect(git("show", "main:util.js")).toBe("1");
  });

  test("asks for a deployment of itself where the policy wants one", async () => {
    await given({ policy: { rollback: { redeploy: true } } });
    const run = await stage.dispatch();
    await stage.answer("approve");
    const { report } = await stage.ended(run);
    expect(report.outcome).toBe("rolled-back");
    expect(writes()).toContain("user:lead POST deployments");
  });

  test("with a risk needs the higher severity, and two people where the policy says so", async () => {
    await given({
      badFiles: { "db/migrations/7.sql": "ALTER TABLE t ADD c int;\n" },
      policy: { approval: { approvers: { sev1: 2 } } },
    });
    const run = await stage.dispatch();
    await stage.askedOf(2);
    await stage.answer("approve");
    const { report, log } = await stage.ended(run);
    expect(report, log).toMatchObject({ outcome: "rolled-back", approver: "lead" });
    expect(report.plan?.risks).toEqual([expect.stringContaining("migration: db/migrations/7.sql")]);
    const message = git("log", "-1", "--format=%B", "main");
    expect(message).toContain("Sentinel-Approved-By: lead");
    expect(message).toContain("Sentinel-Approved-By: second");
  });

  test("does not run when only one of two says yes", async () => {
    await given({
      badFiles: { "db/migrations/7.sql": "ALTER TABLE t ADD c int;\n" },
      policy: { approval: { approvers: { sev1: 2 } } },
    });
    const run = await stage.dispatch();
    await stage.askedOf(2);
    const [first, second] = stage.auth0.inbox();
    await stage.auth0.decide(first?.id ?? "", "approve", "button");
    await stage.auth0.decide(second?.id ?? "", "deny", "button");
    const { report } = await stage.ended(run);
    expect(report).toMatchObject({ outcome: "denied", reason: "denied-by-approver" });
    await expectUnchanged();
  });

  test("is refused when the head moved while the phone was asked", async () => {
    await given();
    const run = await stage.dispatch();
    await stage.asked();
    await stage.moveHead();
    const moved = await head();
    await stage.answer("approve");
    const { report } = await stage.ended(run);
    expect(report).toMatchObject({ outcome: "held", reason: "head-moved" });
    expect(await head()).toBe(moved);
  });

  test("leaves a record that verifies, anchored by the commit", async () => {
    await given();
    const run = await stage.dispatch();
    await stage.answer("approve");
    await stage.ended(run);
    const text = comments()
      .map(({ body }) => body)
      .join("\n");
    const trailer = /^Sentinel-Record: ([0-9a-f]{64})$/m.exec(git("log", "-1", "--format=%B", "main"))?.[1] ?? "";
    const verified = verify({ text, anchors: [{ head: trailer, from: "commit" }], plans: [] });
    expect(verified.findings).toEqual([]);
    expect(verified.chains[0]?.entries).toBeGreaterThanOrEqual(6);
    expect(verified.chains[0]?.anchoredTo).toBeGreaterThanOrEqual(5);
  });
});

describe("anything else leaves the branch as it was", () => {
  test("a no", async () => {
    await given();
    const run = await stage.dispatch();
    await stage.answer("deny");
    const { conclusion, report } = await stage.ended(run);
    expect(conclusion).toBe("failure");
    expect(report).toMatchObject({ outcome: "denied", reason: "denied-by-approver", asks: [{ answer: "denied" }] });
    expect(comments()[0]?.body).not.toContain("sentinel-sealed");
    await expectUnchanged();
  });

  test("silence", async () => {
    await given({ policy: { approval: { expires: 2 } } });
    const { conclusion, report } = await stage.ended(await stage.dispatch());
    expect(conclusion).toBe("failure");
    expect(report).toMatchObject({ outcome: "expired", reason: "approval-expired", asks: [{ answer: "expired" }] });
    await expectUnchanged();
  });

  test("a token that proves nothing", async () => {
    await given();
    stage.auth0.faults.forge = "other-details";
    const run = await stage.dispatch();
    await stage.answer("approve");
    const { report } = await stage.ended(run);
    expect(report).toMatchObject({ outcome: "held", reason: "approval-unverified" });
    await expectUnchanged();
  });

  test("a vault that releases somebody else's token", async () => {
    await given();
    stage.auth0.faults.vaultSwapsUser = true;
    const run = await stage.dispatch();
    await stage.answer("approve");
    const { report } = await stage.ended(run);
    expect(report).toMatchObject({ outcome: "held", reason: "credential-not-theirs" });
    await expectUnchanged();
  });

  test("a tenant that is away", async () => {
    await given();
    stage.auth0.faults.refuse = true;
    const { report } = await stage.ended(await stage.dispatch());
    expect(report).toMatchObject({ outcome: "held", reason: "auth0-unavailable", asks: [] });
    await expectUnchanged();
  });

  test("a tenant that cannot show the plan asks nobody", async () => {
    await given();
    stage.auth0.faults.detailsNotSupported = true;
    const { report } = await stage.ended(await stage.dispatch());
    expect(report).toMatchObject({ outcome: "held", reason: "rar-not-registered", asks: [] });
    await expectUnchanged();
  });

  test("a proposal of another incident, branch, head or last good", async () => {
    await given();
    const other = "1".repeat(40);
    for (const change of [
      { incident: 99 },
      { branch: "other" },
      { badHead: other },
      { lastGood: other },
      { repoId: 5 },
    ]) {
      const { report } = await stage.ended(await stage.dispatch(change));
      expect(report.reason).toBe("proposal-invalid");
    }
    expect(stage.auth0.inbox()).toEqual([]);
    await expectUnchanged();
  });

  test("a verdict to hold succeeds without asking", async () => {
    await given();
    const { conclusion, report } = await stage.ended(await stage.dispatch({ diagnosis: { option: "hold" } }));
    expect(conclusion).toBe("success");
    expect(report).toMatchObject({ outcome: "held", reason: "verdict-hold", asks: [] });
    await expectUnchanged();
  });

  test("a person who was asked twice just now for another incident is left alone", async () => {
    await given();
    await stage.askElsewhere("lead", 2);
    const { report, log } = await stage.ended(await stage.dispatch());
    expect(report, log).toMatchObject({ outcome: "held", reason: "ask-budget-spent", asks: [] });
    expect(stage.auth0.inbox()).toEqual([]);
  });

  test("a person whose phone may still show a push of an earlier attempt gets no second one", async () => {
    await given();
    const at = new Date(Date.now() - 30_000).toISOString();
    const [lead] = stage.memory.policy.people;
    const ask = { at, approver: "lead", approverId: lead?.id ?? 0, digest: "x", answer: "none" };
    await stage.remember({ asks: [ask] });
    const { report, log } = await stage.ended(await stage.dispatch());
    expect(report, log).toMatchObject({ outcome: "held", reason: "ask-budget-spent", asks: [] });
    expect(log).toContain("may still answer an earlier push");
    expect(stage.auth0.inbox()).toEqual([]);
  });

  test.each<readonly [string, StageOptions]>([
    ["made it", { badAuthor: "lead" }],
    ["pushed it, though somebody else made it", { badPusher: "lead" }],
    ["is named in it", { badMessage: "Co-authored-by: LEAD <x@example.com>\n" }],
    ["is named in it by the address alone", { badMessage: "Co-authored-by: x <7+lead@users.noreply.github.com>\n" }],
  ])("what the only approver had a part in, who %s", async (_, options) => {
    await given(options);
    const { report, log } = await stage.ended(await stage.dispatch());
    expect(report, log).toMatchObject({ outcome: "held", reason: "approver-is-author", asks: [] });
    expect(stage.auth0.inbox()).toEqual([]);
    await expectUnchanged();
  });

  test("a no remembered by the App asks nobody", async () => {
    await given();
    await stage.remember({ denied: { by: "lead", at: "2026-11-23T00:00:00Z" } });
    const { report } = await stage.ended(await stage.dispatch());
    expect(report).toMatchObject({ outcome: "denied", reason: "denied-earlier", asks: [] });
    await expectUnchanged();
  });
});

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

describe("a run that the App did not start", () => {
  test("asks nobody, so that nobody's budget can be got round by dispatching", async () => {
    await given();
    await stage.remember({ run: { id: 1, attempt: 1 } });
    const { report } = await stage.ended(await stage.dispatch());
    expect(report).toMatchObject({ outcome: "held", reason: "not-this-run", asks: [] });
    expect(stage.auth0.inbox()).toEqual([]);
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

async function cancel(run: number) {
  await stage.github.person.cancelRun(stage.repo, run);
  return stage.ended(run);
}
