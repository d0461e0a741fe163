import type { Diagnosis } from "../incident/diagnosis.ts";
import { code, safeText } from "./safe-text.ts";
import { safeWords } from "./safe-words.ts";

/**
 * What was found, with the marks of the evidence it stands on: the summary, then each claim that the summary does not say
 * already.
 */
export function findings({ summary, claims }: Diagnosis, lead = ""): readonly string[] {
  const said = claims.filter(({ text }) => summary.includes(text));
  const others = claims.filter(({ text }) => !summary.includes(text));
  const stands = [...new Set(said.flatMap(({ evidence }) => evidence))];
  const words = `${lead} ${safeText(summary, 1200)}${stands.length > 0 ? ` (${marks(stands)})` : ""}`.trim();
  const list = others.map(({ text, evidence }) => `- ${safeWords(text, 400)} (${marks(evidence)})`);
  return [words, ...(list.length > 0 ? [list.join("\n")] : [])];
}

function marks(evidence: readonly string[]): string {
  return evidence.map((id) => code(id, 40)).join(", ");
}
