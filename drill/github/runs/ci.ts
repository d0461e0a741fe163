import type { Repository } from "../records.ts";
import { htmlUrl } from "../rest/shapes.ts";
import { requireAccount } from "../seeds.ts";
import type { State } from "../state.ts";
import type { GitHub } from "../types.ts";
import { closeJobDeployment, openJobDeployment } from "./job-deployments.ts";
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
  const deployment = openJobDeployment(state, repo, run, job, seed.environment ?? null);
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
  if (deployment) closeJobDeployment(state, repo, run, job, deployment);
  finishRun(state, repo, run, seed.conclusion);
  return { runId: run.id, jobId: job.id, checkRunId: job.checkRun.id, jobUrl, deployment: deployment?.id ?? null };
}
