import { githubContext } from "./environment.ts";
import { interpolate, isMet, type Scope, type Value } from "./expression.ts";
import { ExpressionError } from "./expression-parser.ts";
import { runJob } from "./job.ts";
import { MAX_RUN_BYTES, outputBytes } from "./job-outputs.ts";
import { GITHUB_GRACE, type Grace } from "./process.ts";
import type { ActionSource, Execution, JobResult, Runner, RunnerHost, RunRequest } from "./types.ts";
import { parseWorkflow, type Workflow, WorkflowError } from "./workflow.ts";

/**
 * The mini runner: plays one workflow run, its jobs in the order of their needs, each in real child processes with what
 * GitHub's runner gives them. It must never be kinder than GitHub: what it does not support fails by name.
 */
export function createRunner(
  actions: Readonly<Record<string, ActionSource>>,
  extraEnv: Readonly<Record<string, string>>,
  grace: Grace = GITHUB_GRACE,
  runnerIsFree: () => Promise<void> = async () => {},
): Runner {
  return {
    start: (request, host) => {
      const cancel = new AbortController();
      const done = playRun({ request, host, actions, extraEnv, grace, runnerIsFree, cancel: cancel.signal });
      return {
        done,
        cancel: async () => {
          cancel.abort();
          await done.catch(() => {});
        },
      } satisfies Execution;
    },
  };
}

type RunSpec = {
  readonly request: RunRequest;
  readonly host: RunnerHost;
  readonly actions: Readonly<Record<string, ActionSource>>;
  readonly extraEnv: Readonly<Record<string, string>>;
  readonly grace: Grace;
  /** A job waits for it before it starts, as jobs wait for a machine. */
  readonly runnerIsFree: () => Promise<void>;
  readonly cancel: AbortSignal;
};

type JobEnd = { readonly conclusion: string; readonly outputs: Readonly<Record<string, string>> };

async function playRun(spec: RunSpec): Promise<"success" | "failure" | "cancelled"> {
  const workflow = readWorkflow(spec);
  if (workflow === null) return "failure";
  const ends = new Map<string, Promise<JobEnd>>();
  let outputBytesLeft = MAX_RUN_BYTES;

  const endOf = (id: string): Promise<JobEnd> => {
    const end = ends.get(id) ?? begin(id);
    ends.set(id, end);
    return end;
  };
  const begin = async (id: string): Promise<JobEnd> => {
    const finished = spec.request.finished[id];
    if (finished !== undefined) return finished;
    const needed = new Map<string, JobEnd>();
    for (const need of workflow.jobs[id]?.needs ?? []) needed.set(need, await endOf(need));
    const ancestors = await Promise.all(ancestorsOf(workflow, id).map(endOf));
    await spec.runnerIsFree();
    const result = await playJob(spec, workflow, id, needed, ancestors, outputBytesLeft);
    for (const [name, value] of Object.entries(result.outputs)) outputBytesLeft -= outputBytes(name, value);
    return result;
  };

  const all = await Promise.all(Object.keys(workflow.jobs).map(endOf));
  return conclude(
    all.map((end) => end.conclusion),
    spec.cancel.aborted,
  );
}

async function playJob(
  spec: RunSpec,
  workflow: Workflow,
  id: string,
  needed: ReadonlyMap<string, JobEnd>,
  ancestors: readonly JobEnd[],
  outputBytesLeft: number,
): Promise<JobResult> {
  const { request, host } = spec;
  const job = workflow.jobs[id];
  if (job === undefined) throw new Error(`invariant: no job ${id}`);
  const github = githubContext({ request, host, workflowName: workflow.name ?? request.workflowPath });
  const contexts = {
    inputs: inputsOf(workflow, request.inputs),
    needs: Object.fromEntries(
      [...needed].map(([name, end]) => [name, { result: end.conclusion, outputs: end.outputs }]),
    ),
    vars: repositoryVariables(host),
  };
  const scope: Scope = {
    contexts: { github, ...contexts },
    status: {
      success: !spec.cancel.aborted && [...needed.values(), ...ancestors].every((end) => end.conclusion === "success"),
      failure: ancestors.some((end) => end.conclusion === "failure"),
      cancelled: spec.cancel.aborted,
      always: true,
    },
  };
  const gate = gateOf(() => isMet(job.if, scope));
  host.jobStarted(id, gateOf(() => interpolate(job.name ?? id, scope)).value ?? id);
  const result =
    gate.value === null
      ? nothingRan("failure", gate.problem)
      : gate.value
        ? await runJob({ ...spec, id, job, workflow, github, contexts, outputBytesLeft })
        : nothingRan(spec.cancel.aborted ? "cancelled" : "skipped", "");
  host.jobFinished(id, result);
  return result;
}

function readWorkflow({ request, host }: RunSpec): Workflow | null {
  try {
    return parseWorkflow(request.workflowText);
  } catch (error) {
    if (!(error instanceof WorkflowError)) throw error;
    host.workflowInvalid?.(`Invalid workflow file: ${request.workflowPath}\n${error.message}`);
    return null;
  }
}

/** Defaults where a dispatch left an input out, and the type that the workflow declares. */
function inputsOf(workflow: Workflow, given: Readonly<Record<string, string>>): Readonly<Record<string, Value>> {
  const declared = Object.entries(workflow.inputs).map(([name, input]) => {
    const text = given[name] ?? input.default ?? (input.type === "boolean" ? "false" : "");
    return [name, input.type === "boolean" ? text === "true" : input.type === "number" ? Number(text) : text] as const;
  });
  return { ...given, ...Object.fromEntries(declared) };
}

function repositoryVariables(host: RunnerHost): Readonly<Record<string, string>> {
  const settings = host.environment(null);
  return typeof settings === "string" ? {} : settings.variables;
}

function ancestorsOf(workflow: Workflow, id: string): readonly string[] {
  const direct = workflow.jobs[id]?.needs ?? [];
  return [...new Set([...direct, ...direct.flatMap((need) => ancestorsOf(workflow, need))])];
}

function gateOf<T>(read: () => T): { readonly value: T | null; readonly problem: string } {
  try {
    return { value: read(), problem: "" };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { value: null, problem: `The template is not valid. ${error.message}` };
  }
}

function nothingRan(conclusion: JobResult["conclusion"], problem: string): JobResult {
  const annotation = { level: "failure", title: "", message: problem, path: ".github", line: 1 } as const;
  return { conclusion, outputs: {}, log: "", summary: "", annotations: problem === "" ? [] : [annotation] };
}

function conclude(conclusions: readonly string[], cancelled: boolean): "success" | "failure" | "cancelled" {
  if (cancelled && conclusions.includes("cancelled")) return "cancelled";
  if (conclusions.includes("failure")) return "failure";
  return conclusions.includes("cancelled") ? "cancelled" : "success";
}
