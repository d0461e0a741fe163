import { actorOf } from "../auth/identity.ts";
import {
  created,
  HttpError,
  notFound,
  numberParam,
  ok,
  page,
  type Reply,
  type RepoCall,
  type Route,
  repoRoute,
} from "../http.ts";
import type { Run } from "../records.ts";
import { cancelRun, rerun } from "../runs/play.ts";
import { latestJobs } from "../runs/records.ts";
import { type State, track } from "../state.ts";
import { runShape } from "./run-shapes.ts";
import { workflowOf } from "./workflows.ts";

/** Workflow runs over REST: reading, cancelling, running again. */

const READ = [{ actions: "read" }] as const;
const WRITE = [{ actions: "write" }] as const;

const MAX_ATTEMPTS = 50;

export const runRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs", READ, async (call, state) => {
    const workflow = await workflowOf(call, state);
    return listRuns(
      call,
      state,
      call.repo.runs.filter((run) => run.workflow === workflow),
    );
  }),
  repoRoute("GET /repos/{owner}/{repo}/actions/runs", READ, (call, state) => listRuns(call, state, call.repo.runs)),
  repoRoute("GET /repos/{owner}/{repo}/actions/runs/{run_id}", READ, async (call, state) =>
    ok(await runShape(state, call.repo, runOf(call))),
  ),
  repoRoute("GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}", READ, async (call, state) =>
    ok(await runShape(state, call.repo, runOf(call), attemptOf(call))),
  ),
  repoRoute("GET /repos/{owner}/{repo}/actions/runs/{run_id}/logs", READ, (call, state) => {
    const { id, status, suite } = runOf(call);
    if (status !== "completed") throw notFound();
    return { status: 302, headers: { location: `${state.url}/_logs/runs/${id}?sig=${suite.id}` } };
  }),
  repoRoute("POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel", WRITE, (call, state) => {
    const run = runOf(call);
    if (run.status === "completed") throw new HttpError(409, "Cannot cancel a workflow run that is completed.");
    // GitHub answers at once; the jobs get their signals while the caller goes on.
    track(state, cancelRun(state, call.repo, run));
    return { status: 202, body: {} };
  }),
  repoRoute("POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun", WRITE, (call, state) =>
    again(call, state, () => null),
  ),
  repoRoute("POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs", WRITE, (call, state) =>
    again(call, state, (run) => unsuccessful(run)),
  ),
];

async function listRuns(call: RepoCall, state: State, all: readonly Run[]): Promise<Reply> {
  const { query, repo } = call;
  const branch = query.get("branch");
  const status = query.get("status");
  const sha = query.get("head_sha");
  const event = query.get("event");
  const actor = query.get("actor");
  const suite = query.get("check_suite_id");
  const found = all
    .filter((run) => branch === null || run.headBranch === branch)
    .filter((run) => status === null || run.status === status || run.conclusion === status)
    .filter((run) => sha === null || run.headSha === sha)
    .filter((run) => event === null || run.event === event)
    .filter((run) => actor === null || run.actor.login === actor)
    .filter((run) => suite === null || String(run.suite.id) === suite);
  const shapes = new Map(await Promise.all(found.map(async (run) => [run, await runShape(state, repo, run)] as const)));
  return page(
    call,
    state,
    found,
    (run) => shapes.get(run),
    (runs, total) => ({ total_count: total, workflow_runs: runs }),
  );
}

function again(call: RepoCall, state: State, which: (run: Run) => readonly string[] | null): Reply {
  const run = runOf(call);
  refuseRerun(run);
  rerun(state, call.repo, run, which(run), actorOf(call.identity, state));
  return created({});
}

export function refuseRerun(run: Run): void {
  if (run.status !== "completed") throw new HttpError(403, "This workflow is already running");
  if (run.attempt >= MAX_ATTEMPTS)
    throw new HttpError(403, "Unable to retry this workflow run because it was retried too often");
}

/** The jobs that a re-run of failed jobs runs again; those that need them follow. */
export function unsuccessful(run: Run): readonly string[] {
  const keys = latestJobs(run).filter(({ conclusion }) => conclusion !== "success" && conclusion !== "skipped");
  return keys.map(({ key }) => key);
}

export function runOf(call: RepoCall): Run {
  const run = call.repo.runs.find(({ id }) => id === numberParam(call, "run_id"));
  if (!run) throw notFound();
  return run;
}

export function attemptOf(call: RepoCall): number {
  const attempt = numberParam(call, "attempt_number");
  if (attempt < 1 || attempt > runOf(call).attempt) throw notFound();
  return attempt;
}
