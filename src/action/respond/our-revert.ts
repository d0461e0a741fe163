import { z } from "zod";
import type { GitHubRequest } from "../../adapters/github-request.ts";
import { Sha } from "../../kernel/sha.ts";
import { INCIDENT_TRAILER, PLAN_TRAILER } from "../../rollback/commit-message.ts";
import { type Plan, planDigest } from "../../rollback/plan.ts";
import type { Wish } from "./plan-now.ts";

/**
 * The head, when it is already the rollback of this incident. Trailers can be written by anybody, so they only say where to look:
 * it counts when its tree is that of last good, or when the plan made again on its parent is the one it names, tree and all. It is
 * how a re-run after a success (or after a runner was lost) sees that nothing is left to do.
 */
export async function findOurRevert(
  github: GitHubRequest,
  repo: { readonly owner: string; readonly name: string },
  wish: Wish,
  planOn: (head: Sha) => Promise<Plan | null>,
): Promise<Sha | null> {
  const { memory, head, lastGood } = wish;
  if (head === memory.badHead) return null;
  const read = async (sha: Sha) => {
    const at = { owner: repo.owner, repo: repo.name, commit_sha: sha };
    return Commit.parse((await github("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", at)).data);
  };
  const commit = await read(head);
  const digest = plannedIn(commit.message, memory.incident);
  if (digest === null) return null;
  if (commit.tree.sha === (await read(lastGood)).tree.sha) return head;
  const [parent] = commit.parents;
  const plan = parent === undefined ? null : await planOn(parent.sha);
  return plan !== null && planDigest(plan) === digest && plan.resultingTree === commit.tree.sha ? head : null;
}

const Commit = z.looseObject({
  message: z.string(),
  tree: z.looseObject({ sha: Sha }),
  parents: z.array(z.looseObject({ sha: Sha })),
});

/** The plan's digest in our trailers, if they are of this incident. */
function plannedIn(message: string, incident: number): string | null {
  const lines = message.split("\n");
  if (!lines.includes(`${INCIDENT_TRAILER}: #${incident}`)) return null;
  return lines.find((line) => line.startsWith(`${PLAN_TRAILER}: `))?.slice(PLAN_TRAILER.length + 2) ?? null;
}
