import { z } from "zod";
import { Sha } from "../kernel/sha.ts";
import type { RollbackWriter } from "../rollback/perform.ts";
import { GitHubError, type GitHubRequest } from "./github-request.ts";

/** GitHub in the approver's name: the few calls a rollback is made of. It must never be given any other token. */
export function createRollbackWriter(
  request: GitHubRequest,
  repo: { readonly owner: string; readonly name: string },
): RollbackWriter {
  const at = { owner: repo.owner, repo: repo.name };
  return {
    whoAmI: async () => Numbered.parse((await request("GET /user")).data).id,
    bypass: async (rulesetId) => {
      const { data } = await request("GET /repos/{owner}/{repo}/rulesets/{ruleset_id}", {
        ...at,
        ruleset_id: rulesetId,
        includes_parents: false,
      });
      return Bypass.parse(data).current_user_can_bypass ?? "never";
    },
    head: async (branch) => {
      try {
        const { data } = await request("GET /repos/{owner}/{repo}/git/ref/{ref}", { ...at, ref: `heads/${branch}` });
        return Ref.parse(data).object.sha;
      } catch (error) {
        if (error instanceof GitHubError && error.code === "not-found") return null;
        throw error;
      }
    },
    createCommit: async ({ message, tree, parent }) => {
      const commit = { ...at, message, tree, parents: [parent] };
      return Commit.parse((await request("POST /repos/{owner}/{repo}/git/commits", commit)).data).sha;
    },
    moveBranch: async (branch, to) => {
      const move = { ...at, ref: `heads/${branch}`, sha: to, force: false };
      await request("PATCH /repos/{owner}/{repo}/git/refs/{ref}", move);
    },
    readCommit: async (sha) => {
      const { data } = await request("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", { ...at, commit_sha: sha });
      const { tree, parents } = Commit.parse(data);
      return { tree: tree.sha, parents: parents.map((parent) => parent.sha) };
    },
  };
}

const Numbered = z.looseObject({ id: z.int().positive() });
const Bypass = z.looseObject({ current_user_can_bypass: z.string().optional() });
const Ref = z.looseObject({ object: z.looseObject({ sha: Sha }) });
const Commit = z.looseObject({
  sha: Sha,
  tree: z.looseObject({ sha: Sha }),
  parents: z.array(z.looseObject({ sha: Sha })),
});
