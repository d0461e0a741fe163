import { type Document, FIELDS, readCandidate } from "../../src/agent/suspects/document.ts";
import { readSymptom } from "../../src/agent/suspects/symptom.ts";
import type { Candidate } from "../../src/agent/suspects/types.ts";
import type { Case } from "./cases.ts";
import { type Answered, places, rounded } from "./measure.ts";

/** What one gets without thinking: a guess, the newest, the largest, and plain word matching (BM25 over all text). */
export function baselines(cases: readonly Case[]) {
  const present = cases.filter(({ culprits }) => culprits.size > 0);
  const guess = present.reduce((sum, { culprits, candidates }) => sum + culprits.size / candidates.length, 0);
  const by = (score: (one: Case) => readonly number[]) => places(present.map((one) => ordered(one, score(one))));
  return {
    random: { top1: rounded(guess / Math.max(1, present.length)) },
    newest: by(({ candidates }) => candidates.map((_, at) => at)),
    largest: by(({ candidates }) => candidates.map(({ additions, deletions }) => additions + deletions)),
    bm25: by(bm25),
  };
}

function ordered(one: Case, scores: readonly number[]): Answered {
  const ranked = one.candidates
    .map(({ sha }: Candidate, at) => ({ sha, score: scores[at] ?? 0, reasons: [] }))
    .sort((a, b) => b.score - a.score);
  return { one, ranking: { ranked, none: 0, speaks: false } };
}

function bm25({ signal, candidates }: Case): number[] {
  const documents = candidates.map(readCandidate).map(countsOf);
  const words = readSymptom(signal).words;
  const lengths = documents.map((counts) => [...counts.values()].reduce((sum, count) => sum + count, 0));
  const average = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
  return documents.map((counts, at) => {
    let score = 0;
    for (const word of words.keys()) {
      const count = counts.get(word) ?? 0;
      const holders = documents.filter((other) => other.has(word)).length;
      const rarity = Math.log(1 + (documents.length - holders + 0.5) / (holders + 0.5));
      score += (rarity * count * 2.2) / (count + 1.2 * (0.25 + (0.75 * (lengths[at] ?? 0)) / Math.max(1, average)));
    }
    return score;
  });
}

function countsOf({ fields }: Document): Map<string, number> {
  const counts = new Map<string, number>();
  for (const field of FIELDS)
    for (const [word, count] of fields[field].words) counts.set(word, (counts.get(word) ?? 0) + count);
  return counts;
}
