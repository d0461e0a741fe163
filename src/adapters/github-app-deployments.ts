import { z } from "zod";
import type { Repo } from "../incident/world.ts";
import { Sha } from "../kernel/sha.ts";
import type { Reader } from "./github-app.ts";
import { pathOf } from "./github-app-path.ts";

/** Deployments and what was said of them, answered raw: whoever asks judges who may be believed. */

const Creator = z.looseObject({ login: z.string(), type: z.string() }).nullish();
const Deployment = z.looseObject({
  id: z.int(),
  sha: Sha,
  environment: z.string(),
  created_at: z.string(),
  creator: Creator,
});
export type Deployment = z.infer<typeof Deployment>;

/** Deployments to an environment, newest first. */
export async function deploymentsTo(
  github: Reader,
  repo: Repo,
  environment: string,
  count: number,
): Promise<readonly Deployment[]> {
  const query = `environment=${encodeURIComponent(environment)}&per_page=${count}`;
  const found = await github.get(`${pathOf(repo)}/deployments?${query}`, z.array(Deployment));
  return found.filter((one) => one.environment === environment).toSorted((a, b) => b.id - a.id);
}

export async function deploymentNumbered(github: Reader, repo: Repo, id: number): Promise<Deployment | null> {
  return github.find(`${pathOf(repo)}/deployments/${id}`, Deployment);
}

const DeploymentStatus = z.looseObject({
  id: z.int(),
  state: z.string(),
  description: z.string().nullish(),
  environment: z.string().nullish(),
  log_url: z.string().nullish(),
  target_url: z.string().nullish(),
  created_at: z.string(),
  creator: Creator,
  /** The App that acted for the creator. */
  performed_via_github_app: z.looseObject({ slug: z.string().nullish() }).nullish(),
});
export type DeploymentStatus = z.infer<typeof DeploymentStatus>;

/** Newest first; none for a deployment that does not exist (any more). */
export async function statusesOf(github: Reader, repo: Repo, deployment: number): Promise<readonly DeploymentStatus[]> {
  const path = `${pathOf(repo)}/deployments/${deployment}/statuses?per_page=100`;
  const found = await github.find(path, z.array(DeploymentStatus));
  return (found ?? []).toSorted((a, b) => b.id - a.id);
}
