import { weightAtLarge } from "./commonness.ts";
import { type Document, FIELDS, type Field } from "./document.ts";
import type { Symptom } from "./symptom.ts";

/** A symptom beside the candidates it is held against, with what only the whole range can tell: how rare each term is in it. */
export type Range = {
  readonly symptom: Symptom;
  readonly documents: readonly Document[];
  /** Natural logarithm, 0 for a term that stands in every candidate. */
  rarity(word: string): number;
  identifierRarity(identifier: string): number;
  /** The symptom's words that stand in any candidate, each with how much it tells in this range. */
  readonly told: ReadonlyMap<string, number>;
  readonly toldInAll: number;
  /** How well a candidate's words answer the symptom's, and which word gave how much of it. */
  match(document: Document): { readonly score: number; readonly byWord: ReadonlyMap<string, number> };
};

/** Set by a search over the development set and further public histories; flat around these values. */
const FIELD_WEIGHT: Readonly<Record<Field, number>> = {
  subject: 2.5,
  body: 1.1,
  file: 1.45,
  folder: 1.1,
  added: 1,
  removed: 0.7,
  around: 0.65,
};
const SATURATION = 4;
const LENGTH_SHARE = 0.45;

export function rangeOf(symptom: Symptom, documents: readonly Document[]): Range {
  const words = documentCounts(documents.map((document) => document.words));
  const identifiers = documentCounts(documents.map((document) => document.joins));
  const rarityOf = (counts: ReadonlyMap<string, number>) => (term: string) =>
    Math.max(0, Math.log((documents.length + 1) / ((counts.get(term) ?? 0) + 0.5)));
  const rarity = rarityOf(words);
  const told = new Map<string, number>();
  for (const [word, count] of symptom.words)
    if (words.has(word)) told.set(word, weightIn(symptom, word, count, rarity(word)));
  const averageLength = documents.reduce((sum, { length }) => sum + length, 0) / Math.max(1, documents.length);
  return {
    symptom,
    documents,
    rarity,
    identifierRarity: rarityOf(identifiers),
    told,
    toldInAll: [...told.values()].reduce((sum, weight) => sum + weight, 0),
    match: (document) => matched(document, told, averageLength),
  };
}

function weightIn(symptom: Symptom, word: string, count: number, rarity: number): number {
  return (
    rarity ** 0.8 *
    weightAtLarge(word) ** 0.7 *
    (1 + 0.33 * Math.log(count)) *
    (symptom.machineWords.has(word) ? 1.2 : 1) *
    (symptom.firstWords.has(word) ? 1.55 : 1) *
    (symptom.nameWords.has(word) ? 1.3 : 1)
  );
}

/** BM25 over fields: a word counts more in a title than in a removed line, and less in a long change than in a short one. */
function matched(document: Document, told: ReadonlyMap<string, number>, averageLength: number) {
  const byWord = new Map<string, number>();
  const damping = SATURATION * (1 - LENGTH_SHARE + (LENGTH_SHARE * document.length) / Math.max(1, averageLength));
  let score = 0;
  for (const [word, weight] of told) {
    let seen = 0;
    for (const field of FIELDS) {
      const count = document.fields[field].words.get(word);
      if (count) seen += FIELD_WEIGHT[field] * (1 + 0.68 * Math.log(count));
    }
    if (seen === 0) continue;
    const share = (weight * seen * (SATURATION + 1)) / (seen + damping);
    byWord.set(word, share);
    score += share;
  }
  return { score, byWord };
}

function documentCounts(documents: readonly ReadonlySet<string>[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const terms of documents) for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}
