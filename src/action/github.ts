import { getOctokit } from "@actions/github";
import { createGitHubRequest, type GitHubRequest } from "../adapters/github-request.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Secret } from "../kernel/secret.ts";

/** GitHub's REST API with this token, wherever the runner says it is. */
export function connectGitHub(token: Secret, apiUrl: string, clock: Clock): GitHubRequest {
  const octokit = getOctokit(token.expose(), { baseUrl: apiUrl, log: SILENT });
  return createGitHubRequest((route, parameters) => octokit.request(route, parameters), clock);
}

/** Octokit would print deprecations and request lines of its own into the job log. */
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
