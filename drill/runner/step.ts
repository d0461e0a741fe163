import { ActionError } from "./action.ts";
import { interpolateAll, isMet, settle } from "./expression.ts";
import { ExpressionError } from "./expression-parser.ts";
import { type JobState, type StepContext, scopeOf, timeLimit } from "./job-state.ts";
import { runScript } from "./script-step.ts";
import { runUses } from "./uses-step.ts";
import type { Step } from "./workflow.ts";

/** Runs one step of a job: its condition, its process, and what it leaves for the steps after it. */

export async function runStep(state: JobState, step: Step): Promise<void> {
  state.log.beginStep();
  const ended = await judged(state, step);
  if (ended.outcome !== "skipped") {
    if (ended.outcome === "cancelled") state.status = "cancelled";
    else if (ended.conclusion === "failure" && state.status === "success") state.status = "failure";
  }
  if (step.id !== undefined) state.steps = { ...state.steps, [step.id]: ended };
}

async function judged(state: JobState, step: Step): Promise<StepContext> {
  try {
    if (state.stop.aborted) state.status = "cancelled";
    if (!isMet(step.if, scopeOf(state))) return { outputs: {}, outcome: "skipped", conclusion: "skipped" };
    const env = interpolateAll(step.env, scopeOf(state));
    const scope = scopeOf(state, env);
    const limit = timeLimit(state, Number(settle(step["timeout-minutes"] ?? null, scope) ?? 0));
    const action = enterAction(state, step);
    const { result, outputs } =
      "run" in step ? await runScript(state, step, env, action, limit) : await runUses(state, step, env, action, limit);
    const outcome = result === "cancelled" && !state.stop.aborted ? timedOut(state, step) : result;
    const forgiven = outcome === "failure" && settle(step["continue-on-error"], scope) === true;
    return { outputs, outcome, conclusion: forgiven ? "success" : outcome };
  } catch (error) {
    if (!(error instanceof ExpressionError || error instanceof ActionError)) throw error;
    state.log.error(error instanceof ActionError ? error.message : `The template is not valid. ${error.message}`);
    return { outputs: {}, outcome: "failure", conclusion: "failure" };
  }
}

/** GITHUB_ACTION: the step's id, or a name made from what it runs, numbered when it comes again. */
function enterAction(state: JobState, step: Step): string {
  if (step.id !== undefined) return step.id;
  const base = "run" in step ? "__run" : `__${(step.uses.split("@")[0] ?? "").replaceAll(/[^A-Za-z0-9]/g, "_")}`;
  const count = (state.actionIds.get(base) ?? 0) + 1;
  state.actionIds.set(base, count);
  return count === 1 ? base : `${base}_${count}`;
}

function timedOut(state: JobState, step: Step): "failure" {
  const name = step.name ?? ("run" in step ? "Run" : step.uses);
  state.log.error(`The action '${name}' has timed out after ${step["timeout-minutes"]} minutes.`);
  return "failure";
}
