import { describe, expect, test } from "vitest";
import { verify } from "../../src/audit/verify.ts";
import { digestOf } from "../../src/kernel/digest.ts";
import { type Plan, planCode, planDigest } from "../../src/rollback/plan.ts";
import { comments, expectUnchanged, git, given, head, stage, writes } from "./on-stage.ts";

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

  test("is for a plan that names everything it is about", async () => {
    await given();
    const run = await stage.dispatch();
    await stage.answer("deny");
    const { report } = await stage.ended(run);
    const { memory, repo, good, bad, incident } = stage;
    const plan: Plan = {
      v: 1,
      repoId: repo.id,
      repo: "acme/shop",
      branch: "main",
      incident,
      kind: "restore-last-good",
      expectedHead: bad,
      lastGood: good,
      undoes: git("rev-list", "--first-parent", `${good}..${bad}`).split("\n"),
      resultingTree: git("rev-parse", `${good}^{tree}`),
      risks: [],
      severity: "sev2",
      policyDigest: digestOf(memory.policy),
    };
    expect(report.plan?.digest).toBe(planDigest(plan));
    expect(report.plan?.code).toBe(planCode(plan));
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
    await given({ policy: { rollback: { redeploy: true } }, handsDeploy: true });
    const run = await stage.dispatch();
    await stage.answer("approve");
    const { report } = await stage.ended(run);
    expect(report.outcome).toBe("rolled-back");
    expect(writes()).toContain("user:lead POST deployments");
  });

  test("says which permission is missing where the App behind Auth0 may not deploy", async () => {
    await given({ policy: { rollback: { redeploy: true } } });
    const run = await stage.dispatch();
    await stage.answer("approve");
    const { report, log } = await stage.ended(run);
    expect(report.outcome).toBe("rolled-back");
    expect(log).toContain("needs deployments: write in the GitHub App behind Auth0");
  });

  test("asks for it too where monitoring found what is wrong in an environment", async () => {
    const signals = [{ deployment: "staging" }, { anomaly: "ErrorRate", environment: "production" }];
    await given({ policy: { signals, rollback: { redeploy: true } }, handsDeploy: true });
    await stage.remember({ source: "anomaly:ErrorRate" });
    const run = await stage.dispatch();
    await stage.answer("approve");
    const { log } = await stage.ended(run);
    expect(log).toContain("Asked for a deployment of the rollback to production.");
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
