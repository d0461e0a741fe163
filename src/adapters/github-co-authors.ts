import { z } from "zod";
import type { Partaker } from "../approval/who.ts";
import type { Sha } from "../kernel/sha.ts";
import type { CommitRecord } from "../rollback/history.ts";
import type { GitHubRequest } from "./github-request.ts";

/**
 * Whom GitHub knows the people to be that commits name as co-authors by an address: a squashed pull request names all but one of its
 * authors so. GitHub tells the account behind an address only on commits that were written from it, here those that `head` has; an
 * address that wrote none stays nobody's. Null where there are too many to ask about.
 */
export async function coAuthors(
  request: GitHubRequest,
  at: { readonly owner: string; readonly repo: string },
  head: Sha,
  addresses: readonly string[],
): Promise<readonly Partaker[] | null> {
  if (addresses.length > MOST_ADDRESSES) return null;
  const people: Partaker[] = [];
  for (const address of addresses) {
    const query = { sha: head, author: address, per_page: 1 };
    const { data } = await request("GET /repos/{owner}/{repo}/commits", { ...at, ...query });
    for (const { author } of Commits.parse(data))
      if (author !== null) people.push({ id: author.id, names: [author.login], role: "co-author" });
  }
  return people;
}

const MOST_ADDRESSES = 50;

/** The addresses of co-authors, each once; those that carry a login, or could be nobody's, are left out. */
export function coAuthorAddresses(commits: readonly CommitRecord[]): readonly string[] {
  const emails = commits.flatMap(({ people }) =>
    people.filter(({ role }) => role === "co-author").map(({ email }) => email.toLowerCase()),
  );
  return [...new Set(emails)].filter((email) => ADDRESS.test(email) && !/@users\.noreply\./.test(email));
}

const ADDRESS = /^[^\s@\p{Cc}]{1,64}@[^\s@\p{Cc}]{1,190}$/u;

const Account = z.looseObject({ id: z.int(), login: z.string() }).nullable().catch(null);
const Commits = z.array(z.looseObject({ author: Account }));
