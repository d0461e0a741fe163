/** The mini runner: one workflow run's jobs as child processes, with what GitHub's runner gives them. */

export type ActionSource = {
  /** Directory that holds `action.yml` and its `main`. */
  readonly dir: string;
};

export type RunRequest = {
  readonly repository: { readonly id: number; readonly owner: string; readonly ownerId: number; readonly name: string };
  readonly workflowPath: string;
  readonly workflowText: string;
  /** Full ref the run is at, for example `refs/heads/sentinel`, and its sha. */
  readonly ref: string;
  readonly refProtected?: boolean;
  readonly sha: string;
  readonly event: { readonly name: string; readonly payload: Readonly<Record<string, unknown>> };
  readonly inputs: Readonly<Record<string, string>>;
  readonly runId: number;
  readonly runNumber: number;
  readonly attempt: number;
  readonly actor: string;
  readonly triggeringActor: string;
  /** Jobs that are not run again (re-run of failed jobs alone), with what they left. */
  readonly finished: Readonly<
    Record<string, { readonly conclusion: string; readonly outputs: Readonly<Record<string, string>> }>
  >;
};

export type Annotation = {
  readonly level: "notice" | "warning" | "failure";
  readonly title: string;
  readonly message: string;
  readonly path: string;
  readonly line: number;
};

export type JobResult = {
  readonly conclusion: "success" | "failure" | "cancelled" | "skipped";
  readonly outputs: Readonly<Record<string, string>>;
  /** Masked, with the runner's timestamps. */
  readonly log: string;
  readonly summary: string;
  readonly annotations: readonly Annotation[];
};

/** What the runner needs of GitHub. */
export type RunnerHost = {
  readonly serverUrl: string;
  readonly apiUrl: string;
  /** GITHUB_TOKEN for one job, with the workflow's permissions; revoked by `endToken` when the job ends. */
  mintToken(job: string, permissions: Readonly<Record<string, "read" | "write">>): string;
  endToken(token: string): void;
  /** Secrets and variables the job may see; environment ones only where its branch policy lets `ref` in, else an error string. */
  environment(
    name: string | null,
  ): { readonly secrets: Record<string, string>; readonly variables: Record<string, string> } | string;
  /** The workflow file cannot be used: the run fails without a job. The message is GitHub's "Invalid workflow file". */
  workflowInvalid?(message: string): void;
  /** Also said of a job that is skipped, just before it is finished. */
  jobStarted(job: string, name: string): void;
  /** As the line is written, without its timestamp. */
  jobLine(job: string, maskedLine: string): void;
  jobFinished(job: string, result: JobResult): void;
};

export type Execution = {
  /** Conclusion of the whole run. */
  readonly done: Promise<"success" | "failure" | "cancelled">;
  /** As GitHub cancels: SIGINT, 7.5 s, SIGTERM, 2.5 s, kill. Resolves when nothing runs. */
  cancel(): Promise<void>;
};

export type Runner = { start(request: RunRequest, host: RunnerHost): Execution };
