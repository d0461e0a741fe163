import { subscribe } from "node:diagnostics_channel";
import type { GitHubAnswer, GitHubRequest } from "../adapters/github-request.ts";
import type { JobEnvironment } from "./context.ts";

/** The first question of both phases: which holds are there. */
export const HOLDS_ROUTE = "GET /repos/{owner}/{repo}/rulesets";

export function holdsQuery({ repo }: Pick<JobEnvironment, "repo">) {
  return { owner: repo.owner, repo: repo.name, includes_parents: false, per_page: 100 };
}

/**
 * Asks the first question before the phase's code is loaded, so that GitHub works on it meanwhile. Who asks it first gets that
 * answer, and every later call goes out as usual; `onTheWire` resolves when the question has left.
 */
export function withHeadStart(
  github: GitHubRequest,
  env: JobEnvironment,
): { readonly github: GitHubRequest; readonly onTheWire: Promise<unknown> } {
  const sent = new Promise((resolve) => subscribe("undici:client:sendHeaders", resolve));
  let early: Promise<GitHubAnswer> | null = github(HOLDS_ROUTE, holdsQuery(env));
  // Whoever takes it sees its failure; until then nobody does.
  const settled = early.then(
    () => {},
    () => {},
  );
  return {
    onTheWire: Promise.race([sent, settled]),
    github: (route, parameters) => {
      if (route !== HOLDS_ROUTE || early === null) return github(route, parameters);
      const answer = early;
      early = null;
      return answer;
    },
  };
}
