import type { Job, Repository, Run } from "../records.ts";
import { addDeployment, addStatus } from "../rest/deployment-records.ts";
import { htmlUrl } from "../rest/shapes.ts";
import { requireAccount } from "../seeds.ts";
import type { State } from "../state.ts";
import type { GitHub } from "../types.ts";
import { closeJob, finishRun, openJob, openRun, workflowAt } from "./records.ts";

/** What the repository's own CI left: a finished run with one job, its log and its annotations. */

type Finished = Parameters<GitHub["ci"]["finishedRun"]>[0];

export function finishedRun(state: State, repo: Repository, seed: Finished): ReturnType<GitHub["ci"]["finishedRun"]> {
  const workflow = workflowAt(state, repo, seed.path, seed.name);
  const run = openRun(state, repo, {
    workflow,
    workflowText: seed.text ?? "",
    event: "push",
    headBranch: seed.branch,
    headSha: seed.sha,
    inputs: {},
    actor: seed.startedBy === undefined ? repo.owner : requireAccount(state, seed.startedBy),
  });
  const job = openJob(state, repo, run, seed.job, seed.job);
  run.status = "in_progress";
  const jobUrl = `${htmlUrl(state, repo)}/actions/runs/${run.id}/job/${job.id}`;
  const say = seed.environment === undefined ? null : deploying(state, repo, run, job, seed.environment);
  say?.("in_progress");
  closeJob(state, repo, run, job, {
    // The runner's own jobs cannot end so, but those of others can.
    conclusion: seed.conclusion as "success",
    outputs: {},
    log: seed.log,
    summary: "",
    annotations: (seed.annotations ?? []).map(({ path, line, message }) => ({
      level: "failure",
      title: "",
      path,
      line,
      message,
    })),
  });
  say?.(seed.conclusion === "success" ? "success" : "failure");
  finishRun(state, repo, run, seed.conclusion);
  const deployment = job.checkRun.deployment?.id ?? null;
  return { runId: run.id, jobId: job.id, checkRunId: job.checkRun.id, jobUrl, deployment };
}

/** The deployment of a job that names an environment. Its statuses are said in the name of whoever started the run, and link to the job. */
function deploying(state: State, repo: Repository, run: Run, job: Job, environment: string) {
  const deployment = addDeployment(state, repo, {
    sha: run.headSha,
    ref: run.headBranch,
    environment,
    task: "deploy",
    production: environment === "production",
    transient: false,
    payload: {},
    description: null,
    creator: run.actor,
    app: null,
  });
  job.checkRun.deployment = deployment;
  const logUrl = `${htmlUrl(state, repo)}/actions/runs/${run.id}/job/${job.id}`;
  return (value: string) =>
    addStatus(state, repo, deployment, {
      state: value,
      description: "",
      environment,
      environmentUrl: "",
      logUrl,
      creator: run.actor,
    });
}
