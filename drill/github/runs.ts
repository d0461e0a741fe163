import { parse } from "yaml";
import { createRunner } from "../runner/runner.ts";
import type { Annotation, JobResult, RunnerHost } from "../runner/types.ts";
import { mintJobToken } from "./auth.ts";
import { addCheckRun, announceCheckRun, announceSuite, openSuite } from "./checks.ts";
import { isRecord } from "./http.ts";
import { rulesetsFor } from "./rules.ts";
import { announceJob, announceRun } from "./run-shapes.ts";
import { fullRepositoryShape, htmlUrl, userShape } from "./shapes.ts";
import {
  type Account,
  isoNow,
  type Job,
  type Repository,
  type Run,
  type State,
  track,
  type Workflow,
} from "./state.ts";
import type { GitHubOptions } from "./types.ts";

/** Workflow runs: starts them on the mini runner and keeps what their jobs leave. A run never sees more than its ref allows. */

export type RunSeed = Pick<Run, "workflow" | "workflowText" | "event" | "headBranch" | "headSha" | "inputs" | "actor">;

export function prepareRunner(state: State, options: GitHubOptions): void {
  state.runner = createRunner(options.actions ?? {}, options.runnerEnv ?? {}, undefined, options.runnerIsFree);
}

export function openRun(state: State, repo: Repository, seed: RunSeed): Run {
  const now = isoNow(state);
  const id = state.nextId();
  const run: Run = {
    ...seed,
    id,
    number: repo.runs.filter(({ workflow }) => workflow === seed.workflow).length + 1,
    displayTitle: titleOf(seed),
    suite: openSuite(state, repo, {
      app: state.actionsApp,
      headSha: seed.headSha,
      headBranch: seed.headBranch,
      run: id,
    }),
    createdAt: now,
    triggeringActor: seed.actor,
    attempt: 1,
    status: "queued",
    conclusion: null,
    startedAt: now,
    updatedAt: now,
    jobs: [],
    earlier: [],
    cancel: null,
  };
  repo.runs.unshift(run);
  announceRun(state, repo, run, "requested", seed.actor);
  return run;
}

function titleOf({ workflow, workflowText, inputs }: RunSeed): string {
  const name = workflowField(workflowText, "run-name");
  return typeof name === "string" ? fillInputs(name, inputs) : workflow.name;
}

/** `run-name` and `concurrency.group` may use inputs; nothing else is needed of them here. */
function fillInputs(text: string, inputs: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /\$\{\{\s*(?:inputs|github\.event\.inputs)\.([\w-]+)\s*\}\}/g,
    (_, name: string) => inputs[name] ?? "",
  );
}

export function workflowField(text: string, field: string): unknown {
  const document: unknown = parse(text);
  return isRecord(document) ? document[field] : undefined;
}

/** The jobs GitHub shows for the newest attempt: the last execution of each. */
export function latestJobs(run: Run): readonly Job[] {
  return run.jobs.filter((job) => !run.jobs.some((other) => other.key === job.key && other.attempt > job.attempt));
}

/** Runs the current attempt. `finished` are jobs of earlier attempts that are not run again. */
export function startAttempt(state: State, repo: Repository, run: Run, finished: readonly Job[]): void {
  track(state, play(state, repo, run, finished));
}

async function play(state: State, repo: Repository, run: Run, finished: readonly Job[]): Promise<void> {
  await turnInGroup(state, repo, run);
  if (!state.runner || run.status === "completed" || state.closing) return;
  run.status = "in_progress";
  announceRun(state, repo, run, "in_progress", run.actor);
  const kept = finished.map(
    ({ key, conclusion, outputs }) => [key, { conclusion: conclusion ?? "success", outputs }] as const,
  );
  const execution = state.runner.start(
    {
      repository: { id: repo.id, owner: repo.owner.login, ownerId: repo.owner.id, name: repo.name },
      workflowPath: run.workflow.path,
      workflowText: run.workflowText,
      ref: `refs/heads/${run.headBranch}`,
      refProtected: rulesetsFor(repo, `refs/heads/${run.headBranch}`).some(
        ({ enforcement }) => enforcement === "active",
      ),
      sha: run.headSha,
      event: { name: run.event, payload: eventPayload(state, repo, run) },
      inputs: run.inputs,
      runId: run.id,
      runNumber: run.number,
      attempt: run.attempt,
      actor: run.actor.login,
      triggeringActor: run.triggeringActor.login,
      finished: Object.fromEntries(kept),
    },
    hostFor(state, repo, run),
  );
  run.cancel = () => execution.cancel();
  const conclusion = await execution.done;
  finishRun(state, repo, run, conclusion);
}

