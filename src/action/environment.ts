import { tmpdir } from "node:os";
import { z } from "zod";
import type { JobEnvironment } from "./context.ts";

/** Reads where the job runs from the variables that every runner sets. Throws when this is no runner. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): JobEnvironment {
  const read = Variables.parse(env);
  const [owner = "", name = ""] = read.GITHUB_REPOSITORY.split("/");
  return {
    repo: { owner, name, id: read.GITHUB_REPOSITORY_ID },
    apiUrl: read.GITHUB_API_URL.replace(/\/$/, ""),
    serverUrl: read.GITHUB_SERVER_URL.replace(/\/$/, ""),
    ref: read.GITHUB_REF,
    runId: read.GITHUB_RUN_ID,
    attempt: read.GITHUB_RUN_ATTEMPT,
    temp: read.RUNNER_TEMP ?? tmpdir(),
    triggeringActor: read.GITHUB_TRIGGERING_ACTOR,
  };
}

const Variables = z.object({
  GITHUB_REPOSITORY: z.string().regex(/^[^/\s]+\/[^/\s]+$/),
  GITHUB_REPOSITORY_ID: z.coerce.number().int().positive(),
  GITHUB_API_URL: z.url(),
  GITHUB_SERVER_URL: z.url(),
  GITHUB_REF: z.string().min(1),
  GITHUB_RUN_ID: z.coerce.number().int().positive(),
  GITHUB_RUN_ATTEMPT: z.coerce.number().int().positive(),
  RUNNER_TEMP: z.string().min(1).optional(),
  GITHUB_TRIGGERING_ACTOR: z.string().default(""),
});
