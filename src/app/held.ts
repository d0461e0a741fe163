import type { World } from "../incident/world.ts";

/**
 * Which branches were held when they were last seen: only to tell which pushes may matter. It must never be taken for how a
 * branch stands; a restart forgets it, and the sweep that follows learns it again.
 */
export type Held = {
  readonly isAny: () => boolean;
  readonly has: (repoId: number, branch: string) => boolean;
  readonly learn: (world: World) => void;
};

export function createHeld(): Held {
  const held = new Set<string>();
  const keyOf = (repoId: number, branch: string) => `${repoId} ${branch}`;
  return {
    isAny: () => held.size > 0,
    has: (repoId, branch) => held.has(keyOf(repoId, branch)),
    learn: ({ repo, branch, holds }) => {
      if (holds.length > 0) held.add(keyOf(repo.id, branch));
      else held.delete(keyOf(repo.id, branch));
    },
  };
}
