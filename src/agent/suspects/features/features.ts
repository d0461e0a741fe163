import type { Range } from "../range.ts";
import { changeFeatures } from "./change.ts";
import { identifierFeatures } from "./identifiers.ts";
import { letterFeatures } from "./letters.ts";
import { topicFeatures } from "./topics.ts";
import { wordFeatures } from "./words.ts";

/**
 * What the ranking weighs: few numbers a candidate, each with a meaning in any language and any repository. A feature must
 * never know a project, a person or a host by name.
 */
export const FEATURES = [
  "words",
  "wordsPlace",
  "titleAgainstBest",
  "inBody",
  "unknownInDiff",
  "lettersInTitle",
  "lettersInBody",
  "identifierAdded",
  "identifierRemoved",
  "identifierLead",
  "pairInFile",
  "version",
  "absentYetAdded",
  "topic",
  "language",
  "isRevert",
  "isInert",
  "hasSource",
  "switches",
  "newest",
] as const;
export type Feature = (typeof FEATURES)[number];
export type FeatureRow = Readonly<Record<Feature, number>>;

/** One row a candidate, in the order of the range. */
export function featuresOf(range: Range): FeatureRow[] {
  const words = wordFeatures(range);
  const letters = letterFeatures(range);
  const identifiers = identifierFeatures(range);
  const topics = topicFeatures(range);
  const change = changeFeatures(range);
  return range.documents.map((_, at) => {
    const row = { ...words[at], ...letters[at], ...identifiers[at], ...topics[at], ...change[at] };
    return Object.fromEntries(FEATURES.map((name) => [name, row[name] ?? 0])) as FeatureRow;
  });
}
