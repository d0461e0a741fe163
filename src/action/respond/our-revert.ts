import { z } from "zod";
import type { GitHubRequest } from "../../adapters/github-request.ts";
import type { Memory } from "../../incident/memory.ts";
import { Sha } from "../../kernel/sha.ts";
import { INCIDENT_TRAILER, PLAN_TRAILER } from "../../rollback/commit-message.ts";

/**
 * The head, when it is already the rollback of this incident: a commit with our trailers whose tree is that of last good. It is
 * how a re-run after a success (or after a runner was lost) sees that nothing is left to do.
 */
export async function findOurRevert(
  github: GitHubRequest,
  repo: { readonly owner: string; readonly name: string },
  memory: Memory,
  head: Sha,
): Promise<Sha | null> {
  if (head === memory.badHead || memory.lastGood === null) return null;
  const at = { owner: repo.owner, repo: repo.name };
  const route = "GET /repos/{owner}/{repo}/git/commits/{commit_sha}";
  const commit = Commit.parse((await github(route, { ...at, commit_sha: head })).data);
  if (!isOurs(commit.message, memory.incident)) return null;
  const good = Commit.parse((await github(route, { ...at, commit_sha: memory.lastGood })).data);
  return commit.tree.sha === good.tree.sha ? head : null;
}

const Commit = z.looseObject({ message: z.string(), tree: z.looseObject({ sha: Sha }) });

function isOurs(message: string, incident: number): boolean {
  const lines = message.split("\n");
  return (
    lines.includes(`${INCIDENT_TRAILER}: #${incident}`) && lines.some((line) => line.startsWith(`${PLAN_TRAILER}: `))
  );
}
