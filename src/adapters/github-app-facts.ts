import { z } from "zod";
import { decodeMemory, type Memory } from "../incident/memory.ts";
import { CHECK_NAME, type HoldName, INCIDENT_LABEL, parseHoldName, REPORT_TITLE } from "../incident/names.ts";
import type { Repo } from "../incident/world.ts";
import { Sha } from "../kernel/sha.ts";
import type { Reader } from "./github-app.ts";
import { GitHubError } from "./github-request.ts";

/** One question to GitHub each, answered raw: whoever asks judges. It must never take an answer's shape on trust. */

export function pathOf(repo: Pick<Repo, "owner" | "name">): string {
  return `/repos/${encodeURIComponent(repo.owner)}/${encodeURIComponent(repo.name)}`;
}

export async function branchHead(github: Reader, repo: Repo, branch: string): Promise<Sha | null> {
  const shape = z.looseObject({ object: z.looseObject({ sha: Sha }) });
  const ref = await github.find(
    `${pathOf(repo)}/git/ref/heads/${branch.split("/").map(encodeURIComponent).join("/")}`,
    shape,
  );
  return ref?.object.sha ?? null;
}

/** The full sha of a revision, or null where there is none. */
export async function resolveSha(github: Reader, repo: Repo, revision: string): Promise<Sha | null> {
  const shape = z.looseObject({ sha: Sha });
  const commit = await github.find(`${pathOf(repo)}/commits/${encodeURIComponent(revision)}?per_page=1`, shape);
  return commit?.sha ?? null;
}

export type OurRuleset = { readonly id: number; readonly name: HoldName };

/** Every hold of ours in the repository, lowest id first. */
export async function ourRulesets(github: Reader, repo: Repo): Promise<readonly OurRuleset[]> {
  const shape = z.array(z.looseObject({ id: z.int(), name: z.string() }));
  const rulesets = await github.get(`${pathOf(repo)}/rulesets?includes_parents=false&per_page=100`, shape);
  return rulesets
    .flatMap(({ id, name }) => {
      const parsed = parseHoldName(name);
      return parsed ? [{ id, name: parsed }] : [];
    })
    .toSorted((a, b) => a.id - b.id);
}

export type StoredMemory = { readonly checkRunId: number; readonly memory: Memory };

/** What we remember on this commit, oldest first: only in check runs that our App made. */
export async function memoriesOn(
  github: Reader,
  repo: Repo,
  sha: Sha,
  appId: number,
): Promise<readonly StoredMemory[]> {
  const query = `check_name=${CHECK_NAME}&app_id=${appId}&filter=all&per_page=100`;
  return (await checkRunsOn(github, repo, sha, query))
    .filter((run) => run.name === CHECK_NAME && run.app?.id === appId && run.head_sha === sha)
    .flatMap((run) => {
      const memory = decodeMemory(run.output?.text ?? null);
      return memory && memory.badHead === sha && memory.repoId === repo.id ? [{ checkRunId: run.id, memory }] : [];
    })
    .toSorted((a, b) => a.checkRunId - b.checkRunId);
}

const App = z.looseObject({ id: z.int(), slug: z.string().nullish() }).nullable();
const CheckRun = z.looseObject({
  id: z.int(),
  name: z.string(),
  head_sha: Sha,
  status: z.string(),
  conclusion: z.string().nullable(),
  started_at: z.string().nullish(),
  completed_at: z.string().nullish(),
  details_url: z.string().nullish(),
  external_id: z.string().nullish(),
  html_url: z.string().nullish(),
  app: App,
  check_suite: z.looseObject({ id: z.int() }).nullish(),
  output: z.looseObject({ title: z.string().nullish(), text: z.string().nullish() }).nullish(),
});
export type CheckRun = z.infer<typeof CheckRun>;
const CheckRuns = z.looseObject({ check_runs: z.array(CheckRun) });

/** None on a revision that GitHub does not know: events may name any. */
async function checkRunsOn(github: Reader, repo: Repo, sha: Sha, query: string): Promise<readonly CheckRun[]> {
  try {
    const found = await github.find(`${pathOf(repo)}/commits/${sha}/check-runs?${query}`, CheckRuns);
    return found?.check_runs ?? [];
  } catch (error) {
    if (error instanceof GitHubError && error.status === 422) return [];
    throw error;
  }
}

/** The newest attempts of the check runs of this name on a commit, newest first. */
export async function checkRunsNamed(github: Reader, repo: Repo, sha: Sha, name: string): Promise<readonly CheckRun[]> {
  const query = `check_name=${encodeURIComponent(name)}&filter=latest&per_page=100`;
  const found = await checkRunsOn(github, repo, sha, query);
  return found.filter((run) => run.name === name && run.head_sha === sha).toSorted((a, b) => b.id - a.id);
}

const Issue = z.looseObject({
  number: z.int(),
  state: z.enum(["open", "closed"]),
  title: z.string(),
  body: z.string().nullish(),
  user: z.looseObject({ login: z.string() }).nullish(),
  performed_via_github_app: z.looseObject({ id: z.int() }).nullish(),
  pull_request: z.unknown().optional(),
  created_at: z.string().nullish(),
});
export type Issue = z.infer<typeof Issue>;

