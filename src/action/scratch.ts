import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Git, openScratch } from "../adapters/git.ts";
import type { ActionContext } from "./context.ts";

/** Gives `use` an empty scratch repository that fetches with the job's own token, and removes it whatever happens. */
export async function withScratch<T>(
  { env, inputs }: Pick<ActionContext, "env" | "inputs">,
  use: (git: Git) => Promise<T>,
): Promise<T> {
  await mkdir(env.temp, { recursive: true });
  const dir = await mkdtemp(join(env.temp, "sentinel-"));
  const remote = `${env.serverUrl}/${env.repo.owner}/${env.repo.name}.git`;
  try {
    return await use(await openScratch(dir, remote, inputs.githubToken));
  } finally {
    // A git that was given up on may still write there: what is left goes with the runner, and undoes nothing that was done.
    await rm(dir, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
  }
}
