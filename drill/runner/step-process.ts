import { randomUUID } from "node:crypto";
import { delimiter } from "node:path";
import { readStepOutput } from "./commands.ts";
import { FileCommandError, parsePairs } from "./file-commands.ts";
import type { JobState, StepResult } from "./job-state.ts";
import { runProcess } from "./process.ts";
import { createStepFiles, type StepFiles } from "./step-files.ts";

/** Runs one process of a step, with the files and commands through which it answers. */

export type StepProcess = {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stop: AbortSignal;
};

export type StepAnswer = {
  readonly exitCode: number;
  readonly stopped: boolean;
  /** False when a command or a file of the step was refused, whatever the exit code says. */
  readonly accepted: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  readonly saved: Readonly<Record<string, string>>;
};

export type Ran = { readonly result: StepResult; readonly outputs: Readonly<Record<string, string>> };

/** GitHub drops a step's summary above this and says so; the step itself is not failed by it. */
const MAX_SUMMARY_BYTES = 1024 * 1024;

export async function runStepProcess(state: JobState, step: StepProcess): Promise<StepAnswer> {
  const files = createStepFiles(state.place.temp, randomUUID());
  const outputs: Record<string, string> = {};
  const saved: Record<string, string> = {};
  let accepted = true;
  const output = readStepOutput(
    {
      mask: state.masks.add,
      annotate: state.log.annotate,
      setOutput: (name, value) => {
        outputs[name] = value;
      },
      saveState: (name, value) => {
        saved[name] = value;
      },
      fail: () => {
        accepted = false;
      },
    },
    state.env.ACTIONS_STEP_DEBUG === "true",
  );
  try {
    const end = await runProcess({
      command: step.command,
      args: step.args,
      cwd: step.cwd,
      env: processEnv(state, step, files),
      grace: state.grace,
      stop: step.stop,
      onLine: (line) => {
        for (const shown of output.line(line)) state.log.write(shown);
      },
    });
    accepted = readFiles(state, files, outputs, saved) && accepted;
    return { ...end, accepted, outputs, saved };
  } finally {
    files.remove();
  }
}

export function ran(answer: StepAnswer): Ran {
  const result = answer.stopped ? "cancelled" : answer.exitCode === 0 && answer.accepted ? "success" : "failure";
  return { result, outputs: answer.outputs };
}

function processEnv(state: JobState, step: StepProcess, files: StepFiles): Record<string, string> {
  const env: Record<string, string> = { ...state.variables };
  for (const [name, value] of Object.entries({ ...state.env, ...step.env })) {
    // The runner's own variables cannot be overwritten by a workflow.
    if (!/^(GITHUB|RUNNER)_/.test(name) || !(name in state.variables)) env[name] = value;
  }
  const path = [...state.path, env.PATH ?? ""].join(delimiter);
  return { ...env, ...files.variables, PATH: path, RUNNER_TRACKING_ID: state.trackingId };
}

function readFiles(
  state: JobState,
  files: StepFiles,
  outputs: Record<string, string>,
  saved: Record<string, string>,
): boolean {
  keepSummary(state, files);
  const addedPath = files.read("path").split(/\r?\n/).filter(Boolean);
  state.path = [...addedPath.reverse(), ...state.path];
  return [
    readPairs(state, "output", files.read("output"), (pairs) => Object.assign(outputs, pairs)),
    readPairs(state, "save-state", files.read("state"), (pairs) => Object.assign(saved, pairs)),
    readPairs(state, "env", files.read("env"), (pairs) => setEnv(state, pairs)),
  ].every(Boolean);
}

function readPairs(state: JobState, what: string, text: string, use: (pairs: Record<string, string>) => void): boolean {
  try {
    use(Object.fromEntries(parsePairs(text)));
    return true;
  } catch (error) {
    if (!(error instanceof FileCommandError)) throw error;
    state.log.error(`Unable to process file command '${what}' successfully.`);
    state.log.error(error.message);
    return false;
  }
}

/** An environment file must not change how later Node processes start. */
function setEnv(state: JobState, pairs: Record<string, string>): void {
  if ("NODE_OPTIONS" in pairs)
    throw new FileCommandError("Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
  state.env = { ...state.env, ...pairs };
}

function keepSummary(state: JobState, files: StepFiles): void {
  const bytes = files.size("summary");
  if (bytes > MAX_SUMMARY_BYTES) {
    const [limit, got] = [MAX_SUMMARY_BYTES / 1024, Math.ceil(bytes / 1024)];
    state.log.error(`$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of ${limit}k, got ${got}k.`);
  } else if (bytes > 0) state.summaries = [...state.summaries, state.masks.hide(files.read("summary"))];
}
