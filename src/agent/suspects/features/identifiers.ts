import type { Document } from "../document.ts";
import type { Range } from "../range.ts";

/** Whole identifiers and versions of the symptom that a change adds, takes away or is named after. */
export function identifierFeatures(range: Range) {
  const { identifiers, pairs, versions } = range.symptom;
  const anywhere = range.documents.map((document) => rarityOf(range, identifiers, document.joins));
  const sorted = [...anywhere].sort((a, b) => b - a);
  return range.documents.map((document, at) => ({
    identifierAdded: rarityOf(range, identifiers, document.fields.added.joins),
    identifierRemoved: rarityOf(range, identifiers, document.fields.removed.joins),
    identifierLead: lead(anywhere[at] ?? 0, sorted),
    pairInFile: rarityOf(range, pairs, document.fields.file.joins),
    version: [...versions].some((version) => mentions(document, version)) ? 1 : 0,
    absentYetAdded: absentYetAdded(range, document),
  }));
}

/** Compounds that a text holds, weighed by their rarity; the logarithm keeps a long stack trace from deciding alone. */
function rarityOf(
  range: Range,
  asked: ReadonlySet<string>,
  held: ReadonlySet<string> | ReadonlyMap<string, number>,
): number {
  let sum = 0;
  for (const identifier of asked) if (held.has(identifier)) sum += range.identifierRarity(identifier);
  return Math.log1p(sum);
}

/** By how much the best is ahead of the second, as a share; 0 for every other. */
function lead(own: number, sorted: readonly number[]): number {
  const [best = 0, second = 0] = sorted;
  return best > 0 && own === best ? (best - second) / best : 0;
}

function mentions({ subject, candidate }: Document, version: string): boolean {
  return `${subject}\n${candidate.body}`.toLowerCase().includes(version);
}

/** What is said to be missing is often what a change has just begun to use. */
function absentYetAdded(range: Range, { fields }: Document): number {
  let sum = 0;
  for (const word of range.symptom.absentWords) {
    const weight = range.told.get(word);
    if (weight && (fields.added.words.get(word) ?? 0) > (fields.removed.words.get(word) ?? 0)) sum += weight;
  }
  return Math.log1p(sum);
}
