import { interpolate } from "./expression.ts";
import { ExpressionError } from "./expression-parser.ts";
import { type JobState, scopeOf } from "./job-state.ts";

/** GitHub counts outputs as UTF-16: 1 MiB a job, 50 MiB a run. */
const MAX_JOB_BYTES = 1024 * 1024;
export const MAX_RUN_BYTES = 50 * 1024 * 1024;

/** The job's outputs that may leave it: none that holds a secret, none past the limits; each that is dropped is said. */
export function jobOutputs(
  state: JobState,
  declared: Readonly<Record<string, string>>,
  runBytesLeft: number,
): Readonly<Record<string, string>> {
  state.log.beginStep();
  const kept: [string, string][] = [];
  let left = Math.min(MAX_JOB_BYTES, runBytesLeft);
  for (const [name, text] of Object.entries(declared)) {
    const value = outputOf(state, text);
    if (value === null) continue;
    const bytes = outputBytes(name, value);
    if (state.masks.hide(value) !== value) state.log.warning(`Skip output '${name}' since it may contain secret.`);
    else if (bytes > left)
      state.log.error(`Output '${name}' was dropped: the outputs of a job may be 1 MiB, of a run 50 MiB.`);
    else {
      left -= bytes;
      kept.push([name, value]);
    }
  }
  return Object.fromEntries(kept);
}

export function outputBytes(name: string, value: string): number {
  return 2 * (name.length + value.length);
}

function outputOf(state: JobState, text: string): string | null {
  try {
    return interpolate(text, scopeOf(state));
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    state.log.error(`The template is not valid. ${error.message}`);
    return null;
  }
}
