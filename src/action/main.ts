import { RESPONDER_REF } from "../incident/names.ts";
import { explain } from "../incident/reason.ts";
import { systemClock } from "../kernel/clock.ts";
import type { ActionContext } from "./context.ts";
import { readEnvironment } from "./environment.ts";
import { connectGitHub } from "./github.ts";
import { InputError, type Inputs, readInputs } from "./inputs.ts";
import { createJobOutput } from "./output.ts";

/**
 * The Action's entry: reads the inputs, hands over to one of the two phases, and catches once. It must never let a failure end
 * as a success, nor print what an error carries besides its message.
 */
const output = createJobOutput(process.env);
try {
  await main();
} catch (error) {
  if (error instanceof InputError) for (const problem of error.problems) output.fail(problem);
  else output.fail(`${explain("internal-error")} (${error instanceof Error ? error.message : "no words"})`);
}

async function main(): Promise<void> {
  const env = readEnvironment(process.env);
  // Elsewhere the job gets no secrets, so missing inputs would be named instead of the cause.
  if (env.ref !== `refs/heads/${RESPONDER_REF}`) return output.fail(explain("not-the-responder-ref"));
  const inputs = readInputs(process.env);
  output.mask(inputs.githubToken);
  const clock = systemClock;
  const github = connectGitHub(inputs.githubToken, env.apiUrl, clock);
  await runPhase({ inputs, env, github, clock, output, signal: untilCancelled() });
}

async function runPhase(context: ActionContext<Inputs>): Promise<void> {
  const { inputs } = context;
  if (inputs.phase === "analyse") {
    const { analyse } = await import("./analyse.ts");
    await analyse({ ...context, inputs });
  } else {
    output.mask(inputs.auth0.privateKey);
    const { respond } = await import("./respond/respond.ts");
    await respond({ ...context, inputs });
  }
}

/** GitHub cancels a job with SIGINT, 7.5 s later SIGTERM, 2.5 s later by force. */
function untilCancelled(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => controller.abort());
  return controller.signal;
}
