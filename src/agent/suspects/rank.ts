import { type Document, readCandidate } from "./document.ts";
import { readSignal } from "./signal-terms.ts";
import type { Candidate, Ranking, Signal } from "./types.ts";

/**
 * Orders the commits of a range by how likely each of them brought a symptom about, with "none of them" as one more answer.
 * Pure: it must never look beyond its two arguments, nor know a repository by name.
 */
export function rankSuspects(signal: Signal, candidates: readonly Candidate[]): Ranking {
  const query = readSignal(signal);
  const documents = candidates.map(readCandidate);
  const rarity = rarityIn(documents);
  const scored = documents.map((document) => {
    let score = 0;
    const reasons: string[] = [];
    for (const [word, weight] of query.words) {
      if (!document.words.has(word)) continue;
      const idf = rarity(word);
      const inSubject = document.fields.subject.words.has(word) ? 1 : 0;
      const inPath = document.fields.file.words.has(word) || document.fields.folder.words.has(word) ? 1 : 0;
      score += weight * idf * (0.5 + inSubject + 0.6 * inPath);
      if (idf > 2) reasons.push(`\`${word}\` occurs in few of these commits`);
    }
    return { sha: document.candidate.sha, raw: score, reasons: reasons.slice(0, 3) };
  });
  const best = Math.max(0, ...scored.map(({ raw }) => raw));
  const weights = scored.map(({ raw }) => Math.exp((raw - best) * 0.35));
  const none = Math.exp((4 - best) * 0.35);
  const total = weights.reduce((sum, weight) => sum + weight, none);
  const ranked = scored
    .map(({ sha, reasons }, at) => ({ sha, score: (weights[at] ?? 0) / total, reasons }))
    .sort((a, b) => b.score - a.score || (a.sha < b.sha ? -1 : 1));
  return { ranked, none: none / total, speaks: (ranked[0]?.score ?? 0) > 0.7 };
}

function rarityIn(documents: readonly Document[]): (word: string) => number {
  const seen = new Map<string, number>();
  for (const { words } of documents) for (const word of words) seen.set(word, (seen.get(word) ?? 0) + 1);
  return (word) => Math.log((documents.length + 1) / ((seen.get(word) ?? 0) + 0.5));
}
