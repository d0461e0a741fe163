import { z } from "zod";
import type { Sha } from "../kernel/sha.ts";
import { GitHubError, type GitHubRequest } from "./github-request.ts";

/** Which of these commits came by a pull request of somebody who belongs to the repository; only the first few are asked about. */
export async function members(
  request: GitHubRequest,
  at: { readonly owner: string; readonly repo: string },
  shas: readonly Sha[],
): Promise<ReadonlySet<Sha>> {
  const asked = shas.slice(0, MOST_ASKED).map(async (sha) => {
    try {
      const { data } = await request("GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls", {
        ...at,
        commit_sha: sha,
        per_page: 5,
      });
      return Pulls.parse(data).some(({ author_association }) => MEMBERS.has(author_association ?? "")) ? [sha] : [];
    } catch (error) {
      if (error instanceof GitHubError && error.code === "not-found") return [];
      throw error;
    }
  });
  return new Set((await Promise.all(asked)).flat());
}

const MOST_ASKED = 5;
const Pulls = z.array(z.looseObject({ author_association: z.string().nullish(), merged_at: z.string().nullish() }));
const MEMBERS = new Set(["OWNER", "MEMBER", "COLLABORATOR"]);
