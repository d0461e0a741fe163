import type { Grace } from "../../../drill/runner/process.ts";
import { createRunner } from "../../../drill/runner/runner.ts";
import type { Execution, JobResult, RunnerHost, RunRequest } from "../../../drill/runner/types.ts";

/** Plays a workflow through the stand-in runner with a host that only takes notes. */

export const TOKEN = "ghs_jobtoken0123456789";

export type Played = {
  readonly conclusion: string;
  readonly jobs: Readonly<Record<string, JobResult>>;
  readonly started: readonly string[];
  readonly minted: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly ended: readonly string[];
  readonly invalid: readonly string[];
};

export type Playing = {
  readonly execution: Execution;
  readonly played: Promise<Played>;
  saw(line: string): Promise<void>;
};

export type Options = {
  readonly request?: Partial<RunRequest>;
  readonly secrets?: Record<string, string>;
  readonly variables?: Record<string, string>;
  readonly environments?: Record<
    string,
    { secrets: Record<string, string>; variables: Record<string, string> } | string
  >;
  readonly serverUrl?: string;
  readonly grace?: Grace;
};

export async function play(workflow: string, options: Options = {}): Promise<Played> {
  return await begin(workflow, options).played;
}

export function begin(workflow: string, options: Options = {}): Playing {
  const jobs: Record<string, JobResult> = {};
  const started: string[] = [];
  const minted: Record<string, Readonly<Record<string, string>>> = {};
  const ended: string[] = [];
  const invalid: string[] = [];
  const lines: string[] = [];
  const waiting: { line: string; resolve: () => void }[] = [];
  const host: RunnerHost = {
    serverUrl: options.serverUrl ?? "http://127.0.0.1:1",
    apiUrl: `${options.serverUrl ?? "http://127.0.0.1:1"}/api/v3`,
    mintToken: (job, permissions) => {
      minted[job] = permissions;
      return TOKEN;
    },
    endToken: (token) => ended.push(token),
    environment: (name) => {
      const repository = { secrets: options.secrets ?? {}, variables: options.variables ?? {} };
      if (name === null) return repository;
      const own = options.environments?.[name];
      if (own === undefined || typeof own === "string") return own ?? repository;
      return {
        secrets: { ...repository.secrets, ...own.secrets },
        variables: { ...repository.variables, ...own.variables },
      };
    },
    workflowInvalid: (message) => invalid.push(message),
    jobStarted: (job) => started.push(job),
    jobLine: (_job, line) => {
      lines.push(line);
      for (const waiter of waiting) if (line === waiter.line) waiter.resolve();
    },
    jobFinished: (job, result) => {
      jobs[job] = result;
    },
  };
  const runner = createRunner(
    { "acme/tiny@v1": { dir: new URL("action", import.meta.url).pathname } },
    { DRILL_EXTRA: "from-the-drill" },
    options.grace,
  );
  const execution = runner.start(requestFor(workflow, options.request), host);
  return {
    execution,
    played: execution.done.then((conclusion) => ({ conclusion, jobs, started, minted, ended, invalid })),
    saw: (line) =>
      lines.includes(line) ? Promise.resolve() : new Promise((resolve) => waiting.push({ line, resolve })),
  };
}

/** The log without its timestamps. */
export function linesOf(log: string | undefined): readonly string[] {
  return (log ?? "").split("\n").map((line) => line.slice(line.indexOf(" ") + 1));
}

/** A workflow with one job whose steps these are. */
export function oneJob(steps: string, rest = ""): string {
  return `
on: workflow_dispatch
jobs:
  only:
    runs-on: ubuntu-latest
${indent(rest, 4)}
    steps:
${indent(steps, 6)}
`;
}

/** A step that runs this JavaScript as an action. */
export function tiny(script: string, rest = ""): string {
  return `- uses: acme/tiny@v1
${indent(rest, 2)}
  with:
    script: |
${indent(script, 6)}
`;
}

function indent(text: string, by: number): string {
  return text
    .trim()
    .split("\n")
    .map((line) => " ".repeat(by) + line)
    .join("\n");
}

function requestFor(workflowText: string, more: Partial<RunRequest> = {}): RunRequest {
  return {
    repository: { id: 77, owner: "acme", ownerId: 7, name: "shop" },
    workflowPath: ".github/workflows/sentinel.yml",
    workflowText,
    ref: "refs/heads/sentinel",
    refProtected: true,
    sha: "a".repeat(40),
    event: { name: "workflow_dispatch", payload: { inputs: { incident: "12" }, sender: { login: "app[bot]" } } },
    inputs: { incident: "12" },
    runId: 9001,
    runNumber: 3,
    attempt: 1,
    actor: "app[bot]",
    triggeringActor: "app[bot]",
    finished: {},
    ...more,
  };
}
