import type { GitHubRequest } from "../adapters/github-request.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Secret } from "../kernel/secret.ts";
import type { Inputs } from "./inputs.ts";
import type { OutputName } from "./outputs.ts";

/**
 * What one job step has to work with: its typed inputs, where it runs, GitHub through the job's own token, time, and the
 * ways to speak. It must never carry a token that can push.
 */
export type ActionContext<I extends Inputs = Inputs> = {
  readonly inputs: I;
  readonly env: JobEnvironment;
  readonly github: GitHubRequest;
  readonly clock: Clock;
  readonly output: JobOutput;
  /** Aborts when the runner cancels the job. */
  readonly signal: AbortSignal;
};

export type JobEnvironment = {
  readonly repo: { readonly owner: string; readonly name: string; readonly id: number };
  /** Without a slash at the end. */
  readonly apiUrl: string;
  readonly serverUrl: string;
  /** Full ref the run is at, for example `refs/heads/sentinel`. */
  readonly ref: string;
  /** The commit that the run is at. */
  readonly sha: string;
  readonly runId: number;
  /** 1 for the first, +1 for each re-run. */
  readonly attempt: number;
  /** An empty-able directory of this job, outside the workspace. */
  readonly temp: string;
  /** Login of who started this attempt. */
  readonly triggeringActor: string;
};

export type FileLine = { readonly title: string; readonly path: string; readonly line: number };

/** Every way in which a job speaks. Each makes its text safe for the runner's log, so callers may pass any text. */
export type JobOutput = {
  /** One line (or several) of the job log. */
  line(text: string): void;
  /** A warning annotation, on a line of a file where one is given; `title` is in words of ours. */
  warning(text: string, at?: FileLine): void;
  /** Ends the open group of log lines, if any, and opens this one; null opens none. */
  group(name: string | null): void;
  /** A notice annotation on the job's own check run: how the App hears from us. */
  notice(title: string, message: string): void;
  /** Fails the step with this sentence, and with exit code 1 where no other is given. */
  fail(sentence: string, exitCode?: number): void;
  set(name: OutputName, value: string): void;
  /** Appends Markdown to the step's summary. Never throws: where that fails, a warning says so. */
  summary(markdown: string): Promise<void>;
  /** Tells the runner to mask this value in everything that follows. */
  mask(secret: Secret): void;
};
