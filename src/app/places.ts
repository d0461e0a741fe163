import type { Repo } from "../incident/world.ts";
import type { Place } from "./concern.ts";

/**
 * Where each repository is, as GitHub listed it last: alerts and clicks name a repository and no installation. It must never
 * know one by the name or the owner that it had before.
 */
export type Places = {
  /** Every repository of the installation, and no other. */
  learn(installation: number, repos: readonly Repo[]): void;
  /** By `owner/name`, in whatever case. */
  named(fullName: string): Place | null;
  numbered(repoId: number): Place | null;
};

export function createPlaces(): Places {
  const places = new Map<number, Place>();
  return {
    learn: (installation, repos) => {
      for (const [id, place] of places) if (place.installation === installation) places.delete(id);
      for (const repo of repos) places.set(repo.id, { installation, repo });
    },
    named: (fullName) => {
      const wanted = fullName.toLowerCase();
      return [...places.values()].find(({ repo }) => `${repo.owner}/${repo.name}`.toLowerCase() === wanted) ?? null;
    },
    numbered: (repoId) => places.get(repoId) ?? null,
  };
}
