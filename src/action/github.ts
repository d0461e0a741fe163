import { createFetchRequest } from "../adapters/github-fetch.ts";
import { createGitHubRequest, type GitHubRequest } from "../adapters/github-request.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Secret } from "../kernel/secret.ts";

/**
 * GitHub's REST API with the job's own token. Where the runner sits behind a proxy, the Actions toolkit's client knows the way;
 * elsewhere Node's own fetch is there at once.
 */
export function connectJob(token: Secret, apiUrl: string, clock: Clock): GitHubRequest {
  const { https_proxy, HTTPS_PROXY, http_proxy, HTTP_PROXY } = process.env;
  const isProxied = [https_proxy, HTTPS_PROXY, http_proxy, HTTP_PROXY].some(Boolean);
  if (!isProxied) return createGitHubRequest(createFetchRequest(token.expose(), apiUrl), clock);
  const client = import("./toolkit.ts").then(({ connectPerson }) => connectPerson(token, apiUrl, clock));
  return async (route, parameters) => (await client)(route, parameters);
}
