import type { Annotation, JobResult } from "../../runner/types.ts";
import type { Job, Repository, Run, Workflow } from "../records.ts";
import { addCheckRun, announceCheckRun, announceSuite, openSuite } from "../rest/check-records.ts";
import { announceJob, announceRun } from "../rest/run-shapes.ts";
import { htmlUrl } from "../rest/shapes.ts";
import { isoNow, type State } from "../state.ts";
import { fillInputs, workflowField } from "./workflow-text.ts";

/** Runs and jobs coming into being and ending, with their check runs and webhooks. */

export type RunSeed = Pick<Run, "workflow" | "workflowText" | "event" | "headBranch" | "headSha" | "inputs" | "actor">;

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

/** The jobs GitHub shows for the newest attempt: the last execution of each. */
export function latestJobs(run: Run): readonly Job[] {
  return run.jobs.filter((job) => !run.jobs.some((other) => other.key === job.key && other.attempt > job.attempt));
}

export function finishRun(state: State, repo: Repository, run: Run, conclusion: string): void {
  run.cancel = null;
  run.status = "completed";
  run.conclusion = conclusion;
  run.updatedAt = isoNow(state);
  announceRun(state, repo, run, "completed", run.triggeringActor);
  announceSuite(state, repo, run.suite, run.triggeringActor);
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

/** The record of a workflow file, made when the path is first seen. */
export function workflowAt(state: State, repo: Repository, path: string, name: string): Workflow {
  const existing = repo.workflows.find((workflow) => workflow.path === path);
  if (existing) return existing;
  const now = isoNow(state);
  const workflow: Workflow = { id: state.nextId(), path, name, state: "active", createdAt: now, updatedAt: now };
  repo.workflows.push(workflow);
  return workflow;
}
