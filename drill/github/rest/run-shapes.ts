import { readCommit } from "../git/commits.ts";
import type { Account, Job, Repository, Run, Workflow } from "../records.ts";
import { type State, track } from "../state.ts";
import { emit, isHeard } from "../webhooks/emit.ts";
import { repositoryShape } from "./repository-shape.ts";
import { htmlUrl, nodeId, pathInUrl, repoUrl, simpleCommitShape, userShape } from "./shapes.ts";

/** GitHub's JSON of workflows, runs and jobs, and the webhooks that carry it. */

export function workflowShape(state: State, repo: Repository, workflow: Workflow) {
  const html = `${htmlUrl(state, repo)}/blob/${pathInUrl(`${repo.defaultBranch}/${workflow.path}`)}`;
  return {
    id: workflow.id,
    node_id: nodeId("Workflow", workflow.id),
    name: workflow.name,
    path: workflow.path,
    state: workflow.state,
    created_at: workflow.createdAt,
    updated_at: workflow.updatedAt,
    url: `${repoUrl(state, repo)}/actions/workflows/${workflow.id}`,
    html_url: html,
    badge_url: `${htmlUrl(state, repo)}/workflows/${encodeURIComponent(workflow.name)}/badge.svg`,
  };
}

/** The run as it was at `attempt`; the newest when not given. */
export async function runShape(state: State, repo: Repository, run: Run, attempt = run.attempt) {
  const url = `${repoUrl(state, repo)}/actions/runs/${run.id}`;
  const earlier = run.earlier.find((past) => past.attempt === attempt);
  return {
    id: run.id,
    name: run.workflow.name,
    node_id: nodeId("WorkflowRun", run.id),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.workflow.path,
    display_title: run.displayTitle,
    run_number: run.number,
    event: run.event,
    status: earlier ? "completed" : run.status,
    conclusion: earlier ? earlier.conclusion : run.conclusion,
    workflow_id: run.workflow.id,
    check_suite_id: run.suite.id,
    check_suite_node_id: nodeId("CheckSuite", run.suite.id),
    url,
    html_url: `${htmlUrl(state, repo)}/actions/runs/${run.id}`,
    pull_requests: [],
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    actor: userShape(state, run.actor),
    run_attempt: attempt,
    referenced_workflows: [],
    run_started_at: earlier?.startedAt ?? run.startedAt,
    triggering_actor: userShape(state, run.triggeringActor),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${repoUrl(state, repo)}/check-suites/${run.suite.id}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: attempt > 1 ? `${url}/attempts/${attempt - 1}` : null,
    workflow_url: `${repoUrl(state, repo)}/actions/workflows/${run.workflow.id}`,
    head_commit: simpleCommitShape(await readCommit(repo.gitDir, run.headSha)),
    repository: repositoryShape(state, repo),
    head_repository: repositoryShape(state, repo),
  };
}

export function jobShape(state: State, repo: Repository, run: Run, job: Job) {
  const url = `${repoUrl(state, repo)}/actions/jobs/${job.id}`;
  const ran = job.status !== "queued" && job.conclusion !== "skipped";
  return {
    id: job.id,
    run_id: run.id,
    workflow_name: run.workflow.name,
    head_branch: run.headBranch,
    run_url: `${repoUrl(state, repo)}/actions/runs/${run.id}`,
    run_attempt: job.attempt,
    node_id: nodeId("CheckRun", job.id),
    head_sha: run.headSha,
    url,
    html_url: `${htmlUrl(state, repo)}/actions/runs/${run.id}/job/${job.id}`,
    status: job.status,
    conclusion: job.conclusion,
    created_at: job.createdAt,
    started_at: job.startedAt,
    completed_at: job.completedAt,
    name: job.name,
    steps: [],
    check_run_url: `${repoUrl(state, repo)}/check-runs/${job.id}`,
    labels: ["ubuntu-latest"],
    runner_id: ran ? 1 : null,
    runner_name: ran ? "GitHub Actions 1" : null,
    runner_group_id: ran ? 0 : null,
    runner_group_name: ran ? "GitHub Actions" : null,
  };
}

export function announceRun(state: State, repo: Repository, run: Run, action: string, sender: Account): void {
  if (!isHeard(state, repo, "workflow_run")) return;
  track(
    state,
    runShape(state, repo, run).then((shape) =>
      emit(state, repo, "workflow_run", sender, {
        action,
        workflow_run: shape,
        workflow: workflowShape(state, repo, run.workflow),
      }),
    ),
  );
}

export function announceJob(state: State, repo: Repository, run: Run, job: Job, action: string): void {
  emit(state, repo, "workflow_job", run.actor, { action, workflow_job: jobShape(state, repo, run, job) });
}
