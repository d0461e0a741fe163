import { z } from "zod";
import type { FailingJob } from "../agent/ports.ts";
import type { SignalPlace } from "./github-evidence.ts";
import { failingChecks, MOST_JOBS, namedFirst, readAnnotations, signalledCheck } from "./github-failing-checks.ts";
import type { LogReader } from "./github-logs.ts";
import type { GitHubRequest } from "./github-request.ts";
import { FAILING, isFailing, type Run, Runs, workflowPath } from "./github-runs.ts";

type At = { readonly owner: string; readonly repo: string };

const MOST_RUNS = 100;
const MOST_FAILING_RUNS = 8;
/** A matrix alone has up to 256 jobs. */
const MOST_JOB_PAGES = 3;

/** What failed on the bad head, the run or check that the incident was opened for first. `deployRun`: the run behind the deployment. */
export async function failingJobs(
  request: GitHubRequest,
  readLog: LogReader,
  at: At,
  place: SignalPlace,
  deployRun: number | null,
): Promise<readonly FailingJob[]> {
  const { data } = await request("GET /repos/{owner}/{repo}/actions/runs", {
    ...at,
    head_sha: place.badHead,
    per_page: MOST_RUNS,
  });
  const failing = Runs.parse(data)
    .workflow_runs.filter(isFailing)
    .sort(signalledFirst(place.source, deployRun))
    .slice(0, MOST_FAILING_RUNS);
  const found: FailingJob[] = [];
  for (const run of failing) {
    if (found.length >= MOST_JOBS) break;
    const jobs = await failingJobsOf(request, at, run.id);
    for (const job of jobs.sort(namedFirst(place.source)).slice(0, MOST_JOBS - found.length))
      found.push(await readJob(request, readLog, at, run, job));
  }
  const named = signalledCheck(place.source);
  if (found.length > 0 && (named === null || found.some(({ name }) => name === named))) return found;
  return [...(await failingChecks(request, at, place, new Set(found.map(({ name }) => name)))), ...found];
}

async function failingJobsOf(request: GitHubRequest, at: At, run: number): Promise<z.infer<typeof Jobs>["jobs"]> {
  const route = "GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs";
  for (let page = 1; ; page++) {
    const { data } = await request(route, { ...at, run_id: run, filter: "latest", per_page: 100, page });
    const { jobs } = Jobs.parse(data);
    const failing = jobs.filter(({ conclusion }) => FAILING.has(conclusion ?? ""));
    if (failing.length > 0 || jobs.length < 100 || page >= MOST_JOB_PAGES) return failing;
  }
}

/** The run that a deployment status points to, on whatever server it stands. */
export function runIn(logUrl: string | null): number | null {
  const id = /\/actions\/runs\/(\d{1,15})(?:\/|$)/.exec(logUrl ?? "")?.[1];
  return id === undefined ? null : Number(id);
}

/** What the incident was opened for comes before whatever else fails on the same head. */
function signalledFirst(source: string, deployRun: number | null) {
  const isSignal = (run: Run): number => Number(run.id === deployRun || source === `workflow:${workflowPath(run)}`);
  return (a: Run, b: Run): number => isSignal(b) - isSignal(a) || b.id - a.id;
}

async function readJob(
  request: GitHubRequest,
  readLog: LogReader,
  at: At,
  run: Run,
  job: z.infer<typeof Job>,
): Promise<FailingJob> {
  const [log, annotations] = await Promise.all([
    readLog(`/repos/${at.owner}/${at.repo}/actions/jobs/${job.id}/logs`).catch(() => null),
    // A job's id is its check run's id too.
    readAnnotations(request, at, job.id).catch(() => []),
  ]);
  return {
    name: job.name,
    workflow: run.name ?? workflowPath(run),
    url: job.html_url ?? null,
    log,
    annotations,
  };
}

const Job = z.looseObject({
  id: z.int(),
  name: z.string(),
  conclusion: z.string().nullish(),
  html_url: z.string().nullish(),
});
const Jobs = z.looseObject({ jobs: z.array(Job) });
