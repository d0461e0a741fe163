import { FEATURES, type FeatureRow, featuresOf } from "../../src/agent/suspects/features/features.ts";
import { contributions, noneFeatures, standardised, type Weights } from "../../src/agent/suspects/model.ts";
import { readRange } from "../../src/agent/suspects/rank.ts";
import { type Case, withoutCulprit } from "./cases.ts";
import { type Choice, fitChoices } from "./conditional-logit.ts";

/** A case with its features computed once, with the culprit in its range and without. */
export type Prepared = { readonly repo: string; readonly whole: Answers; readonly withheld: Answers };
type Answers = {
  readonly rows: readonly FeatureRow[];
  readonly none: readonly number[];
  readonly right: readonly boolean[];
};

/** The share of incidents without a culprit in the range that the probabilities are meant for. */
const NO_CULPRIT = 0.2;
/** How strongly slopes are held at nought where nothing was known before, and at the prior's where there is one. */
const RIDGE = 20;
const RIDGE_AT_PRIOR = 100;
const RIDGE_NONE = 1;

export function prepare(one: Case): Prepared {
  return { repo: one.repo, whole: answers(one), withheld: answers(withoutCulprit(one)) };
}

/** Weights that fit the cases, starting from what other histories have taught (`prior`) where it is given. */
export function fitWeights(cases: readonly Prepared[], prior: Weights | null): Weights {
  const scale = prior ?? scaled(cases);
  const start = FEATURES.map((name) => prior?.features[name]?.[2] ?? 0);
  const slopes = fitChoices(
    cases.map(({ whole }) => ({
      rows: whole.rows.map((row) => standardised(row, scale)),
      right: whole.right,
      weight: 1,
    })),
    start,
    prior ? RIDGE_AT_PRIOR : RIDGE,
  );
  const fitted: Weights = {
    ...scale,
    features: Object.fromEntries(
      FEATURES.map((name, at) => {
        const [mean, spread] = scale.features[name] ?? [0, 1, 0];
        return [name, [mean, spread, slopes[at] ?? 0] as const];
      }),
    ),
  };
  const before = [prior?.sharpness ?? 1, ...(prior?.none ?? [0, 0, 0, 0, 0])];
  const choices = cases.flatMap(({ whole, withheld }) => [
    withNone(whole, fitted, 1 - NO_CULPRIT),
    withNone(withheld, fitted, NO_CULPRIT),
  ]);
  const [sharpness = 1, ...none] = fitChoices(choices, before, RIDGE_NONE);
  return { features: fitted.features, sharpness, none };
}

function answers(one: Case): Answers {
  const range = readRange(one.signal, one.candidates);
  const rows = featuresOf(range);
  return {
    rows,
    none: noneFeatures(range, rows),
    right: range.documents.map(({ candidate }) => one.culprits.has(candidate.sha)),
  };
}

/** The candidates by their sums, and "none" as the last answer with features of its own. */
function withNone({ rows, none, right }: Answers, weights: Weights, weight: number): Choice {
  const sums = rows.map((row) => contributions(row, weights).reduce((sum, value) => sum + value, 0));
  return {
    rows: [...sums.map((sum) => [sum, ...none.map(() => 0)]), [0, ...none]],
    right: [...right, !right.includes(true)],
    weight,
  };
}

/** Means and spreads over all candidates; no answer is looked at. */
function scaled(cases: readonly Prepared[]): Weights {
  const rows = cases.flatMap(({ whole }) => whole.rows);
  const features = FEATURES.map((name) => {
    const mean = rows.reduce((sum, row) => sum + row[name], 0) / rows.length;
    const variance = rows.reduce((sum, row) => sum + (row[name] - mean) ** 2, 0) / rows.length;
    return [name, [mean, Math.sqrt(variance) + 1e-6, 0] as const] as const;
  });
  return { features: Object.fromEntries(features), sharpness: 1, none: [] };
}
