import { tokensOf } from "./token-bags.ts";
import { joined, stem, subwords } from "./words.ts";

/** How often each term occurs; `words` are stems of single words, `joins` whole identifiers of two words and more. */
export type Terms = {
  readonly words: Map<string, number>;
  readonly joins: Map<string, number>;
};

export function noTerms(): Terms {
  return { words: new Map(), joins: new Map() };
}

/** Adds one token of code or of a path. Compounds are skipped: their parts come as tokens of their own. */
export function addToken(terms: Terms, token: string, count: number): void {
  const { stems, whole } = read(token);
  for (const word of stems) add(terms.words, word, count);
  if (whole) add(terms.joins, whole, count);
}

type Reading = { readonly stems: readonly string[]; readonly whole: string | null };

/** The same tokens come again in every candidate; taking them apart is most of the work. Forgets itself when it grows. */
const readings = new Map<string, Reading>();
const MOST_READINGS = 20_000;

function read(token: string): Reading {
  const known = readings.get(token);
  if (known) return known;
  const stems = subwords(token)
    .filter((word) => !/^\d{1,2}$/.test(word))
    .map(stem);
  const reading = { stems, whole: joined(token) };
  if (readings.size >= MOST_READINGS) readings.clear();
  readings.set(token, reading);
  return reading;
}

/** Adds prose: its identifiers, and neighbouring words joined, since "Active Job" may be `ActiveJob` in the code. */
export function addProse(terms: Terms, text: string): void {
  for (const token of tokensOf(text)) {
    if (/[./:-]/.test(token)) {
      const whole = joined(token);
      if (whole) add(terms.joins, whole, 1);
    } else addToken(terms, token, 1);
  }
  for (const [word, next] of text.matchAll(NEIGHBOURS)) {
    const whole = `${word}${next ?? ""}`.toLowerCase().replaceAll("_", "");
    if (whole.length > 5) add(terms.joins, whole, 1);
  }
}

/** Two plain words with one space or dash between; overlapping, so each word may be in two pairs. */
const NEIGHBOURS = /\b[A-Za-z]\w*(?=[ -]([A-Za-z]\w*))/g;

function add(bag: Map<string, number>, term: string, count: number): void {
  bag.set(term, (bag.get(term) ?? 0) + count);
}
