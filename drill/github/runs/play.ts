import { createRunner } from "../../runner/runner.ts";
import type { RunnerHost } from "../../runner/types.ts";
import { mintJobToken } from "../auth/tokens.ts";
import { rulesetsFor } from "../git/rules.ts";
import { isRecord } from "../http.ts";
import type { Account, Deployment, Job, Repository, Run } from "../records.ts";
import { environmentNamed, letsIn } from "../rest/environment-records.ts";
import { fullRepositoryShape } from "../rest/repository-shape.ts";
import { announceJob, announceRun } from "../rest/run-shapes.ts";
import { userShape } from "../rest/shapes.ts";
import { isoNow, type State, track } from "../state.ts";
import type { GitHubOptions } from "../types.ts";
import { turnInGroup } from "./concurrency.ts";
import { closeJobDeployment, deployedTo, openJobDeployment } from "./job-deployments.ts";
import { closeJob, finishRun, latestJobs, openJob } from "./records.ts";
import { workflowField } from "./workflow-text.ts";

/** Plays workflow runs on the mini runner. A run never sees more than its ref allows. */

export function prepareRunner(state: State, options: GitHubOptions): void {
  state.runner = createRunner(options.actions ?? {}, options.runnerEnv ?? {}, undefined, options.runnerIsFree);
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
  const deployments = new Map<string, Deployment | null>();
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
    environment: (name) => settingsFor(state, repo, run.headBranch, name),
    jobStarted: (key, name) => {
      const job = begin(key, name);
      job.status = "in_progress";
      job.checkRun.status = "in_progress";
      announceJob(state, repo, run, job, "in_progress");
      deployments.set(key, openJobDeployment(state, repo, run, job, deployedTo(run.workflowText, key)));
    },
    jobLine: (key, line) => {
      begin(key, key).log += `${line}\n`;
      for (const listener of state.lineListeners) listener({ runId: run.id, job: key, text: line });
    },
    workflowInvalid: (message) => state.problems.push(`${run.workflow.path}: ${message}`),
    jobFinished: (key, result) => {
      const job = begin(key, key);
      closeJob(state, repo, run, job, result);
      const deployment = deployments.get(key);
      if (deployment) closeJobDeployment(state, repo, run, job, deployment);
    },
  };
}

/** Secrets and variables, or the sentence with which GitHub fails a job whose ref the environment does not let in. */
function settingsFor(state: State, repo: Repository, branch: string, name: string | null) {
  const shared = state.organizationVariables.get(repo.owner.id);
  if (name === null) return { secrets: {}, variables: { ...shared, ...repo.variables } };
  const environment = environmentNamed(repo, name);
  if (environment && !letsIn(environment, branch))
    return `Branch "${branch}" is not allowed to deploy to ${name} due to environment protection rules.`;
  if (environment && (environment.waitTimer > 0 || environment.reviewers.length > 0))
    return unplayable(state, `${name}: the stand-in GitHub cannot hold a job for reviewers or a wait timer`);
  const secrets = [...(environment?.secrets ?? [])].map(([key, { value }]) => [key, value] as const);
  return {
    secrets: Object.fromEntries(secrets),
    variables: { ...shared, ...repo.variables, ...environment?.variables },
  };
}

function unplayable(state: State, sentence: string): string {
  state.problems.push(sentence);
  return sentence;
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
