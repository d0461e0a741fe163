import { basename } from "node:path/posix";
import { actorOf } from "./auth.ts";
import { listTree, readFileAt, resolveCommit } from "./git-store.ts";
import {
  created,
  HttpError,
  isRecord,
  noContent,
  notFound,
  numberParam,
  objectField,
  ok,
  page,
  param,
  type Reply,
  type RepoCall,
  type Route,
  repoRoute,
  requiredText,
  unprocessable,
} from "./http.ts";
import { jobShape, runShape, workflowShape } from "./run-shapes.ts";
import { cancelRun, latestJobs, openRun, rerun, startAttempt, workflowAt, workflowField } from "./runs.ts";
import { htmlUrl, repoUrl } from "./shapes.ts";
import { isoNow, type Job, type Repository, type Run, type State, track, type Workflow } from "./state.ts";

/** Workflows, their dispatch, runs, jobs and logs over REST. */

const READ = [{ actions: "read" }] as const;
const WRITE = [{ actions: "write" }] as const;
/** Files on this branch count as listed too: a rehearsed history is not touched, so its default branch has no copy. */
const RESPONDER_BRANCH = "sentinel";
const MAX_INPUTS = 25;
const MAX_ATTEMPTS = 50;

export const workflowRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/actions/workflows", READ, async (call, state) =>
    page(
      call,
      state,
      await listedWorkflows(state, call.repo),
      (workflow) => workflowShape(state, call.repo, workflow),
      (workflows, total) => ({ total_count: total, workflows }),
    ),
  ),
  repoRoute("GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}", READ, async (call, state) =>
    ok(workflowShape(state, call.repo, await workflowOf(call, state))),
  ),
  repoRoute("PUT /repos/{owner}/{repo}/actions/workflows/{workflow_id}/disable", WRITE, (call, state) =>
    setWorkflow(call, state, "disabled_manually"),
  ),
  repoRoute("PUT /repos/{owner}/{repo}/actions/workflows/{workflow_id}/enable", WRITE, (call, state) =>
    setWorkflow(call, state, "active"),
  ),
  repoRoute("POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches", WRITE, dispatch),
];

export const jobRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs", READ, (call, state) => {
    const run = runOf(call);
    return listJobs(call, state, run, call.query.get("filter") === "all" ? run.jobs : latestJobs(run));
  }),
  repoRoute("GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs", READ, (call, state) => {
    const run = runOf(call);
    return listJobs(
      call,
      state,
      run,
      run.jobs.filter(({ attempt }) => attempt === attemptOf(call)),
    );
  }),
  repoRoute("GET /repos/{owner}/{repo}/actions/jobs/{job_id}", READ, (call, state) => {
    const { run, job } = jobOf(call);
    return ok(jobShape(state, call.repo, run, job));
  }),
  repoRoute("POST /repos/{owner}/{repo}/actions/jobs/{job_id}/rerun", WRITE, (call, state) => {
    const { run, job } = jobOf(call);
    refuseRerun(run);
    rerun(state, call.repo, run, [job.key], actorOf(call.identity, state));
    return created({});
  }),
  repoRoute("GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs", READ, (call, state) => {
    const { job } = jobOf(call);
    if (job.status !== "completed") throw notFound();
    return { status: 302, headers: { location: `${state.url}/_logs/${job.id}?sig=${job.checkRun.suite.id}` } };
  }),
];

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

/** The text behind the redirect of a job's log; it needs no credential, as GitHub's signed links do not. */
export function jobLog(state: State, url: URL): string | null {
  const id = Number(url.pathname.split("/").at(-1));
  for (const repo of state.repositories.values())
    for (const run of repo.runs) {
      const job = run.jobs.find((candidate) => candidate.id === id);
      if (job && url.searchParams.get("sig") === String(job.checkRun.suite.id)) return job.log;
    }
  return null;
}

export async function listedWorkflows(state: State, repo: Repository): Promise<readonly Workflow[]> {
  const seen = new Set<string>();
  for (const branch of [repo.defaultBranch, RESPONDER_BRANCH]) {
    const entries = await listTree(repo.gitDir, `refs/heads/${branch}:.github/workflows`, false);
    for (const { path, type } of entries ?? []) {
      const full = `.github/workflows/${path}`;
      if (type !== "blob" || !/\.ya?ml$/.test(path) || seen.has(full)) continue;
      seen.add(full);
      if (repo.workflows.some((workflow) => workflow.path === full)) continue;
      const text = (await readFileAt(repo.gitDir, `refs/heads/${branch}`, full)) ?? "";
      workflowAt(state, repo, full, nameOf(text, full));
    }
  }
  return repo.workflows;
}

function nameOf(text: string, path: string): string {
  try {
    const name = workflowField(text, "name");
    return typeof name === "string" ? name : path;
  } catch {
    return path;
  }
}

