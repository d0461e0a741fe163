import { type Document, readCandidate } from "./document.ts";
import { featuresOf } from "./features/features.ts";
import { contributions, noneFeatures, probabilities, type Weights } from "./model.ts";
import { type Range, rangeOf } from "./range.ts";
import { reasonsFor } from "./reasons.ts";
import { readSymptom } from "./symptom.ts";
import type { Candidate, Ranking, Signal } from "./types.ts";
import { SPEAKS_FROM, WEIGHTS } from "./weights.ts";

/**
 * Orders the commits of a range by how likely each of them brought a symptom about, with "none of them" as one more answer.
 * Pure: it must never look beyond its arguments, nor know a repository by name.
 *
 * Candidates may come in any order: which is the newest is taken from `commitTime`. An empty range gives an empty ranking
 * that is sure of nobody.
 */
export function rankSuspects(signal: Signal, candidates: readonly Candidate[]): Ranking {
  return rankWith(WEIGHTS, signal, candidates);
}

export function rankWith(weights: Weights, signal: Signal, candidates: readonly Candidate[]): Ranking {
  const range = readRange(signal, candidates);
  if (range.documents.length === 0) return { ranked: [], none: 1, speaks: false };
  const rows = featuresOf(range);
  const shares = rows.map((row) => contributions(row, weights));
  const sums = shares.map((share) => weights.sharpness * total(share));
  const none = total(noneFeatures(range, rows).map((value, at) => value * (weights.none[at] ?? 0)));
  const scores = probabilities(sums, none);
  const ranked = range.documents
    .map((document, at) => ({ document, score: scores[at] ?? 0, share: shares[at] ?? [] }))
    .sort((a, b) => b.score - a.score || bySha(a.document, b.document))
    .map(({ document, score, share }, place) => ({
      sha: document.candidate.sha,
      score,
      reasons: place < WITH_REASONS ? reasonsFor(range, document, share) : [],
    }));
  return { ranked, none: scores.at(-1) ?? 1, speaks: (ranked[0]?.score ?? 0) >= SPEAKS_FROM };
}

/** The candidates read and compared, in an order of their own, so that the order given cannot matter to the last bit. */
export function readRange(signal: Signal, candidates: readonly Candidate[]): Range {
  const ordered = [...candidates].sort((a, b) => a.commitTime - b.commitTime || (a.sha < b.sha ? -1 : 1));
  return rangeOf(readSymptom(signal), ordered.map(readCandidate));
}

/** Nobody reads why the twentieth is unlikely. */
const WITH_REASONS = 10;

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function bySha(a: Document, b: Document): number {
  return a.candidate.sha < b.candidate.sha ? -1 : 1;
}
