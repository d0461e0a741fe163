import type { Document } from "./document.ts";
import { IS_REVERT } from "./features/change.ts";
import { FEATURES, type Feature } from "./features/features.ts";
import type { Range } from "./range.ts";
import { tokensOf } from "./token-bags.ts";
import { stem, subwords } from "./words.ts";

const MOST_REASONS = 5;
/** Below this a feature did not make the score, whatever its sign. */
const WORTH_TELLING = 0.12;

/** Why a candidate stands where it stands, strongest first. Quotes words of the commit and of the symptom. */
export function reasonsFor(range: Range, document: Document, contributions: readonly number[]): string[] {
  const told = FEATURES.map((feature, at) => ({ feature, weight: contributions[at] ?? 0 }))
    .filter(({ weight }) => weight >= WORTH_TELLING)
    .sort((a, b) => b.weight - a.weight)
    .flatMap(({ feature }) => inWords(feature, range, document));
  const against = IS_REVERT.test(document.subject) ? ["is itself a revert"] : [];
  return [...new Set([...files(range, document), ...told, ...against])].slice(0, MOST_REASONS);
}

function inWords(feature: Feature, range: Range, document: Document): string[] {
  switch (feature) {
    case "words":
    case "wordsPlace":
      return tellingWords(range, document);
    case "titleAgainstBest":
    case "lettersInTitle":
      return ["its title and file names are close to the symptom"];
    case "inBody":
    case "lettersInBody":
      return ["its message explains what the symptom speaks of"];
    case "unknownInDiff":
      return ["changes lines with names the symptom mentions"];
    case "identifierAdded":
    case "identifierLead":
      return identifiers(range, document, "adds", document.fields.added.joins);
    case "identifierRemoved":
      return identifiers(range, document, "takes away", document.fields.removed.joins);
    case "pairInFile":
      return ["changes a file named after words of the symptom"];
    case "version":
      return ["names a version that the symptom names"];
    case "absentYetAdded":
      return ["adds something the symptom says is missing"];
    case "topic":
      return ["is about the same kind of thing as the symptom"];
    case "language":
      return ["changes files of the language the symptom is about"];
    case "switches":
      return ["turns something on or switches it over"];
    case "newest":
      return ["is the newest commit of the range"];
    case "isRevert":
    case "isInert":
    case "hasSource":
      return [];
  }
}

function tellingWords(range: Range, document: Document): string[] {
  const best = [...range.match(document).byWord].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, 2);
  return best.map(([word]) => {
    const holders = range.documents.filter(({ words }) => words.has(word)).length;
    const where = document.fields.subject.words.has(word) ? " and stands in its title" : "";
    const all = range.documents.length;
    const how = all === 1 ? "in it" : holders === 1 ? "only in this commit" : `in ${holders} of ${all} commits`;
    return `\`${spelled(range, word)}\` occurs ${how}${where}`;
  });
}

function identifiers(range: Range, document: Document, verb: string, held: ReadonlyMap<string, number>): string[] {
  const named = [...range.symptom.identifiers].filter((identifier) => held.has(identifier));
  const rarest = named.sort((a, b) => range.identifierRarity(b) - range.identifierRarity(a))[0];
  if (!rarest) return [];
  const written = [...document.candidate.added.keys(), ...document.candidate.removed.keys()].find(
    (token) => subwords(token).join("") === rarest,
  );
  return [`${verb} \`${written ?? rarest}\`, named in the symptom`];
}

/** Changed files that the symptom names outright, in a stack trace or a message. */
function files(range: Range, { candidate }: Document): string[] {
  const text = range.symptom.text;
  const named = candidate.files.find(({ path }) => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    return name.length > 5 && name.includes(".") && text.includes(name);
  });
  return named ? [`touches \`${named.path}\`, named in the symptom`] : [];
}

/** A stem as the symptom writes it. */
function spelled(range: Range, word: string): string {
  return (
    tokensOf(range.symptom.text)
      .flatMap(subwords)
      .find((written) => stem(written) === word) ?? word
  );
}
