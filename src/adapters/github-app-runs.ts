import { z } from "zod";
import { REPORT_TITLE } from "../incident/names.ts";
import type { Repo } from "../incident/world.ts";
import { Sha } from "../kernel/sha.ts";
import type { Reader } from "./github-app.ts";
import { pathOf } from "./github-app-path.ts";

/** Runs of workflows, their jobs and what these reported, answered raw: whoever asks judges which run may be believed. */

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
  run_attempt: z.int().nullish(),
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