/** Open incidents that our App itself opened, oldest first. */
export async function openIncidents(
  github: Reader,
  repo: Repo,
  appId: number,
  label = INCIDENT_LABEL,
): Promise<readonly Issue[]> {
  const query = `labels=${encodeURIComponent(label)}&state=open&per_page=100`;
  const issues = await github.get(`${pathOf(repo)}/issues?${query}`, z.array(Issue));
  return issues.filter((issue) => isOurs(issue, appId)).toSorted((a, b) => a.number - b.number);
}

/** Incidents that are over, the newest first, as far as they matter for a day. */
export async function closedIncidents(github: Reader, repo: Repo, appId: number): Promise<readonly Issue[]> {
  const query = `labels=${encodeURIComponent(INCIDENT_LABEL)}&state=closed&sort=created&direction=desc&per_page=30`;
  const issues = await github.get(`${pathOf(repo)}/issues?${query}`, z.array(Issue));
  return issues.filter((issue) => isOurs(issue, appId));
}

export async function issueNumbered(github: Reader, repo: Repo, number: number, appId: number): Promise<Issue | null> {
  const issue = await github.find(`${pathOf(repo)}/issues/${number}`, Issue);
  return issue && isOurs(issue, appId) ? issue : null;
}

function isOurs(issue: Issue, appId: number): boolean {
  return issue.performed_via_github_app?.id === appId && issue.pull_request === undefined;
}

const Creator = z.looseObject({ login: z.string(), type: z.string() }).nullish();
const Deployment = z.looseObject({
  id: z.int(),
  sha: Sha,
  environment: z.string(),
  created_at: z.string(),
  creator: Creator,
});
export type Deployment = z.infer<typeof Deployment>;

/** Deployments to an environment, newest first. */
export async function deploymentsTo(
  github: Reader,
  repo: Repo,
  environment: string,
  count: number,
): Promise<readonly Deployment[]> {
  const query = `environment=${encodeURIComponent(environment)}&per_page=${count}`;
  const found = await github.get(`${pathOf(repo)}/deployments?${query}`, z.array(Deployment));
  return found.filter((one) => one.environment === environment).toSorted((a, b) => b.id - a.id);
}

export async function deploymentNumbered(github: Reader, repo: Repo, id: number): Promise<Deployment | null> {
  return github.find(`${pathOf(repo)}/deployments/${id}`, Deployment);
}

const DeploymentStatus = z.looseObject({
  id: z.int(),
  state: z.string(),
  description: z.string().nullish(),
  environment: z.string().nullish(),
  log_url: z.string().nullish(),
  target_url: z.string().nullish(),
  created_at: z.string(),
  creator: Creator,
});
export type DeploymentStatus = z.infer<typeof DeploymentStatus>;

/** Newest first; none for a deployment that does not exist (any more). */
export async function statusesOf(github: Reader, repo: Repo, deployment: number): Promise<readonly DeploymentStatus[]> {
  const path = `${pathOf(repo)}/deployments/${deployment}/statuses?per_page=100`;
  const found = await github.find(path, z.array(DeploymentStatus));
  return (found ?? []).toSorted((a, b) => b.id - a.id);
}

const WorkflowRun = z.looseObject({
  id: z.int(),
  path: z.string(),
  event: z.string(),
  status: z.string(),
  conclusion: z.string().nullable(),
  head_sha: Sha,
  head_branch: z.string().nullable(),
  head_repository: z.looseObject({ id: z.int() }).nullish(),
  run_attempt: z.int().nullish(),
  display_title: z.string().nullish(),
  html_url: z.string(),
  created_at: z.string(),
  updated_at: z.string().nullish(),
});
export type WorkflowRun = z.infer<typeof WorkflowRun>;

export async function workflowRun(github: Reader, repo: Repo, id: number): Promise<WorkflowRun | null> {
  return github.find(`${pathOf(repo)}/actions/runs/${id}`, WorkflowRun);
}

/** Runs of one workflow, newest first; none where the workflow is unknown. */
export async function workflowRuns(
  github: Reader,
  repo: Repo,
  workflowPath: string,
  query: Readonly<Record<string, string>>,
): Promise<readonly WorkflowRun[]> {
  const file = workflowPath.slice(workflowPath.lastIndexOf("/") + 1);
  const search = new URLSearchParams({ per_page: "20", ...query });
  const path = `${pathOf(repo)}/actions/workflows/${encodeURIComponent(file)}/runs?${search}`;
  const found = await github.find(path, z.looseObject({ workflow_runs: z.array(WorkflowRun) }));
  return (found?.workflow_runs ?? []).toSorted((a, b) => b.id - a.id);
}

const Job = z.looseObject({
  id: z.int(),
  run_id: z.int(),
  name: z.string(),
  check_run_url: z.string(),
  status: z.string().nullish(),
  conclusion: z.string().nullish(),
});
export type Job = z.infer<typeof Job>;

