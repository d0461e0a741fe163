import type { JobPlace } from "./environment.ts";
import type { Scope, Value } from "./expression.ts";
import type { JobLog } from "./job-log.ts";
import type { Masks } from "./masks.ts";
import type { Grace } from "./process.ts";
import type { ActionSource, RunnerHost, RunRequest } from "./types.ts";

/** What the steps of one job share and change while it runs. */
export type JobState = {
  readonly request: RunRequest;
  readonly host: Pick<RunnerHost, "serverUrl">;
  readonly actions: Readonly<Record<string, ActionSource>>;
  readonly place: JobPlace;
  readonly masks: Masks;
  readonly log: JobLog;
  readonly token: string;
  readonly trackingId: string;
  readonly grace: Grace;
  /** Aborted by a cancel or by the job's time limit. */
  readonly stop: AbortSignal;
  /** What every process gets, before `env:` and the step's own. */
  readonly variables: Readonly<Record<string, string>>;
  readonly contexts: Readonly<Record<string, Value>>;
  readonly runDefaults: { readonly shell?: string | undefined; readonly "working-directory"?: string | undefined };
  /** `env:` of workflow and job, then what steps wrote to GITHUB_ENV. */
  env: Readonly<Record<string, string>>;
  path: readonly string[];
  steps: Readonly<Record<string, StepContext>>;
  summaries: readonly string[];
  status: "success" | "failure" | "cancelled";
  posts: readonly PostStep[];
  readonly actionIds: Map<string, number>;
};

export type StepContext = {
  readonly outputs: Readonly<Record<string, string>>;
  readonly outcome: StepResult;
  readonly conclusion: StepResult;
};
export type StepResult = "success" | "failure" | "cancelled" | "skipped";

/** The `post` of an action, due when the job ends. */
export type PostStep = { readonly name: string; readonly condition: string; run(): Promise<StepResult> };

/** Everything a step's expressions may name; `env` as it stands now, with the step's own on top. */
export function scopeOf(state: JobState, stepEnv: Readonly<Record<string, string>> = {}): Scope {
  return {
    contexts: {
      ...state.contexts,
      env: { ...state.env, ...stepEnv },
      steps: state.steps,
      job: { status: state.status },
    },
    status: {
      success: state.status === "success",
      failure: state.status === "failure",
      cancelled: state.status === "cancelled",
      always: true,
    },
  };
}

/** A step that must end after a cancel still gets this long, as GitHub forces the end after five minutes. */
const AFTER_CANCEL_MS = 5 * 60_000;

/** What ends a step: a cancel, the job's own limit, or the step's. */
export function timeLimit(state: JobState, minutes: number): AbortSignal {
  const stop = state.stop.aborted ? AbortSignal.timeout(AFTER_CANCEL_MS) : state.stop;
  return minutes > 0 ? AbortSignal.any([stop, AbortSignal.timeout(minutes * 60_000)]) : stop;
}