export function finishRun(state: State, repo: Repository, run: Run, conclusion: string): void {
  run.cancel = null;
  run.status = "completed";
  run.conclusion = conclusion;
  run.updatedAt = isoNow(state);
  announceRun(state, repo, run, "completed", run.triggeringActor);
  announceSuite(state, repo, run.suite, run.triggeringActor);
}

/** `concurrency`: one run of a group at a time, one waiting; who waited longer is cancelled. */
async function turnInGroup(state: State, repo: Repository, run: Run): Promise<void> {
  const group = groupOf(run);
  if (group === null) return;
  const rivals = repo.runs.filter(
    (other) => other !== run && other.status !== "completed" && groupOf(other)?.name === group.name,
  );
  for (const waiting of rivals.filter(({ status }) => status === "pending"))
    finishRun(state, repo, waiting, "cancelled");
  const running = rivals.filter(({ status }) => status === "in_progress");
  if (running.length === 0) return;
  run.status = "pending";
  if (group.cancels) await Promise.all(running.map((other) => other.cancel?.()));
  while (running.some(({ status }) => status !== "completed") && run.status === "pending" && !state.closing)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

function groupOf(run: Run): { readonly name: string; readonly cancels: boolean } | null {
  const value = workflowField(run.workflowText, "concurrency");
  if (typeof value === "string") return { name: fillInputs(value, run.inputs), cancels: false };
  if (!isRecord(value) || typeof value.group !== "string") return null;
  return { name: fillInputs(value.group, run.inputs), cancels: value["cancel-in-progress"] === true };
}

function eventPayload(state: State, repo: Repository, run: Run): Readonly<Record<string, unknown>> {
  return {
    inputs: run.inputs,
    ref: `refs/heads/${run.headBranch}`,
    repository: fullRepositoryShape(state, repo),
    sender: userShape(state, run.actor),
    workflow: run.workflow.path,
  };
}

/** What the runner may ask of GitHub for this run. */
function hostFor(state: State, repo: Repository, run: Run): RunnerHost {
  const started = new Map<string, Job>();
  const begin = (key: string, name: string): Job => {
    const job = started.get(key) ?? openJob(state, repo, run, key, name);
    started.set(key, job);
    return job;
  };
  return {
    serverUrl: state.url,
    apiUrl: state.apiUrl,
    mintToken: (job, permissions) => mintJobToken(state, repo, job, permissions),
    endToken: (token) => {
      state.tokens.delete(token);
    },
    environment: (name) => settingsFor(repo, run.headBranch, name),
    jobStarted: (key, name) => {
      const job = begin(key, name);
      job.status = "in_progress";
      job.checkRun.status = "in_progress";
      announceJob(state, repo, run, job, "in_progress");
    },
    jobLine: (key, line) => {
      begin(key, key).log += `${line}\n`;
      for (const listener of state.lineListeners) listener({ runId: run.id, job: key, text: line });
    },
    workflowInvalid: (message) => state.problems.push(`${run.workflow.path}: ${message}`),
    jobFinished: (key, result) => closeJob(state, repo, run, begin(key, key), result),
  };
}

/** Secrets and variables, or the sentence with which GitHub fails a job whose ref the environment does not let in. */
function settingsFor(repo: Repository, branch: string, name: string | null) {
  if (name === null) return { secrets: {}, variables: { ...repo.variables } };
  const environment = repo.environments.get(name)?.seed;
  if (environment && environment.branches.length > 0 && !environment.branches.includes(branch))
    return `Branch "${branch}" is not allowed to deploy to ${name} due to environment protection rules.`;
  return { secrets: { ...environment?.secrets }, variables: { ...repo.variables, ...environment?.variables } };
}

/** A job and its check run, which has the same id and belongs to GitHub Actions. */
export function openJob(state: State, repo: Repository, run: Run, key: string, name: string): Job {
  const now = isoNow(state);
  const id = state.nextId();
  const checkRun = addCheckRun(state, repo, {
    id,
    app: state.actionsApp,
    suite: run.suite,
    name,
    headSha: run.headSha,
  });
  checkRun.detailsUrl = `${htmlUrl(state, repo)}/actions/runs/${run.id}/job/${id}`;
  checkRun.startedAt = now;
  const job: Job = {
    id,
    key,
    name,
    attempt: run.attempt,
    createdAt: now,
    startedAt: now,
    completedAt: null,
    status: "queued",
    conclusion: null,
    log: "",
    summary: "",
    outputs: {},
    checkRun,
  };
  run.jobs.push(job);
  announceCheckRun(state, repo, checkRun, "created", run.actor);
  announceJob(state, repo, run, job, "queued");
  return job;
}

/** GitHub keeps ten notices, ten warnings and ten errors of a step; with one step a job, of a job. */
const ANNOTATIONS_A_LEVEL = 10;

export function closeJob(state: State, repo: Repository, run: Run, job: Job, result: JobResult): void {
  const now = isoNow(state);
  Object.assign(job, { status: "completed", completedAt: now, conclusion: result.conclusion, outputs: result.outputs });
  job.log = result.log;
  job.summary = result.summary;
  job.checkRun.status = "completed";
  job.checkRun.conclusion = result.conclusion;
  job.checkRun.completedAt = now;
  const levels = ["notice", "warning", "failure"] as const;
  const kept = levels.flatMap((level) =>
    result.annotations.filter((item) => item.level === level).slice(0, ANNOTATIONS_A_LEVEL),
  );
  job.checkRun.annotations.push(...kept.map(annotationShape));
  announceCheckRun(state, repo, job.checkRun, "completed", run.actor);
  announceJob(state, repo, run, job, "completed");
}

function annotationShape({ level, title, message, path, line }: Annotation) {
  return {
    path,
    start_line: line,
    end_line: line,
    start_column: null,
    end_column: null,
    annotation_level: level,
    title,
    message,
    raw_details: null,
  };
}

/** A new attempt. With `again`, only these jobs and those that need them run; null runs all. */
export function rerun(state: State, repo: Repository, run: Run, again: readonly string[] | null, by: Account): void {
  const affected = again === null ? null : withDependents(run.workflowText, again);
  const finished = affected === null ? [] : latestJobs(run).filter(({ key }) => !affected.has(key));
  run.earlier.push({ attempt: run.attempt, conclusion: run.conclusion, startedAt: run.startedAt });
  run.attempt += 1;
  run.status = "queued";
  run.conclusion = null;
  run.triggeringActor = by;
  run.startedAt = isoNow(state);
  run.updatedAt = run.startedAt;
  announceRun(state, repo, run, "requested", by);
  startAttempt(state, repo, run, finished);
}

function withDependents(workflowText: string, keys: readonly string[]): ReadonlySet<string> {
  const jobs = workflowField(workflowText, "jobs");
  const affected = new Set(keys);
  if (!isRecord(jobs)) return affected;
  for (let grew = true; grew; ) {
    grew = false;
    for (const [key, job] of Object.entries(jobs)) {
      const needs = isRecord(job) ? [job.needs].flat() : [];
      if (affected.has(key) || !needs.some((need) => affected.has(String(need)))) continue;
      affected.add(key);
      grew = true;
    }
  }
  return affected;
}

export async function cancelRun(state: State, repo: Repository, run: Run): Promise<void> {
  if (run.cancel) await run.cancel();
  else if (run.status !== "completed") finishRun(state, repo, run, "cancelled");
}

/** The record of a workflow file, made when the path is first seen. */
export function workflowAt(state: State, repo: Repository, path: string, name: string): Workflow {
  const existing = repo.workflows.find((workflow) => workflow.path === path);
  if (existing) return existing;
  const now = isoNow(state);
  const workflow: Workflow = { id: state.nextId(), path, name, state: "active", createdAt: now, updatedAt: now };
  repo.workflows.push(workflow);
  return workflow;
}
