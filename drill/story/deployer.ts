import { openRepository } from "../../src/adapters/git.ts";
import type { GitHub, RepoRef } from "../github/types.ts";
import type { Arguments } from "./arguments.ts";
import { DEPLOY_JOB, DEPLOY_WORKFLOW, ENVIRONMENT } from "./policy.ts";
import type { Rehearsal } from "./rehearsal.ts";

/** The service's own continuous deployment: it deploys what lands on the branch and says how it went. Sentinel never calls it. */
export type Deployer = { deploy(sha: string): Promise<{ readonly ok: boolean; readonly log: string }> };

export function createDeployer(
  github: GitHub,
  repo: RepoRef,
  rehearsal: Rehearsal,
  signal: Arguments["signal"],
): Deployer {
  const deploy = async (sha: string) => {
    const result = await rehearsal.deploy(sha, openRepository(repo.gitDir));
    const run = github.ci.finishedRun({
      repo,
      path: DEPLOY_WORKFLOW,
      name: "Deploy",
      job: DEPLOY_JOB,
      sha,
      branch: rehearsal.branch,
      conclusion: result.ok ? "success" : "failure",
      log: result.log,
    });
    if (signal === "deployment") {
      const deployment = github.ci.deployment({
        repo,
        sha,
        ref: rehearsal.branch,
        environment: ENVIRONMENT,
        creator: "github-actions[bot]",
      });
      github.ci.deploymentStatus({
        repo,
        deployment: deployment.id,
        state: result.ok ? "success" : "failure",
        description: result.ok ? "The service is healthy" : "The service failed its check",
        logUrl: run.jobUrl,
      });
    }
    return result;
  };
  return { deploy };
}
