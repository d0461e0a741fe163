import { getOctokit } from "@actions/github";
import { type Clock, systemClock } from "../kernel/clock.ts";
import type { Secret } from "../kernel/secret.ts";
import { createGitHubRequest, type GitHubRequest } from "./github-request.ts";

/** GitHub's REST API with a person's own token, for commands that a person runs. */
export function connectWithToken(token: Secret, apiUrl: string, clock: Clock = systemClock): GitHubRequest {
  const octokit = getOctokit(token.expose(), { baseUrl: apiUrl, log: SILENT });
  return createGitHubRequest((route, parameters) => octokit.request(route, parameters), clock);
}

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
