import { COMMON_WORDS } from "./common-words.ts";

/** How little a word is used in commits at large, 0 (in every commit) to 9 (a word the table does not know). */
export function rarityAtLarge(word: string): number {
  return RARITY.get(word) ?? UNKNOWN;
}

export const UNKNOWN = 9;

/** How much a word says by itself, 0..1. */
export function weightAtLarge(word: string): number {
  return Math.min(1, rarityAtLarge(word) / 7);
}

const RARITY: ReadonlyMap<string, number> = new Map(
  COMMON_WORDS.trim()
    .split("\n")
    .flatMap((line) => {
      const [rarity, ...words] = line.split(" ");
      return words.map((word) => [word, Number(rarity) / 10] as const);
    }),
);