export async function jobWithId(github: Reader, repo: Repo, id: number): Promise<Job | null> {
  return github.find(`${pathOf(repo)}/actions/jobs/${id}`, Job);
}

/** The jobs of every attempt of a run, oldest first. */
export async function jobsOf(github: Reader, repo: Repo, run: number): Promise<readonly Job[]> {
  const shape = z.looseObject({ jobs: z.array(Job) });
  const { jobs } = await github.get(`${pathOf(repo)}/actions/runs/${run}/jobs?filter=all&per_page=100`, shape);
  return jobs.toSorted((a, b) => a.id - b.id);
}

export function checkRunOfJob(job: Job): number | null {
  const id = Number(job.check_run_url.slice(job.check_run_url.lastIndexOf("/") + 1));
  return Number.isSafeInteger(id) && id > 0 ? id : null;
}

/** The messages of our report notices on a check run, in the order they were written. */
export async function reportMessages(github: Reader, repo: Repo, checkRunId: number): Promise<readonly string[]> {
  const shape = z.array(z.looseObject({ title: z.string().nullish(), message: z.string().nullish() }));
  const path = `${pathOf(repo)}/check-runs/${checkRunId}/annotations?per_page=100`;
  const found = (await github.find(path, shape)) ?? [];
  return found.filter(({ title }) => title === REPORT_TITLE).map(({ message }) => message ?? "");
}

/** Shas of the branch, newest first, as far as one page goes. */
export async function commitsOf(github: Reader, repo: Repo, from: string, count: number): Promise<readonly Sha[]> {
  const path = `${pathOf(repo)}/commits?sha=${encodeURIComponent(from)}&per_page=${count}`;
  const found = await github.get(path, z.array(z.looseObject({ sha: Sha })));
  return found.map(({ sha }) => sha);
}

export type Comparison = { readonly status: string; readonly files: readonly string[] };

/** How `head` stands to `base` (`ahead`, `behind`, `diverged`, `identical`); null where one of them is unknown. */
export async function compare(github: Reader, repo: Repo, base: Sha, head: Sha): Promise<Comparison | null> {
  const shape = z.looseObject({
    status: z.string(),
    files: z.array(z.looseObject({ filename: z.string() })).optional(),
  });
  const found = await github.find(`${pathOf(repo)}/compare/${base}...${head}?per_page=1`, shape);
  return found && { status: found.status, files: (found.files ?? []).map(({ filename }) => filename) };
}

/** The text of a file at a revision; null where there is none. */
export async function fileAt(
  github: Reader,
  repo: Pick<Repo, "owner" | "name">,
  path: string,
  ref: string | null,
): Promise<string | null> {
  const shape = z.looseObject({ encoding: z.string(), content: z.string() });
  const query = ref === null ? "" : `?ref=${encodeURIComponent(ref)}`;
  const found = await github.find(`${pathOf(repo)}/contents/${path}${query}`, shape);
  return found === null ? null : Buffer.from(found.content, "base64").toString("utf8");
}

/**
 * `admin`, `maintain`, `write`, `triage`, `read` or `none`, as it is now. With an `id`, `none` where the login has become
 * somebody else's.
 */
export async function roleOf(github: Reader, repo: Repo, login: string, id?: number): Promise<string> {
  const user = z.looseObject({ id: z.int() }).nullish();
  const shape = z.looseObject({ permission: z.string(), role_name: z.string().nullish(), user });
  const path = `${pathOf(repo)}/collaborators/${encodeURIComponent(login)}/permission`;
  const found = await github.find(path, shape);
  if (id !== undefined && found?.user?.id !== id) return "none";
  return found?.role_name ?? found?.permission ?? "none";
}

export const Ruleset = z.looseObject({
  id: z.int(),
  name: z.string(),
  created_at: z.string().nullish(),
  enforcement: z.string(),
  conditions: z
    .looseObject({
      ref_name: z.looseObject({ include: z.array(z.string()), exclude: z.array(z.string()) }).optional(),
    })
    .nullish(),
  rules: z.array(z.looseObject({ type: z.string() })).optional(),
  bypass_actors: z
    .array(z.looseObject({ actor_id: z.int().nullish(), actor_type: z.string(), bypass_mode: z.string().optional() }))
    .optional(),
});

/** One ruleset in full; null when it is gone. A reader is not shown who may pass. */
export async function rulesetNumbered(github: Reader, repo: Repo, id: number): Promise<z.infer<typeof Ruleset> | null> {
  return github.find(`${pathOf(repo)}/rulesets/${id}?includes_parents=false`, Ruleset);
}

/** What our App wrote under an issue: the first hundred comments, more than an incident has. */
export async function commentsOn(github: Reader, repo: Repo, issue: number, appId: number): Promise<readonly string[]> {
  const shape = z.array(
    z.looseObject({
      body: z.string().nullish(),
      performed_via_github_app: z.looseObject({ id: z.int() }).nullish(),
    }),
  );
  const found = await github.find(`${pathOf(repo)}/issues/${issue}/comments?per_page=100`, shape);
  return (found ?? []).filter((one) => one.performed_via_github_app?.id === appId).map(({ body }) => body ?? "");
}
