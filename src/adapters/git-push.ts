import type { Secret } from "../kernel/secret.ts";
import type { Sha } from "../kernel/sha.ts";
import type { Person } from "../policy/schema.ts";
import { LostAnswer } from "../rollback/perform.ts";
import { type Git, GitError, tokenEnvironment } from "./git.ts";
import type { Push } from "./github-user.ts";

/**
 * The two writes of a rollback by git instead of REST, for trees that GitHub does not have yet. The token is in the environment
 * of the pushing process alone. The lease makes the server's word on where the branch stands part of the push; what is pushed
 * is a child of that, so nothing can be lost by it.
 */
export function pushedFrom(git: Git, token: Secret, approver: Person): Push {
  const person = {
    NAME: approver.github,
    EMAIL: `${approver.id}+${approver.github}@users.noreply.github.com`,
  };
  const env = Object.fromEntries(
    ["AUTHOR", "COMMITTER"].flatMap((role) =>
      Object.entries(person).map(([part, value]) => [`GIT_${role}_${part}`, value] as const),
    ),
  );
  return {
    createCommit: async ({ message, tree, parent }) =>
      (await git.run(["commit-tree", tree, "-p", parent, "-F", "-"], { input: message, env })).trim(),
    moveBranch: async (branch: string, to: Sha, from: Sha | null) => {
      const ref = `refs/heads/${branch}`;
      const args = ["push", "--quiet", "--no-verify", `--force-with-lease=${ref}:${from ?? ""}`];
      await git.run([...args, "origin", `${to}:${ref}`], { env: tokenEnvironment(token) }).catch((error: unknown) => {
        const isRefusal = !(error instanceof GitError) || error.isRefused || REJECTED.test(error.stderr);
        throw isRefusal ? error : new LostAnswer(error.message);
      });
    },
  };
}

/** In git's own table of what became of each ref; without it nobody knows. */
const REJECTED = /^ ! \[(?:remote )?rejected\]/m;
