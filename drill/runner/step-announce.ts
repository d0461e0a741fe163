import type { JobState } from "./job-state.ts";

/** The head of a step in the log: what runs, with which inputs and variables. */

export function announce(
  state: JobState,
  title: string,
  body: readonly string[],
  env: Readonly<Record<string, string>>,
): void {
  const all = { ...state.env, ...env };
  state.log.write(`##[group]Run ${title}`);
  for (const line of [...body, ...(Object.keys(all).length > 0 ? ["env:", ...indented(all)] : [])])
    state.log.write(line);
  state.log.write("##[endgroup]");
}

export function indented(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).map(([name, value]) => `  ${name}: ${value}`);
}