async function workflowOf(call: RepoCall, state: State): Promise<Workflow> {
  const key = param(call, "workflow_id");
  const all = await listedWorkflows(state, call.repo);
  const workflow = all.find(({ id, path }) => String(id) === key || basename(path) === key);
  if (!workflow) throw notFound();
  return workflow;
}

async function setWorkflow(call: RepoCall, state: State, wanted: Workflow["state"]): Promise<Reply> {
  const workflow = await workflowOf(call, state);
  workflow.state = wanted;
  workflow.updatedAt = isoNow(state);
  return noContent();
}

/** Runs the file of the dispatched ref, as GitHub does: dispatch the ref you trust. */
async function dispatch(call: RepoCall, state: State): Promise<Reply> {
  const { repo, body } = call;
  const workflow = await workflowOf(call, state);
  if (workflow.state !== "active") throw unprocessable("Cannot trigger a 'workflow_dispatch' on a disabled workflow");
  const ref = requiredText(body, "ref");
  const branch = ref.replace(/^refs\/heads\//, "");
  const headSha = await resolveCommit(repo.gitDir, `refs/heads/${branch}`);
  if (headSha === null) throw unprocessable(`No ref found for: ${ref}`);
  const workflowText = await readFileAt(repo.gitDir, headSha, workflow.path);
  if (workflowText === null) throw notFound();
  const inputs = inputsFor(workflowText, objectField(body, "inputs") ?? {});
  const actor = actorOf(call.identity, state);
  const run = openRun(state, repo, {
    workflow,
    workflowText,
    event: "workflow_dispatch",
    headBranch: branch,
    headSha,
    inputs,
    actor,
  });
  startAttempt(state, repo, run, []);
  if (body.return_run_details !== true) return noContent();
  return ok({
    workflow_run_id: run.id,
    run_url: `${repoUrl(state, repo)}/actions/runs/${run.id}`,
    html_url: `${htmlUrl(state, repo)}/actions/runs/${run.id}`,
  });
}

function inputsFor(workflowText: string, given: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const on = workflowField(workflowText, "on");
  const isTriggered = isRecord(on) ? "workflow_dispatch" in on : [on].flat().includes("workflow_dispatch");
  if (!isTriggered) throw unprocessable("Workflow does not have 'workflow_dispatch' trigger");
  const trigger = isRecord(on) && isRecord(on.workflow_dispatch) ? on.workflow_dispatch : {};
  const declared = isRecord(trigger.inputs) ? trigger.inputs : {};
  const unexpected = Object.keys(given).filter((name) => !(name in declared));
  if (unexpected.length > 0) throw unprocessable(`Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  if (Object.keys(given).length > MAX_INPUTS)
    throw unprocessable(`you may only define up to ${MAX_INPUTS} properties in inputs`);
  const entries = Object.entries(declared).map(([name, input]): [string, string] => {
    const spec = isRecord(input) ? input : {};
    const value = given[name] ?? spec.default;
    if (spec.required === true && (value === undefined || value === ""))
      throw unprocessable(`Required input '${name}' not provided`);
    return [name, value === undefined ? "" : String(value)];
  });
  return Object.fromEntries(entries);
}

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

function listJobs(call: RepoCall, state: State, run: Run, jobs: readonly Job[]): Reply {
  return page(
    call,
    state,
    jobs,
    (job) => jobShape(state, call.repo, run, job),
    (items, total) => ({ total_count: total, jobs: items }),
  );
}

function again(call: RepoCall, state: State, which: (run: Run) => readonly string[] | null): Reply {
  const run = runOf(call);
  refuseRerun(run);
  rerun(state, call.repo, run, which(run), actorOf(call.identity, state));
  return created({});
}

function refuseRerun(run: Run): void {
  if (run.status !== "completed") throw new HttpError(403, "This workflow is already running");
  if (run.attempt >= MAX_ATTEMPTS)
    throw new HttpError(403, "Unable to retry this workflow run because it was retried too often");
}

/** The jobs that a re-run of failed jobs runs again; those that need them follow. */
export function unsuccessful(run: Run): readonly string[] {
  const keys = latestJobs(run).filter(({ conclusion }) => conclusion !== "success" && conclusion !== "skipped");
  return keys.map(({ key }) => key);
}

function runOf(call: RepoCall): Run {
  const run = call.repo.runs.find(({ id }) => id === numberParam(call, "run_id"));
  if (!run) throw notFound();
  return run;
}

function attemptOf(call: RepoCall): number {
  const attempt = numberParam(call, "attempt_number");
  if (attempt < 1 || attempt > runOf(call).attempt) throw notFound();
  return attempt;
}

function jobOf(call: RepoCall): { readonly run: Run; readonly job: Job } {
  for (const run of call.repo.runs) {
    const job = run.jobs.find(({ id }) => id === numberParam(call, "job_id"));
    if (job) return { run, job };
  }
  throw notFound();
}
