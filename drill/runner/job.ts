import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ActionError, checkActions } from "./action.ts";
import { jobVariables, placeIn, runnerContext } from "./environment.ts";
import { interpolateAll, isMet, type Scope, settle, type Value } from "./expression.ts";
import { ExpressionError } from "./expression-parser.ts";
import { createJobLog, type JobLog } from "./job-log.ts";
import { jobOutputs } from "./job-outputs.ts";
import { type JobState, scopeOf } from "./job-state.ts";
import { createMasks, type Masks } from "./masks.ts";
import { type Grace, killTracked } from "./process.ts";
import { runStep } from "./step.ts";
import type { ActionSource, JobResult, RunnerHost, RunRequest } from "./types.ts";
import { type Job, permissionsOf, type Workflow } from "./workflow.ts";

/** Runs one job on a machine of its own: a clean directory, a clean environment, a token that ends with it. */

export type JobSpec = {
  readonly id: string;
  readonly job: Job;
  readonly workflow: Workflow;
  readonly request: RunRequest;
  readonly host: RunnerHost;
  readonly actions: Readonly<Record<string, ActionSource>>;
  readonly extraEnv: Readonly<Record<string, string>>;
  readonly grace: Grace;
  readonly cancel: AbortSignal;
  readonly github: Readonly<Record<string, Value>>;
  /** `needs`, `inputs` and the repository's `vars`: what a job may name before it has a machine. */
  readonly contexts: Readonly<Record<string, Value>>;
  /** How many UTF-16 bytes of outputs the run may still hold. */
  readonly outputBytesLeft: number;
};

const DEFAULT_TIMEOUT_MINUTES = 360;

export async function runJob(spec: JobSpec): Promise<JobResult> {
  const masks = createMasks();
  const log = createJobLog(masks, (line) => spec.host.jobLine(spec.id, line));
  const before: Scope = { contexts: { github: spec.github, ...spec.contexts } };
  try {
    const environment = environmentOf(spec.job, before);
    const settings = spec.host.environment(environment);
    if (typeof settings === "string") return refused(log, settings);
    for (const secret of Object.values(settings.secrets)) masks.add(secret);
    return await withMachine(spec, masks, log, settings);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return refused(log, `The template is not valid. ${error.message}`);
  }
}

type Settings = { readonly secrets: Record<string, string>; readonly variables: Record<string, string> };

async function withMachine(spec: JobSpec, masks: Masks, log: JobLog, settings: Settings): Promise<JobResult> {
  const root = mkdtempSync(join(tmpdir(), "sentinel-runner-"));
  const trackingId = `github_${randomUUID()}`;
  const permissions = permissionsOf(spec.workflow, spec.job);
  const token = spec.host.mintToken(spec.id, permissions);
  masks.add(token);
  try {
    const state = prepare(spec, masks, log, settings, root, trackingId, token);
    setUp(state, spec, permissions);
    return await play(state, spec);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return refused(log, error.message);
  } finally {
    killTracked(trackingId);
    spec.host.endToken(token);
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function play(state: JobState, spec: JobSpec): Promise<JobResult> {
  for (const step of spec.job.steps) await runStep(state, step);
  for (const post of state.posts) {
    state.log.beginStep();
    if (!isMet(post.condition, scopeOf(state))) continue;
    state.log.write(`##[group]${post.name}`);
    const result = await post.run();
    state.log.write("##[endgroup]");
    if (result === "failure" && state.status === "success") state.status = "failure";
  }
  if (state.stop.aborted) state.status = "cancelled";
  sayWhyStopped(state, spec);
  const outputs = jobOutputs(state, spec.job.outputs, spec.outputBytesLeft);
  state.log.write("Cleaning up orphan processes");
  return {
    conclusion: state.status,
    outputs,
    log: state.log.text(),
    summary: state.summaries.join("\n"),
    annotations: state.log.annotations(),
  };
}

function prepare(
  spec: JobSpec,
  masks: Masks,
  log: JobLog,
  settings: Settings,
  root: string,
  trackingId: string,
  token: string,
): JobState {
  const { request, host, job, workflow } = spec;
  const place = placeIn(root, request.repository.name);
  for (const dir of [place.workspace, place.temp, place.toolCache, place.home, dirname(place.eventPath)])
    mkdirSync(dir, { recursive: true });
  writeFileSync(place.eventPath, JSON.stringify(request.event.payload));
  const contexts = {
    ...spec.contexts,
    github: { ...spec.github, token, job: spec.id, workspace: place.workspace, event_path: place.eventPath },
    runner: runnerContext(place),
    vars: settings.variables,
    secrets: { ...settings.secrets, GITHUB_TOKEN: token },
  };
  const scope: Scope = { contexts };
  const workflowEnv = interpolateAll(workflow.env, scope);
  const jobEnv = interpolateAll(job.env, { contexts: { ...contexts, env: workflowEnv } });
  const minutes = Number(settle(job["timeout-minutes"] ?? null, scope) ?? 0) || DEFAULT_TIMEOUT_MINUTES;
  return {
    request,
    host,
    actions: spec.actions,
    place,
    masks,
    log,
    token,
    trackingId,
    grace: spec.grace,
    stop: AbortSignal.any([...toHeed(spec.cancel), AbortSignal.timeout(minutes * 60_000)]),
    variables: { ...spec.extraEnv, ...jobVariables(spec.github, spec.id, place) },
    contexts,
    runDefaults: { ...workflow.defaults?.run, ...job.defaults?.run },
    env: { ...workflowEnv, ...jobEnv },
    path: [],
    steps: {},
    summaries: [],
    status: "success",
    posts: [],
    actionIds: new Map(),
  };
}

/** A job that starts although the run was cancelled, by `always()`, runs to its end. */
function toHeed(cancel: AbortSignal): readonly AbortSignal[] {
  return cancel.aborted ? [] : [cancel];
}

/** What GitHub writes before the first step; it fails the job there when an action is not to be had. */
function setUp(state: JobState, spec: JobSpec, permissions: Readonly<Record<string, string>>): void {
  state.log.write("Current runner version: 'stand-in'");
  state.log.write("##[group]GITHUB_TOKEN Permissions");
  for (const [name, level] of Object.entries(permissions)) state.log.write(`${name}: ${level}`);
  state.log.write("##[endgroup]");
  state.log.write("Prepare all required actions");
  checkActions(spec.job, spec.actions);
  state.log.write(`Complete job name: ${spec.id}`);
}

function sayWhyStopped(state: JobState, spec: JobSpec): void {
  if (state.status !== "cancelled") return;
  if (spec.cancel.aborted && state.stop.aborted) state.log.error("The operation was canceled.");
  else state.log.error("The job has exceeded the maximum execution time and was canceled.");
}

function environmentOf(job: Job, scope: Scope): string | null {
  if (job.environment === undefined) return null;
  const name = String(settle(job.environment.name, scope) ?? "");
  return name === "" ? null : name;
}

function refused(log: JobLog, message: string): JobResult {
  log.error(message);
  return { conclusion: "failure", outputs: {}, log: log.text(), summary: "", annotations: log.annotations() };
}
