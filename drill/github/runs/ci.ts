import type { Repository } from "../records.ts";
import { htmlUrl } from "../rest/shapes.ts";
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
    actor: repo.owner,
  });
  const job = openJob(state, repo, run, seed.job, seed.job);
  run.status = "in_progress";
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
  finishRun(state, repo, run, seed.conclusion);
  const jobUrl = `${htmlUrl(state, repo)}/actions/runs/${run.id}/job/${job.id}`;
  return { runId: run.id, jobId: job.id, checkRunId: job.checkRun.id, jobUrl };
}
