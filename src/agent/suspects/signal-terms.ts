import { STOP_WORDS } from "./stop-words.ts";
import { addProse, noTerms, type Terms } from "./terms.ts";
import type { Signal } from "./types.ts";
import { stem } from "./words.ts";

const STOP_STEMS: ReadonlySet<string> = new Set([...STOP_WORDS].map(stem));

/** What a symptom says, as terms to look for. Placeholders such as `[url]` stand for what was taken out and say nothing. */
export function readSignal({ text, evidence }: Signal): Terms {
  const terms = noTerms();
  addProse(terms, clean(text));
  if (evidence && !text.includes(evidence)) addProse(terms, clean(evidence));
  for (const word of [...terms.words.keys()]) if (STOP_STEMS.has(word)) terms.words.delete(word);
  return terms;
}

function clean(text: string): string {
  return text.replace(/\[(url|ref|sha|person|email)\b[^\]]*\]/g, " ");
}
