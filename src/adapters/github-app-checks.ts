import { z } from "zod";
import { decodeMemory, type Memory } from "../incident/memory.ts";
import { CHECK_NAME } from "../incident/names.ts";
import type { Repo } from "../incident/world.ts";
import { Sha } from "../kernel/sha.ts";
import type { Reader } from "./github-app.ts";
import { pathOf } from "./github-app-path.ts";
import { GitHubError } from "./github-request.ts";

/** Check runs, and what we remember in ours. It must never read a memory out of a check run that our App did not make. */

export type StoredMemory = { readonly checkRunId: number; readonly memory: Memory };

/** What we remember on this commit, oldest first: only in check runs that our App made. */
export async function memoriesOn(
  github: Reader,
  repo: Repo,
  sha: Sha,
  appId: number,
): Promise<readonly StoredMemory[]> {
  return (await ownCheckRuns(github, repo, sha, appId, CHECK_NAME))
    .flatMap((run) => {
      const memory = decodeMemory(run.output?.text ?? null);
      return memory && memory.badHead === sha && memory.repoId === repo.id ? [{ checkRunId: run.id, memory }] : [];
    })
    .toSorted((a, b) => a.checkRunId - b.checkRunId);
}

/** Every check run of this name that our App made on a commit, newest first; a later one of the same name replaces none. */
export async function ownCheckRuns(
  github: Reader,
  repo: Repo,
  sha: Sha,
  appId: number,
  name: string,
): Promise<readonly CheckRun[]> {
  const query = `check_name=${encodeURIComponent(name)}&app_id=${appId}&filter=all&per_page=100`;
  return (await checkRunsOn(github, repo, sha, query))
    .filter((run) => run.name === name && run.app?.id === appId && run.head_sha === sha)
    .toSorted((a, b) => b.id - a.id);
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

const JobCheck = z.looseObject({
  status: z.string(),
  conclusion: z.string().nullable(),
  app: App,
  deployment: z.looseObject({ id: z.int() }).nullish(),
});
export type JobCheck = z.infer<typeof JobCheck>;

/** The check run of a job, with the deployment that GitHub Actions made for it where it names an environment. */
export async function jobCheck(github: Reader, repo: Repo, id: number): Promise<JobCheck | null> {
  return github.find(`${pathOf(repo)}/check-runs/${id}`, JobCheck);
}

/** The newest attempts of the check runs of this name on a commit, newest first. */
export async function checkRunsNamed(github: Reader, repo: Repo, sha: Sha, name: string): Promise<readonly CheckRun[]> {
  const query = `check_name=${encodeURIComponent(name)}&filter=latest&per_page=100`;
  const found = await checkRunsOn(github, repo, sha, query);
  return found.filter((run) => run.name === name && run.head_sha === sha).toSorted((a, b) => b.id - a.id);
}
