import { actorOf } from "../auth/identity.ts";
import { created, notFound, numberParam, ok, page, type Reply, type RepoCall, type Route, repoRoute } from "../http.ts";
import type { Job, Run } from "../records.ts";
import { rerun } from "../runs/play.ts";
import { latestJobs } from "../runs/records.ts";
import type { State } from "../state.ts";
import { jobShape } from "./run-shapes.ts";
import { attemptOf, refuseRerun, runOf } from "./workflow-runs.ts";

/** Jobs of runs and their logs. */

const READ = [{ actions: "read" }] as const;
const WRITE = [{ actions: "write" }] as const;

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

function listJobs(call: RepoCall, state: State, run: Run, jobs: readonly Job[]): Reply {
  return page(
    call,
    state,
    jobs,
    (job) => jobShape(state, call.repo, run, job),
    (items, total) => ({ total_count: total, jobs: items }),
  );
}

function jobOf(call: RepoCall): { readonly run: Run; readonly job: Job } {
  for (const run of call.repo.runs) {
    const job = run.jobs.find(({ id }) => id === numberParam(call, "job_id"));
    if (job) return { run, job };
  }
  throw notFound();
}
