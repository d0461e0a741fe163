import { afterEach, expect, test } from "vitest";
import { atRest, holdsOf, openStage, policyOf, type Stage } from "./stage.ts";

/** Deployments that GitHub Actions makes for a job that names an environment: all that is said of them stands in a person's name. */
let stage: Stage;
afterEach(() => stage.close());

const DEPLOY = ".github/workflows/deploy.yml";

function job(sha: string, conclusion: "success" | "failure", environment?: string) {
  const run = {
    repo: stage.repo,
    path: DEPLOY,
    name: "Deploy",
    job: "deploy",
    sha,
    branch: "main",
    conclusion,
    log: "",
  };
  return stage.github.ci.finishedRun({ ...run, startedBy: "dev", ...(environment ? { environment } : {}) });
}

test.each([
  ["any App is", undefined],
  ["GitHub Actions is", ["github-actions[bot]"]],
])(
  "where %s believed, a job that names the environment holds when it fails, and releases when it passes",
  async (_name, by) => {
    const signals = [{ deployment: "production", ...(by ? { by } : {}) }];
    stage = await openStage({ deployed: false, policy: policyOf({ signals }) });
    job(stage.good, "success", "production");
    const bad = await stage.commit("Break the shop");
    job(bad, "failure", "production");
    await atRest(stage);
    expect(holdsOf(stage)).toEqual([`sentinel hold main @${bad.slice(0, 12)} #1`]);

    job(await stage.commit("Mend the shop"), "success", "production");
    await atRest(stage);
    expect(holdsOf(stage)).toEqual([]);
  },
);

test("a person's deployment is not taken for a job's, whatever failing job it links to", async () => {
  stage = await openStage();
  const { github, repo } = stage;
  const sha = await stage.commit("A good change");
  const { jobUrl } = job(sha, "failure", "staging");
  const { id } = github.ci.deployment({ repo, sha, ref: "main", environment: "production", creator: "dev" });
  github.ci.deploymentStatus({ repo, deployment: id, state: "failure", logUrl: jobUrl });
  await atRest(stage);
  expect(holdsOf(stage)).toEqual([]);
});

test("what a person says of a job's deployment does not count against what the job says", async () => {
  stage = await openStage();
  const { jobUrl, deployment } = job(await stage.commit("A good change"), "success", "production");
  if (deployment === null) throw new Error("invariant: the job names an environment");
  stage.github.ci.deploymentStatus({ repo: stage.repo, deployment, state: "failure", logUrl: jobUrl });
  await atRest(stage);
  expect(holdsOf(stage)).toEqual([]);
});
