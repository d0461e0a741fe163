import { z } from "zod";
import { Sha } from "../kernel/sha.ts";
import { type CommitFacts, LostAnswer, type RollbackWriter } from "../rollback/perform.ts";
import { mergeAsPullRequest } from "./github-pull.ts";
import { GitHubError, type GitHubRequest } from "./github-request.ts";

/**
 * GitHub in the approver's name: the few calls a rollback is made of. It must never be given any other token. `push` writes by
 * git where the tree is new to GitHub; without it everything goes by REST.
 */
export function createRollbackWriter(request: GitHubRequest, repo: Repo, push: Push | null): RollbackWriter {
  const at = { owner: repo.owner, repo: repo.name };
  const head = (branch: string) => readHead(request, at, branch);
  return {
    whoAmI: async () => Numbered.parse((await request("GET /user")).data).id,
    bypass: async (rulesetId) => {
      const route = "GET /repos/{owner}/{repo}/rulesets/{ruleset_id}";
      const hold = { ...at, ruleset_id: rulesetId, includes_parents: false };
      // Nobody is let through a hold that they may not see; the words then lead to whose right is missing.
      const answer = await request(route, hold).catch((error: unknown) => {
        if (error instanceof GitHubError && error.code === "not-found") return null;
        throw error;
      });
      return answer === null ? UNSEEN : (Bypass.parse(answer.data).current_user_can_bypass ?? "never");
    },
    head,
    ...(push ?? restWrites(request, at)),
    mergeAsPullRequest: (pull) => mergeAsPullRequest({ request, at, head, push }, pull),
    readCommit: (sha) => readCommit(request, at, sha),
  };
}

export type Push = Pick<RollbackWriter, "createCommit" | "moveBranch">;

type Repo = { readonly owner: string; readonly name: string };
type Place = { readonly owner: string; readonly repo: string };

function restWrites(request: GitHubRequest, at: Place): Push {
  return {
    createCommit: async ({ message, tree, parent }) => {
      const commit = { ...at, message, tree, parents: [parent] };
      const { data } = await onceMore(() => request("POST /repos/{owner}/{repo}/git/commits", commit));
      return Commit.parse(data).sha;
    },
    moveBranch: async (branch, to) => {
      const move = { ...at, ref: `heads/${branch}`, sha: to, force: false };
      await onceMore(() => request("PATCH /repos/{owner}/{repo}/git/refs/{ref}", move)).catch((error: unknown) => {
        if (error instanceof GitHubError && error.code === "unavailable") throw new LostAnswer(error.message);
        throw error;
      });
    },
  };
}

/**
 * For writes that are the same when done twice: a commit on no branch is in nobody's way, and a branch moves forward to one commit
 * once. Only where GitHub answered that it failed, so that nothing waits for long between the last look and the write.
 */
async function onceMore<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const hasFailed = error instanceof GitHubError && error.status !== null && error.status >= 500;
    if (!hasFailed) throw error;
    return write();
  }
}

async function readHead(request: GitHubRequest, at: Place, branch: string): Promise<Sha | null> {
  try {
    const { data } = await request("GET /repos/{owner}/{repo}/git/ref/{ref}", { ...at, ref: `heads/${branch}` });
    return Ref.parse(data).object.sha;
  } catch (error) {
    if (error instanceof GitHubError && error.code === "not-found") return null;
    throw error;
  }
}

async function readCommit(request: GitHubRequest, at: Place, sha: Sha): Promise<CommitFacts> {
  const { data } = await request("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", { ...at, commit_sha: sha });
  const { tree, parents } = Commit.parse(data);
  return { tree: tree.sha, parents: parents.map((parent) => parent.sha) };
}

/** Asks for a deployment of exactly `sha`: nothing is merged into it, no check is waited for. */
export async function redeploy(request: GitHubRequest, repo: Repo, sha: Sha, environment: string): Promise<void> {
  await request("POST /repos/{owner}/{repo}/deployments", {
    owner: repo.owner,
    repo: repo.name,
    ref: sha,
    environment,
    auto_merge: false,
    required_contexts: [],
    task: "deploy",
    description: "Rollback approved through Sentinel",
  });
}

const UNSEEN =
  "404 Not Found, to the approver's token: either they lost access to this repository, or the GitHub App behind Auth0 is not installed on it";

const Numbered = z.looseObject({ id: z.int().positive() });
const Bypass = z.looseObject({ current_user_can_bypass: z.string().optional() });
const Ref = z.looseObject({ object: z.looseObject({ sha: Sha }) });
const Commit = z.looseObject({
  sha: Sha,
  tree: z.looseObject({ sha: Sha }),
  parents: z.array(z.looseObject({ sha: Sha })),
});
