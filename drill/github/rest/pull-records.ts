import { readRef } from "../git/refs.ts";
import { HttpError, notFound, numberParam, type RepoCall } from "../http.ts";
import type { Issue, Pull, Repository } from "../records.ts";

/** The pull requests of a repository and where their branches stand. */

export type Opened = { readonly issue: Issue; readonly pull: Pull };

export function opened(repo: Repository): readonly Opened[] {
  return repo.issues.flatMap((issue) => (issue.pull ? [{ issue, pull: issue.pull }] : []));
}

export function pullOf(call: RepoCall): Opened {
  const found = opened(call.repo).find(({ issue }) => issue.number === numberParam(call, "pull_number"));
  if (!found) throw notFound();
  return found;
}

export async function tips(
  repo: Repository,
  { pull }: Opened,
): Promise<{ readonly head: string; readonly base: string }> {
  if (pull.closedAt) return pull.closedAt;
  const head = await readRef(repo.gitDir, `refs/heads/${pull.headRef}`);
  const base = await readRef(repo.gitDir, `refs/heads/${pull.baseRef}`);
  if (head === null || base === null) throw new HttpError(409, "A branch of this pull request is gone.");
  return { head, base };
}
