import { tmpdir } from "node:os";
import type { JobEnvironment } from "./context.ts";

/** Reads where the job runs from the variables that every runner sets. Throws when this is no runner. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): JobEnvironment {
  const [owner = "", name = ""] = text(env, "GITHUB_REPOSITORY").split("/");
  return {
    repo: { owner, name, id: number(env, "GITHUB_REPOSITORY_ID") },
    apiUrl: text(env, "GITHUB_API_URL").replace(/\/$/, ""),
    serverUrl: text(env, "GITHUB_SERVER_URL").replace(/\/$/, ""),
    ref: text(env, "GITHUB_REF"),
    sha: text(env, "GITHUB_SHA"),
    runId: number(env, "GITHUB_RUN_ID"),
    attempt: number(env, "GITHUB_RUN_ATTEMPT"),
    temp: env.RUNNER_TEMP || tmpdir(),
    triggeringActor: env.GITHUB_TRIGGERING_ACTOR ?? "",
  };
}

type Variables = Readonly<Record<string, string | undefined>>;

function text(env: Variables, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`${name} is not set: this runs as a step of a workflow`);
  return value;
}

function number(env: Variables, name: string): number {
  const value = text(env, name);
  if (!/^[1-9]\d*$/.test(value)) throw new Error(`${name} is not a number`);
  return Number(value);
}
