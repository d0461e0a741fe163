import { FEATURES, type FeatureRow } from "./features/features.ts";
import type { Range } from "./range.ts";

/**
 * A conditional logit: every candidate, and "none of them", is one answer; the answers' weights are exponentials of sums over
 * few features. Fitted by `npm run bench:suspects -- --fit`.
 */
export type Weights = {
  /** Of each feature: what is ordinary for it, how far it spreads, and how much one spread more says. */
  readonly features: Readonly<Record<string, readonly [mean: number, spread: number, slope: number]>>;
  /** How sharply the candidates' sums count once "none" is among the answers, and what speaks for "none". */
  readonly sharpness: number;
  readonly none: readonly number[];
};

/** No single feature may say more than this many spreads. */
const MOST_SPREADS = 6;

export function standardised(row: FeatureRow, weights: Weights): number[] {
  return FEATURES.map((name) => {
    const [mean, spread] = weights.features[name] ?? [0, 1, 0];
    return Math.max(-MOST_SPREADS, Math.min(MOST_SPREADS, (row[name] - mean) / spread));
  });
}

/** What each feature adds to a candidate's sum. */
export function contributions(row: FeatureRow, weights: Weights): number[] {
  const values = standardised(row, weights);
  return FEATURES.map((name, at) => (values[at] ?? 0) * (weights.features[name]?.[2] ?? 0));
}

/** What of a range speaks for "none of them": its length, and how little of the symptom any candidate answers. */
export function noneFeatures(range: Range, rows: readonly FeatureRow[]): number[] {
  const best = Math.max(0, ...rows.map(({ words }) => words));
  const length = Math.log(1 + range.documents.length);
  return [1, length, Math.log1p(range.toldInAll), range.toldInAll > 0 ? best / range.toldInAll : 0, Math.log1p(best)];
}

/** Probabilities of the candidates and, last, of none of them. */
export function probabilities(sums: readonly number[], none: number): number[] {
  const all = [...sums, none];
  const highest = Math.max(...all);
  const weights = all.map((sum) => Math.exp(sum - highest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
