import { z } from "zod";
import type {
  Annotation,
  EarlierRun,
  EnvironmentState,
  FailedDeployment,
  FailingJob,
  Signals,
} from "../agent/ports.ts";
import { CHECK_NAME, RESPONDER_WORKFLOW } from "../incident/names.ts";
import { Sha } from "../kernel/sha.ts";
import { earlierIncidents } from "./github-incidents.ts";
import type { LogReader } from "./github-logs.ts";
import { GitHubError, type GitHubRequest } from "./github-request.ts";

/**
 * GitHub's own record of what failed on the bad head, read with the job's token. Everything has a cap, and it must never
 * read what the responder itself wrote as if it were evidence.
 */
export function createSignals(request: GitHubRequest, readLog: LogReader, place: SignalPlace): Signals {
  const at = { owner: place.owner, repo: place.repo };
  let deployment: Promise<FailedDeployment | null> | null = null;
  const readDeployment = (): Promise<FailedDeployment | null> => {
    deployment ??= failedDeployment(request, at, place);
    return deployment;
  };
  return {
    failingJobs: async () => {
      const logUrl = (await readDeployment().catch(() => null))?.logUrl ?? null;
      return failingJobs(request, readLog, at, place, runIn(logUrl));
    },
    deployment: readDeployment,
    environments: () => environments(request, at),
    earlierRuns: () => earlierRuns(request, at, place),
    earlierIncidents: () => earlierIncidents(request, place),
    members: (shas) => members(request, at, shas),
  };
}

export type SignalPlace = {
  readonly owner: string;
  readonly repo: string;
  readonly branch: string;
  readonly badHead: Sha;
  /** As the memory names it: `deployment:…`, `check:…`, `workflow:…`. */
  readonly source: string;
  readonly incident: number;
  /** Of the App that opens incidents. */
  readonly appId: number;
};

type At = { readonly owner: string; readonly repo: string };

/** Together they keep one analysis far below sixty requests. */
const CAPS = { runs: 30, failingRuns: 8, jobs: 6, annotations: 50, statuses: 12, earlier: 20, pulls: 5 } as const;
const FAILING = new Set(["failure", "timed_out", "startup_failure"]);

const Run = z.looseObject({
  id: z.int(),
  name: z.string().nullish(),
  path: z.string().nullish(),
  head_sha: Sha,
  status: z.string().nullish(),
  conclusion: z.string().nullish(),
  created_at: z.string().nullish(),
});
const Runs = z.looseObject({ workflow_runs: z.array(Run) });
const Job = z.looseObject({
  id: z.int(),
  name: z.string(),
  conclusion: z.string().nullish(),
  html_url: z.string().nullish(),
});
const Jobs = z.looseObject({ jobs: z.array(Job) });

async function failingJobs(
  request: GitHubRequest,
  readLog: LogReader,
  at: At,
  place: SignalPlace,
  deployRun: number | null,
): Promise<readonly FailingJob[]> {
  const { data } = await request("GET /repos/{owner}/{repo}/actions/runs", {
    ...at,
    head_sha: place.badHead,
    per_page: CAPS.runs,
  });
  const failing = Runs.parse(data)
    .workflow_runs.filter(isFailing)
    .sort(signalledFirst(place.source, deployRun))
    .slice(0, CAPS.failingRuns);
  const found: FailingJob[] = [];
  for (const run of failing) {
    if (found.length >= CAPS.jobs) break;
    const answer = await request("GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs", {
      ...at,
      run_id: run.id,
      filter: "latest",
      per_page: 50,
    });
    const jobs = Jobs.parse(answer.data).jobs.filter(({ conclusion }) => FAILING.has(conclusion ?? ""));
    for (const job of jobs.sort(namedFirst(place.source)).slice(0, CAPS.jobs - found.length))
      found.push(await readJob(request, readLog, at, run, job));
  }
  const isSignalled = found.some(({ name }) => place.source === `check:${name}`);
  if (found.length > 0 && (isSignalled || !place.source.startsWith("check:"))) return found;
  return [...(await failingChecks(request, at, place, new Set(found.map(({ name }) => name)))), ...found];
}

function isFailing(run: z.infer<typeof Run>): boolean {
  return FAILING.has(run.conclusion ?? "") && workflowPath(run) !== RESPONDER_WORKFLOW;
}

function workflowPath(run: z.infer<typeof Run>): string {
  return (run.path ?? "").replace(/@.*$/, "");
}

/** The run that a deployment status points to, on whatever server it stands. */
function runIn(logUrl: string | null): number | null {
  const id = /\/actions\/runs\/(\d{1,15})(?:\/|$)/.exec(logUrl ?? "")?.[1];
  return id === undefined ? null : Number(id);
}

/** What the incident was opened for comes before whatever else fails on the same head. */
function signalledFirst(source: string, deployRun: number | null) {
  const isSignal = (run: z.infer<typeof Run>): number =>
    Number(run.id === deployRun || source === `workflow:${workflowPath(run)}`);
  return (a: z.infer<typeof Run>, b: z.infer<typeof Run>): number => isSignal(b) - isSignal(a) || b.id - a.id;
}

function namedFirst(source: string) {
  const isNamed = ({ name }: { readonly name: string }): number => Number(source === `check:${name}`);
  return (a: { readonly name: string }, b: { readonly name: string }): number => isNamed(b) - isNamed(a);
}

