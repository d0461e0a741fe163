import { openRepository } from "../../src/adapters/git.ts";
import type { GitHub, RepoRef } from "../github/types.ts";
import type { Arguments } from "./arguments.ts";
import { APPROVER, DEPLOY_JOB, DEPLOY_WORKFLOW, ENVIRONMENT } from "./policy.ts";
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
    github.ci.finishedRun({
      repo,
      path: DEPLOY_WORKFLOW,
      name: "Deploy",
      job: DEPLOY_JOB,
      sha,
      branch: rehearsal.branch,
      conclusion: result.ok ? "success" : "failure",
      log: result.log,
      ...(signal === "deployment" ? { environment: ENVIRONMENT, startedBy: APPROVER.login } : {}),
    });
    return result;
  };
  return { deploy };
}
