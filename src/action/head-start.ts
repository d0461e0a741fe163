import type { GitHubAnswer, GitHubRequest } from "../adapters/github-request.ts";
import type { JobEnvironment } from "./context.ts";

/** The first question of both phases: which holds are there. */
export const HOLDS_ROUTE = "GET /repos/{owner}/{repo}/rulesets";

export function holdsQuery({ repo }: Pick<JobEnvironment, "repo">) {
  return { owner: repo.owner, repo: repo.name, includes_parents: false, per_page: 100 };
}

/**
 * Asks the first question at once, so that GitHub works on it while the phase's code is still being loaded; who asks it first
 * gets that answer, and every later call goes out as usual.
 */
export function withHeadStart(github: GitHubRequest, env: JobEnvironment): GitHubRequest {
  let early: Promise<GitHubAnswer> | null = github(HOLDS_ROUTE, holdsQuery(env));
  // Whoever takes it sees its failure; until then nobody does.
  early.catch(() => {});
  return (route, parameters) => {
    if (route !== HOLDS_ROUTE || early === null) return github(route, parameters);
    const answer = early;
    early = null;
    return answer;
  };
}
