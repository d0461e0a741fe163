import { z } from "zod";
import type { EnvironmentState, FailedDeployment } from "../agent/ports.ts";
import { Sha } from "../kernel/sha.ts";
import type { SignalPlace } from "./github-evidence.ts";
import type { GitHubRequest } from "./github-request.ts";

type At = { readonly owner: string; readonly repo: string };

/** The deployment of the bad head that failed, where the incident is about an environment. */
export async function failedDeployment(
  request: GitHubRequest,
  at: At,
  place: SignalPlace,
): Promise<FailedDeployment | null> {
  const environment = place.source.startsWith("deployment:") ? place.source.slice("deployment:".length) : null;
  if (environment === null) return null;
  const { data } = await request("GET /repos/{owner}/{repo}/deployments", {
    ...at,
    sha: place.badHead,
    environment,
    per_page: 5,
  });
  for (const { id } of Deployments.parse(data).slice(0, 5)) {
    const failing = (await statuses(request, at, id)).find(({ state }) => state === "failure" || state === "error");
    if (failing) return { environment, description: failing.description ?? "", logUrl: failing.log_url ?? null };
  }
  return { environment, description: "", logUrl: null };
}

/** The newest deployment of each environment that succeeded; an older one went inactive by it. */
export async function environments(request: GitHubRequest, at: At): Promise<readonly EnvironmentState[]> {
  const { data } = await request("GET /repos/{owner}/{repo}/deployments", { ...at, per_page: 50 });
  const found = new Map<string, EnvironmentState>();
  let left: number = MOST_STATUSES;
  for (const deployment of Deployments.parse(data)) {
    const { environment: name, sha } = deployment;
    if (found.has(name) || left-- <= 0) continue;
    const newest = (await statuses(request, at, deployment.id))[0];
    if (newest?.state === "success")
      found.set(name, { name, sha, state: newest.state, at: newest.created_at ?? deployment.created_at ?? "" });
  }
  return [...found.values()];
}

const MOST_STATUSES = 12;

async function statuses(request: GitHubRequest, at: At, deployment: number): Promise<z.infer<typeof Statuses>> {
  const { data } = await request("GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses", {
    ...at,
    deployment_id: deployment,
    per_page: 10,
  });
  return Statuses.parse(data);
}

const Deployments = z.array(
  z.looseObject({ id: z.int(), sha: Sha, environment: z.string(), created_at: z.string().nullish() }),
);
const Statuses = z.array(
  z.looseObject({
    state: z.string(),
    description: z.string().nullish(),
    log_url: z.string().nullish(),
    created_at: z.string().nullish(),
  }),
);
