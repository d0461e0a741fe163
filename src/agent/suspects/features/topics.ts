import type { Document } from "../document.ts";
import type { Range } from "../range.ts";
import { namesOfEnding, topicsOf } from "../topics.ts";

/** What a change is about beside what the symptom is about, where they use different words for it. */
export function topicFeatures(range: Range) {
  const asked = new Map<number, number>();
  for (const word of range.symptom.words.keys()) for (const topic of topicsOf(word)) asked.set(topic, 1);
  const held = range.documents.map(topicsIn);
  const seen = new Map<number, number>();
  for (const topics of held) for (const [topic, weight] of topics) seen.set(topic, (seen.get(topic) ?? 0) + weight);
  return range.documents.map((document, at) => {
    let sum = 0;
    for (const topic of asked.keys()) {
      const rarity = Math.max(0, Math.log((range.documents.length + 1) / ((seen.get(topic) ?? 0) + 0.5)));
      sum += (held[at]?.get(topic) ?? 0) * rarity;
    }
    return { topic: asked.size > 0 ? sum / asked.size : 0, language: speaksOfLanguage(range, document) ? 1 : 0 };
  });
}

/** A topic counts by the most telling place it has in the change. */
function topicsIn({ fields }: Document): Map<number, number> {
  const found = new Map<number, number>();
  const places = [
    [fields.subject, 1],
    [fields.file, 0.7],
    [fields.folder, 0.5],
    [fields.body, 0.5],
    [fields.added, 0.3],
    [fields.removed, 0.3],
  ] as const;
  for (const [{ words }, weight] of places) {
    for (const word of words.keys()) {
      for (const topic of topicsOf(word)) found.set(topic, Math.max(found.get(topic) ?? 0, weight));
    }
  }
  return found;
}

function speaksOfLanguage({ symptom }: Range, { candidate }: Document): boolean {
  return candidate.files.some(({ path }) => {
    const ending = path.slice(Math.max(path.lastIndexOf("."), path.lastIndexOf("/")) + 1).toLowerCase();
    return [...namesOfEnding(ending)].some((name) => symptom.words.has(name));
  });
}
