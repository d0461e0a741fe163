import type { Ranking } from "../../src/agent/suspects/types.ts";
import type { Case } from "./cases.ts";

export type Answered = { readonly one: Case; readonly ranking: Ranking };

type Places = {
  readonly n: number;
  readonly top1: number;
  readonly top3: number;
  readonly top5: number;
  readonly mrr: number;
};

/** How high the culprits stand; cases whose culprit was withheld have no place and do not count. */
export function places(answered: readonly Answered[]): Places {
  const found = answered.filter(({ one }) => one.culprits.size > 0).map(({ one, ranking }) => placeOf(one, ranking));
  const share = (most: number) => rounded(mean(found.map((place) => (place <= most ? 1 : 0))));
  return {
    n: found.length,
    top1: share(1),
    top3: share(3),
    top5: share(5),
    mrr: rounded(mean(found.map((place) => 1 / place))),
  };
}

export function groupedPlaces(answered: readonly Answered[], keys: (one: Case) => readonly string[]) {
  const groups = new Map<string, Answered[]>();
  for (const answer of answered)
    for (const key of keys(answer.one)) groups.set(key, [...(groups.get(key) ?? []), answer]);
  return Object.fromEntries(
    [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, group]) => [key, places(group)]),
  );
}

/**
 * What is said when only suspects of at least `threshold` are named. `coverage` and `top1WhereItSpeaks` are of the cases whose
 * culprit is in the range, `falseAccusations` of those where it was withheld, `right` of everything that was said.
 */
export function spoken(answered: readonly Answered[], threshold: number) {
  const present = answered.filter(({ one }) => one.culprits.size > 0);
  const withheld = answered.filter(({ one }) => one.culprits.size === 0);
  const speaks = ({ ranking }: Answered) => (ranking.ranked[0]?.score ?? 0) >= threshold;
  const said = present.filter(speaks);
  const hits = said.filter(isRight).length;
  const accused = withheld.filter(speaks).length;
  return {
    threshold: rounded(threshold),
    coverage: rounded(said.length / Math.max(1, present.length)),
    top1WhereItSpeaks: said.length > 0 ? rounded(hits / said.length) : null,
    falseAccusations: withheld.length > 0 ? rounded(accused / withheld.length) : null,
    right: said.length + accused > 0 ? rounded(hits / (said.length + accused)) : null,
  };
}

/**
 * The first suspect's score beside how often it is right, in ten drawers. Without withheld cases the score is taken as "if
 * anybody did it", since the scores are meant for a world in which a fifth of the ranges hold no culprit.
 */
export function reliability(answered: readonly Answered[]) {
  const anyWithheld = answered.some(({ one }) => one.culprits.size === 0);
  const points = answered.map((answer) => {
    const { ranked, none } = answer.ranking;
    const score = (ranked[0]?.score ?? 0) / (anyWithheld ? 1 : Math.max(1e-9, 1 - none));
    return { score, right: isRight(answer) ? 1 : 0 };
  });
  const table = Array.from({ length: 10 }, (_, drawer) => {
    const inside = points.filter(({ score }) => Math.min(9, Math.floor(score * 10)) === drawer);
    return {
      from: drawer / 10,
      n: inside.length,
      said: rounded(mean(inside.map(({ score }) => score))),
      right: rounded(mean(inside.map(({ right }) => right))),
    };
  });
  const ece = table.reduce(
    (sum, { n, said, right }) => sum + (n / Math.max(1, points.length)) * Math.abs(said - right),
    0,
  );
  return { ece: rounded(ece), table: table.filter(({ n }) => n > 0) };
}

function isRight({ one, ranking }: Answered): boolean {
  const first = ranking.ranked[0];
  return first !== undefined && one.culprits.has(first.sha);
}

function placeOf(one: Case, ranking: Ranking): number {
  const at = ranking.ranked.findIndex(({ sha }) => one.culprits.has(sha));
  return at === -1 ? Number.POSITIVE_INFINITY : at + 1;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
