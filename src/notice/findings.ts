import type { Diagnosis } from "../incident/diagnosis.ts";
import { code, safeText } from "./safe-text.ts";
import { safeWords } from "./safe-words.ts";

/**
 * What was found, with the marks of the evidence it stands on: the summary, then each claim that the summary does not say
 * already.
 */
export function findings({ by, summary, claims }: Diagnosis): readonly string[] {
  const said = claims.filter(({ text }) => summary.includes(text));
  const others = claims.filter(({ text }) => !summary.includes(text));
  const stands = [...new Set(said.flatMap(({ evidence }) => evidence))];
  const words = `${TELLERS[by]} ${safeText(summary, 1200)}${stands.length > 0 ? ` (${marks(stands)})` : ""}`;
  const list = others.map(({ text, evidence }) => `- ${safeWords(text, 400)} (${marks(evidence)})`);
  return [words, ...(list.length > 0 ? [list.join("\n")] : [])];
}

const TELLERS: Readonly<Record<Diagnosis["by"], string>> = {
  gemini: "In the model's words; code checked only that the evidence it names exists:",
  offline: "Found by code:",
};

function marks(evidence: readonly string[]): string {
  return evidence.map((id) => code(id, 40)).join(", ");
}