async function readJob(
  request: GitHubRequest,
  readLog: LogReader,
  at: At,
  run: z.infer<typeof Run>,
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

const Annotations = z.array(
  z.looseObject({
    path: z.string().nullish(),
    start_line: z.int().nullish(),
    annotation_level: z.string().nullish(),
    title: z.string().nullish(),
    message: z.string().nullish(),
  }),
);

async function readAnnotations(request: GitHubRequest, at: At, checkRun: number): Promise<readonly Annotation[]> {
  const { data } = await request("GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations", {
    ...at,
    check_run_id: checkRun,
    per_page: CAPS.annotations,
  });
  return Annotations.parse(data).map((one) => ({
    path: one.path ?? "",
    line: one.start_line ?? 0,
    level: one.annotation_level ?? "",
    message: [one.title ?? "", one.message ?? ""].filter((text) => text !== "").join(": "),
  }));
}

const CheckRuns = z.looseObject({
  check_runs: z.array(
    z.looseObject({
      id: z.int(),
      name: z.string(),
      conclusion: z.string().nullish(),
      html_url: z.string().nullish(),
      output: z.looseObject({ title: z.string().nullish(), summary: z.string().nullish(), text: z.string().nullish() }),
    }),
  ),
});

/** Where other systems than Actions run the checks, what they wrote is all there is of a log. */
async function failingChecks(
  request: GitHubRequest,
  at: At,
  place: SignalPlace,
  known: ReadonlySet<string>,
): Promise<readonly FailingJob[]> {
  const { data } = await request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
    ...at,
    ref: place.badHead,
    filter: "latest",
    per_page: 100,
  });
  const failing = CheckRuns.parse(data).check_runs.filter(
    ({ name, conclusion }) => name !== CHECK_NAME && !known.has(name) && FAILING.has(conclusion ?? ""),
  );
  return Promise.all(
    failing
      .sort(namedFirst(place.source))
      .slice(0, CAPS.jobs)
      .map(async ({ id, name, html_url, output }) => ({
        name,
        workflow: "",
        url: html_url ?? null,
        log: [output.title, output.summary, output.text].filter((text) => text).join("\n") || null,
        annotations: await readAnnotations(request, at, id).catch(() => []),
      })),
  );
}

const Deployments = z.array(
  z.looseObject({ id: z.int(), sha: Sha, environment: z.string(), created_at: z.string().nullish() }),
);
const Statuses = z.array(
  z.looseObject({
    state: z.string(),
    description: z.string().nullish(),
    log_url: z.string().nullish(),
    created_at: z.string().nullish(),
  }),
);

async function failedDeployment(request: GitHubRequest, at: At, place: SignalPlace): Promise<FailedDeployment | null> {
  const environment = place.source.startsWith("deployment:") ? place.source.slice("deployment:".length) : null;
  if (environment === null) return null;
  const { data } = await request("GET /repos/{owner}/{repo}/deployments", {
    ...at,
    sha: place.badHead,
    environment,
    per_page: 5,
  });
  for (const { id } of Deployments.parse(data).slice(0, 5)) {
    const failing = (await statuses(request, at, id)).find(({ state }) => state === "failure" || state === "error");
    if (failing) return { environment, description: failing.description ?? "", logUrl: failing.log_url ?? null };
  }
  return { environment, description: "", logUrl: null };
}

async function statuses(request: GitHubRequest, at: At, deployment: number): Promise<z.infer<typeof Statuses>> {
  const { data } = await request("GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses", {
    ...at,
    deployment_id: deployment,
    per_page: 10,
  });
  return Statuses.parse(data);
}

/** The newest deployment of each environment that succeeded; an older one went inactive by it. */
async function environments(request: GitHubRequest, at: At): Promise<readonly EnvironmentState[]> {
  const { data } = await request("GET /repos/{owner}/{repo}/deployments", { ...at, per_page: 50 });
  const found = new Map<string, EnvironmentState>();
  let left: number = CAPS.statuses;
  for (const deployment of Deployments.parse(data)) {
    const { environment: name, sha } = deployment;
    if (found.has(name) || left-- <= 0) continue;
    const newest = (await statuses(request, at, deployment.id))[0];
    if (newest?.state === "success")
      found.set(name, { name, sha, state: newest.state, at: newest.created_at ?? deployment.created_at ?? "" });
  }
  return [...found.values()];
}

/** The same workflow on other heads of the branch. */
async function earlierRuns(request: GitHubRequest, at: At, place: SignalPlace): Promise<readonly EarlierRun[]> {
  const { data } = await request("GET /repos/{owner}/{repo}/actions/runs", {
    ...at,
    branch: place.branch,
    status: "completed",
    per_page: 50,
  });
  const runs = Runs.parse(data).workflow_runs;
  const signalled = runs.find((run) => run.head_sha === place.badHead && isFailing(run));
  if (!signalled) return [];
  return runs
    .filter((run) => workflowPath(run) === workflowPath(signalled) && run.head_sha !== place.badHead)
    .slice(0, CAPS.earlier)
    .map((run) => ({ sha: run.head_sha, conclusion: run.conclusion ?? "", at: run.created_at ?? "" }));
}

const Pulls = z.array(z.looseObject({ author_association: z.string().nullish(), merged_at: z.string().nullish() }));
const MEMBERS = new Set(["OWNER", "MEMBER", "COLLABORATOR"]);

async function members(request: GitHubRequest, at: At, shas: readonly Sha[]): Promise<ReadonlySet<Sha>> {
  const asked = shas.slice(0, CAPS.pulls).map(async (sha) => {
    try {
      const { data } = await request("GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls", {
        ...at,
        commit_sha: sha,
        per_page: 5,
      });
      return Pulls.parse(data).some(({ author_association }) => MEMBERS.has(author_association ?? "")) ? [sha] : [];
    } catch (error) {
      if (error instanceof GitHubError && error.code === "not-found") return [];
      throw error;
    }
  });
  return new Set((await Promise.all(asked)).flat());
}
