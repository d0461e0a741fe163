/** A small seeded generator (mulberry32), so that a run can be repeated. */
export type Random = { readonly below: (limit: number) => number; readonly pick: <T>(from: readonly T[]) => T };

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(limit, 1);
  };
  const pick = <T>(from: readonly T[]): T => {
    const chosen = from[below(from.length)];
    if (chosen === undefined) throw new Error("invariant: nothing to pick from");
    return chosen;
  };
  return { below, pick };
}
