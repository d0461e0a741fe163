import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import type { JobState } from "./job-state.ts";
import { runStepProcess } from "./step-process.ts";

/**
 * The built-in `actions/checkout`: real git over HTTP with the job's token. It must never leave the token in the work
 * tree's configuration when `persist-credentials: false` says so.
 */

export type CheckoutInputs = Readonly<Record<string, string>>;

/** False when git failed; git's words stand in the log. */
export async function checkout(state: JobState, inputs: CheckoutInputs, stop: AbortSignal): Promise<boolean> {
  const { request, host, place } = state;
  const repository = inputs.repository || `${request.repository.owner}/${request.repository.name}`;
  const dir = resolve(place.workspace, inputs.path || ".");
  const header = authorization(inputs.token || state.token);
  const setting = `http.${new URL(host.serverUrl).origin}/.extraheader`;
  state.masks.add(header.slice("AUTHORIZATION: basic ".length));
  mkdirSync(dir, { recursive: true });

  const own = repository.toLowerCase() === `${request.repository.owner}/${request.repository.name}`.toLowerCase();
  const wanted = inputs.ref || (own ? request.sha : "HEAD");
  const depth = Number(inputs["fetch-depth"] || "1");
  const url = `${host.serverUrl}/${repository}.git`;

  const git = (args: readonly string[], authenticated = false) =>
    run(state, dir, args, authenticated ? { key: setting, value: header } : null, stop);

  return (
    (await git(["init", "--quiet", "."])) &&
    (await git(["config", "remote.origin.url", url])) &&
    (await git(["config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"])) &&
    (await git(
      ["fetch", "--no-tags", "--quiet", ...(depth > 0 ? [`--depth=${depth}`] : []), "origin", wanted],
      true,
    )) &&
    (await git(["checkout", "--quiet", "--force", "--detach", "FETCH_HEAD"])) &&
    (depth > 0 || (await git(["fetch", "--quiet", "--tags", "origin"], true))) &&
    (inputs["persist-credentials"] === "false" || (await git(["config", "--local", setting, header])))
  );
}

async function run(
  state: JobState,
  cwd: string,
  args: readonly string[],
  auth: { readonly key: string; readonly value: string } | null,
  stop: AbortSignal,
): Promise<boolean> {
  state.log.write(`[command]/usr/bin/git ${args.join(" ")}`);
  const env = auth ? { GIT_CONFIG_COUNT: "1", GIT_CONFIG_KEY_0: auth.key, GIT_CONFIG_VALUE_0: auth.value } : {};
  const { exitCode, stopped } = await runStepProcess(state, {
    command: "git",
    args,
    cwd,
    env: { ...env, GIT_TERMINAL_PROMPT: "0" },
    stop,
  });
  if (exitCode !== 0 && !stopped) state.log.error(`The process '/usr/bin/git' failed with exit code ${exitCode}`);
  return exitCode === 0 && !stopped;
}

function authorization(token: string): string {
  return `AUTHORIZATION: basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`;
}
