import { execFileSync } from "node:child_process";
import { afterEach, expect, test } from "vitest";
import { findLeaks, type Outgoing } from "../../src/kernel/leaks.ts";
import { PLAIN_GIT } from "../plain-git.ts";
import { PRIVATE_KEY } from "../standins/sample-tenant.ts";
import { type Stage, setStage } from "./stage.ts";

let stage: Stage;
afterEach(() => stage.close());

/** Everything that is left of a run where somebody could read it. */
function leftBehind(run: number): readonly Outgoing[] {
  const { github, repo } = stage;
  const objects = execFileSync("git", ["--git-dir", repo.gitDir, "cat-file", "--batch-all-objects", "--batch"], {
    env: PLAIN_GIT,
  });
  return [
    { where: "git objects", text: objects.toString("latin1") },
    { where: "issues", text: JSON.stringify(github.state.issues(repo)) },
    { where: "job logs", text: JSON.stringify(github.state.runs(repo)) },
    { where: "annotations", text: JSON.stringify(github.state.annotations(repo, run)) },
    { where: "check runs", text: JSON.stringify(github.state.checkRuns(repo, stage.bad)) },
    { where: "requests", text: stage.journal.entries.map(({ path }) => path).join("\n") },
    { where: "pushes", text: JSON.stringify(stage.auth0.logs.filter(({ type }) => type.startsWith("ciba"))) },
  ];
}

test.each(["restore-last-good", "revert-suspects"] as const)(
  "no piece of a credential is left behind by %s",
  async (option) => {
    stage = await setStage();
    const run = await stage.dispatch({ diagnosis: { option, culprit: stage.bad } });
    await stage.answer("approve");
    const { report, log } = await stage.ended(run);
    expect(report.outcome, log).toBe("rolled-back");
    expect(stage.released).toHaveLength(1);
    const credentials = [
      { name: "private key", value: PRIVATE_KEY },
      ...stage.released.map((value) => ({ name: "vault token", value })),
    ];
    expect(findLeaks(credentials, leftBehind(run))).toEqual([]);
    expect(log).not.toContain("Revoke it now");
  },
);
