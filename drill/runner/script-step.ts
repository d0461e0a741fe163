import { randomUUID } from "node:crypto";
import { chmodSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ActionError } from "./action.ts";
import { interpolate } from "./expression.ts";
import { type JobState, scopeOf } from "./job-state.ts";
import { announce } from "./step-announce.ts";
import { type Ran, ran, runStepProcess } from "./step-process.ts";
import type { RunStep } from "./workflow.ts";

/** A step with `run:`, as a script file that a shell executes. */

export async function runScript(
  state: JobState,
  step: RunStep,
  env: Readonly<Record<string, string>>,
  action: string,
  stop: AbortSignal,
): Promise<Ran> {
  const scope = scopeOf(state, env);
  const script = interpolate(step.run, scope);
  const shell = step.shell ?? state.runDefaults.shell;
  const file = join(state.place.temp, `${randomUUID()}.sh`);
  writeFileSync(file, `${script.replaceAll("\r\n", "\n")}\n`);
  chmodSync(file, 0o755);
  const [command = "bash", ...args] = shellCommand(shell, file);
  const directory = step["working-directory"] ?? state.runDefaults["working-directory"];
  announce(
    state,
    script.split("\n")[0] ?? "",
    [...script.trimEnd().split("\n"), `shell: ${[command, ...args].join(" ").replace(file, "{0}")}`],
    env,
  );
  const answer = await runStepProcess(state, {
    command,
    args,
    cwd: resolve(state.place.workspace, directory === undefined ? "." : interpolate(directory, scope)),
    env: { ...env, GITHUB_ACTION: action },
    stop,
  });
  if (answer.exitCode !== 0 && !answer.stopped) state.log.error(`Process completed with exit code ${answer.exitCode}.`);
  return ran(answer);
}

function shellCommand(shell: string | undefined, file: string): readonly string[] {
  switch (shell) {
    case undefined:
      return ["bash", "-e", file];
    case "bash":
      return ["bash", "--noprofile", "--norc", "-eo", "pipefail", file];
    case "sh":
      return ["sh", "-e", file];
    default:
      if (!shell.includes("{0}")) throw new ActionError(`the stand-in runner does not know the shell '${shell}'`);
      return shell.split(" ").map((word) => word.replace("{0}", file));
  }
}
