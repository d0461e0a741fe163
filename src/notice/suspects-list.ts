import type { Diagnosis } from "../incident/diagnosis.ts";
import { percent } from "../kernel/percent.ts";
import { safeText } from "./safe-text.ts";
import { safeWords } from "./safe-words.ts";
import { commitLink } from "./words.ts";

const REASONS_SHOWN = 3;
/** Why somebody is hardly suspected helps nobody at night. */
const TELLING = 0.02;

/** The ranked commits with why they are suspected. A list, since a table of four columns is cut off on a phone. */
export function suspectsList(diagnosis: Diagnosis, repoUrl: string): string {
  if (diagnosis.suspects.length === 0) return "No commit is suspected.";
  const items = diagnosis.suspects.map((suspect, index) => {
    const mark = suspect.sha === diagnosis.culprit ? " (named the culprit)" : "";
    const subject = `**${safeText(suspect.subject, 120)}** by ${safeText(suspect.author, 60)}`;
    const isTelling = index === 0 || suspect.score >= TELLING;
    const reasons = suspect.reasons
      .slice(0, isTelling ? REASONS_SHOWN : 0)
      .map((reason) => `   - ${safeWords(reason, 160)}`);
    return [
      `${index + 1}. ${percent(suspect.score)} ${commitLink(repoUrl, suspect.sha)} ${subject}${mark}`,
      ...reasons,
    ];
  });
  return items.flat().join("\n");
}
