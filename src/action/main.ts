import { RESPONDER_REF } from "../incident/names.ts";
import { explain } from "../incident/reason.ts";
import { steadyClock } from "../kernel/clock.ts";
import type { ActionContext, JobEnvironment } from "./context.ts";
import { readEnvironment } from "./environment.ts";
import { connectJob } from "./github.ts";
import { withHeadStart } from "./head-start.ts";
import { InputError, type Inputs, readInputs } from "./inputs.ts";

/**
 * The Action's entry: reads the inputs, asks GitHub its first question, and only then loads the phase. It catches once, and must
 * never let a failure end as a success, nor print what an error carries besides its message.
 */
try {
  await main();
} catch (error) {
  const { createJobOutput } = await import("./toolkit.ts");
  const output = createJobOutput();
  if (error instanceof InputError) for (const problem of error.problems) output.fail(problem);
  else output.fail(`${explain("internal-error")} (${error instanceof Error ? error.message : "no words"})`);
}

async function main(): Promise<void> {
  const env = readEnvironment(process.env);
  // Elsewhere the job gets no secrets, so missing inputs would be named instead of the cause.
  if (env.ref !== `refs/heads/${RESPONDER_REF}`) throw new InputError([explain("not-the-responder-ref")]);
  const inputs = readInputs(process.env);
  const clock = steadyClock();
  const { github, onTheWire } = withHeadStart(connectJob(inputs.githubToken, env.apiUrl, clock), env);
  // Loading the phase keeps the processor busy, and the question would wait for it.
  await onTheWire;
  await runPhase(env, inputs, github, clock);
}

async function runPhase(
  env: JobEnvironment,
  inputs: Inputs,
  github: ActionContext["github"],
  clock: ActionContext["clock"],
): Promise<void> {
  const { createJobOutput, connectPerson } = await import("./toolkit.ts");
  const output = createJobOutput();
  const signal = untilCancelled();
  const context = { env, github, clock, output, signal };
  output.mask(inputs.githubToken);
  if (inputs.phase === "analyse") {
    const { analyse } = await import("./analyse.ts");
    await analyse({ ...context, inputs });
  } else {
    output.mask(inputs.auth0.privateKey);
    const { respond } = await import("./respond/respond.ts");
    await respond({ ...context, inputs }, (token) => connectPerson(token, env.apiUrl, clock));
  }
  // All is said; a call that still hangs would keep a cancelled job alive until it is killed.
  if (signal.aborted) process.stdout.write("", () => process.exit());
}

/** GitHub cancels a job with SIGINT, 7.5 s later SIGTERM, 2.5 s later by force. */
function untilCancelled(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => controller.abort());
  return controller.signal;
}
