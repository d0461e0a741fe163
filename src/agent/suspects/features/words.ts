import { rarityAtLarge, UNKNOWN } from "../commonness.ts";
import type { Range } from "../range.ts";

/** How a candidate's words answer the symptom's, by itself and against the other candidates. One row a candidate. */
export function wordFeatures(range: Range) {
  const scores = range.documents.map((document) => range.match(document).score);
  const sorted = [...scores].sort((a, b) => b - a);
  const bodies = amongBodies(range);
  const titles = range.documents.map((document) => shareOf(range, document.fields.subject.words));
  const bestTitle = Math.max(0, ...titles);
  return range.documents.map((document, at) => {
    const score = scores[at] ?? 0;
    const title = titles[at] ?? 0;
    return {
      words: score,
      wordsPlace: score > 0 ? 1 / (1 + sorted.indexOf(score)) : 0,
      titleAgainstBest: bestTitle > 0 ? title / bestTitle : 0,
      inBody: bodies[at] ?? 0,
      unknownInDiff: unknownInDiff(range, document.fields),
    };
  });
}

/** Which part of what the symptom tells stands in this field. */
function shareOf(range: Range, words: ReadonlyMap<string, number>): number {
  let share = 0;
  for (const [word, weight] of range.told) if (words.has(word)) share += weight;
  return range.toldInAll > 0 ? share / range.toldInAll : 0;
}

/** As much as the bodies tell when only bodies are compared: a word may fill the diffs and yet be rare in explanations. */
function amongBodies({ told, rarity, documents }: Range): number[] {
  const weights = new Map<string, number>();
  for (const [word, weight] of told) {
    const holders = documents.filter(({ fields }) => fields.body.words.has(word)).length;
    const own = Math.max(0, Math.log((documents.length + 1) / (holders + 0.5)));
    if (rarity(word) > 0.05) weights.set(word, weight * (own / rarity(word)) ** 0.8);
  }
  return documents.map(({ fields }) => {
    let sum = 0;
    for (const [word, weight] of weights) if (fields.body.words.has(word)) sum += weight;
    return Math.log1p(sum);
  });
}

/** Words that no ordinary commit uses, such as names of this project, in the changed lines themselves. */
function unknownInDiff(range: Range, { added, removed, around }: Range["documents"][number]["fields"]): number {
  let sum = 0;
  for (const word of range.told.keys()) {
    if (rarityAtLarge(word) < UNKNOWN) continue;
    if (added.words.has(word) || removed.words.has(word) || around.words.has(word)) sum += range.rarity(word);
  }
  return sum / Math.sqrt(1 + range.toldInAll);
}
