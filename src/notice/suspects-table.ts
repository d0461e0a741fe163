import type { Diagnosis } from "../incident/diagnosis.ts";
import { safeText } from "./safe-text.ts";
import { commitLink, percent } from "./words.ts";

const REASONS_SHOWN = 3;

/** The ranked commits with why they are suspected; the culprit, where one is named, is marked. */
export function suspectsTable(diagnosis: Diagnosis, repoUrl: string): string {
  if (diagnosis.suspects.length === 0) return "No commit is suspected.";
  const rows = diagnosis.suspects.map((suspect) => {
    const name = `${commitLink(repoUrl, suspect.sha)}${suspect.sha === diagnosis.culprit ? " **culprit**" : ""}`;
    const what = `${safeText(suspect.subject, 120)}<br>by ${safeText(suspect.author, 60)}`;
    const why = suspect.reasons.slice(0, REASONS_SHOWN).map((reason) => safeText(reason, 160));
    return `| ${name} | ${percent(suspect.score)} | ${what} | ${why.join("<br>") || "–"} |`;
  });
  return ["| Commit | Share | Change | Why |", "|:--|--:|:--|:--|", ...rows].join("\n");
}
