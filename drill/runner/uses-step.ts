import { type Action, isBuiltIn, readAction } from "./action.ts";
import { checkout } from "./checkout.ts";
import { interpolate, interpolateAll } from "./expression.ts";
import { type JobState, scopeOf, timeLimit } from "./job-state.ts";
import { announce, indented } from "./step-announce.ts";
import { type Ran, ran, runStepProcess } from "./step-process.ts";
import type { UsesStep } from "./workflow.ts";

/** A step with `uses:`: a JavaScript action as its own Node process, with `post` when the job ends. */

export async function runUses(
  state: JobState,
  step: UsesStep,
  env: Readonly<Record<string, string>>,
  action: string,
  stop: AbortSignal,
): Promise<Ran> {
  const given = interpolateAll(step.with, scopeOf(state, env));
  announce(state, step.uses, Object.entries(given).length > 0 ? ["with:", ...indented(given)] : [], env);
  if (isBuiltIn(step.uses, state.actions)) {
    const done = await checkout(state, given, stop);
    return { result: done ? "success" : stop.aborted ? "cancelled" : "failure", outputs: {} };
  }
  const definition = readAction(step.uses, state.actions, state.place.workspace);
  const inputs = inputsOf(state, definition, given);
  const process = { cwd: state.place.workspace, command: globalThis.process.execPath };
  const own = { ...env, ...inputs, GITHUB_ACTION: action, ...origin(step.uses) };
  const answer = await runStepProcess(state, { ...process, args: [definition.main], env: own, stop });
  if (definition.post !== null) {
    const args = [definition.post];
    const saved = Object.fromEntries(Object.entries(answer.saved).map(([name, value]) => [`STATE_${name}`, value]));
    state.posts = [
      {
        name: `Post ${step.name ?? step.uses}`,
        condition: definition.postIf,
        run: async () => {
          const limit = timeLimit(state, 0);
          return ran(await runStepProcess(state, { ...process, args, env: { ...own, ...saved }, stop: limit })).result;
        },
      },
      ...state.posts,
    ];
  }
  return ran(answer);
}

/** Every input that `action.yml` names is set, an absent one to nothing, as GitHub does. */
function inputsOf(
  state: JobState,
  action: Action,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const known = Object.keys(action.inputs);
  const lower = new Map(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
  const unexpected = Object.keys(given).filter(
    (name) => !known.some((input) => input.toLowerCase() === name.toLowerCase()),
  );
  if (unexpected.length > 0)
    state.log.warning(`Unexpected input(s) '${unexpected.join("', '")}', valid inputs are ['${known.join("', '")}']`);
  const declared = Object.entries(action.inputs).map(([name, input]) => {
    const value = lower.get(name.toLowerCase()) ?? interpolate(input.default ?? "", scopeOf(state));
    return [inputVariable(name), value] as const;
  });
  const undeclared = unexpected.map((name) => [inputVariable(name), given[name] ?? ""] as const);
  return Object.fromEntries([...declared, ...undeclared]);
}

function inputVariable(name: string): string {
  return `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`;
}

function origin(uses: string): Readonly<Record<string, string>> {
  const [path = "", ref = ""] = uses.split("@");
  if (uses.startsWith("./")) return {};
  return { GITHUB_ACTION_REPOSITORY: path.split("/").slice(0, 2).join("/"), GITHUB_ACTION_REF: ref };
}
