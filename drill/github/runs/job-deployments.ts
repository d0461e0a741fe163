import { isRecord } from "../http.ts";
import type { Deployment, Job, Repository, Run } from "../records.ts";
import { addDeployment, addStatus, deployingTo } from "../rest/deployment-records.ts";
import { htmlUrl } from "../rest/shapes.ts";
import type { State } from "../state.ts";
import { workflowField } from "./workflow-text.ts";

/**
 * The deployment GitHub makes for a job that names an environment, with all its webhooks. It must not be left out: an App would take
 * such a job of its own for a deploy. It stands in the name of whoever started the run, and its statuses link to the job.
 */
export function openJobDeployment(
  state: State,
  repo: Repository,
  run: Run,
  job: Job,
  environment: string | null,
): Deployment | null {
  if (environment === null) return null;
  const deployment = addDeployment(state, repo, {
    sha: run.headSha,
    ref: run.headBranch,
    ...deployingTo(environment),
    creator: run.actor,
    app: null,
  });
  job.checkRun.deployment = deployment;
  report(state, repo, run, job, deployment, "in_progress");
  return deployment;
}

const ENDS: Readonly<Record<string, string>> = { success: "success", failure: "failure", cancelled: "error" };

export function closeJobDeployment(state: State, repo: Repository, run: Run, job: Job, deployment: Deployment): void {
  report(state, repo, run, job, deployment, ENDS[job.conclusion ?? ""] ?? "inactive");
}

function report(state: State, repo: Repository, run: Run, job: Job, deployment: Deployment, value: string): void {
  addStatus(state, repo, deployment, {
    state: value,
    description: "",
    environment: deployment.environment,
    environmentUrl: "",
    logUrl: `${htmlUrl(state, repo)}/actions/runs/${run.id}/job/${job.id}`,
    creator: run.actor,
  });
}

/** The environment that a job names in its workflow; none where it says `deployment: false`. */
export function deployedTo(workflowText: string, key: string): string | null {
  const jobs = workflowField(workflowText, "jobs");
  const job = isRecord(jobs) ? jobs[key] : undefined;
  const environment = isRecord(job) ? job.environment : undefined;
  if (typeof environment === "string") return environment;
  if (!isRecord(environment) || environment.deployment === false) return null;
  return typeof environment.name === "string" ? environment.name : null;
}
