import type { Sha } from "../kernel/sha.ts";

/**
 * What events told last of each source, where a look has followed: an event that only sums them up needs no second look. It
 * must never be what anything is decided by.
 */
export type Heard = {
  of(fact: Fact): Told | null;
  note(fact: Fact, told: Told): void;
};

type Fact = { readonly repoId: number; readonly branch: string; readonly sha: Sha; readonly source: string };
type Told = "failing" | "passing";

const MOST = 5000;

export function createHeard(): Heard {
  const known = new Map<string, Told>();
  const keyOf = ({ repoId, branch, sha, source }: Fact) => `${repoId} ${branch} ${sha} ${source}`;
  return {
    of: (fact) => known.get(keyOf(fact)) ?? null,
    note: (fact, told) => {
      known.set(keyOf(fact), told);
      if (known.size > MOST) known.delete(known.keys().next().value ?? "");
    },
  };
}
