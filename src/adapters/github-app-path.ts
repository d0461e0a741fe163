import type { Repo } from "../incident/world.ts";

/** Where a repository is in GitHub's REST API; every question and every write begins with it. */
export function pathOf(repo: Pick<Repo, "owner" | "name">): string {
  return `/repos/${encodeURIComponent(repo.owner)}/${encodeURIComponent(repo.name)}`;
}
