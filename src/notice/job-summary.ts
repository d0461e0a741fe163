import type { Diagnosis } from "../incident/diagnosis.ts";
import type { Report } from "../incident/report.ts";
import { percent } from "../kernel/percent.ts";
import { answerWords } from "./asks.ts";
import { blastDiagram } from "./blast-diagram.ts";
import { findings } from "./findings.ts";
import { planList } from "./plan-section.ts";
import { reasonWords } from "./reason-words.ts";
import { code, safeText } from "./safe-text.ts";
import { suspectsList } from "./suspects-list.ts";
import { commitLink, utc } from "./words.ts";

/** The job summary of `analyse`: what was found, why, and what was not looked at. */
export function analysisSummary(diagnosis: Diagnosis, repoUrl: string): string {
  const { culprit, blastRadius } = diagnosis;
  const notLookedAt = [...diagnosis.notLookedAt, ...blastRadius.notLookedAt];
  const blocks = [
    `## Analysis: ${VERDICTS[diagnosis.verdict]}`,
    `${diagnosis.by === "offline" ? "By code alone" : "By Gemini, on what code found"}, confidence ${percent(diagnosis.confidence)}. ${fallback(diagnosis)}`.trim(),
    ...findings(diagnosis),
    `### Suspects\n\n${suspectsList(diagnosis, repoUrl)}`,
    `### Blast radius\n\n${blastDiagram(blastRadius, culprit)}`,
    notLookedAt.length === 0
      ? ""
      : `### Not looked at\n\n${notLookedAt.map((text) => `- ${safeText(text, 300)}`).join("\n")}`,
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

/** The job summary of `respond`: how it ended, what the plan was and what people said. */
export function responseSummary(report: Extract<Report, { phase: "respond" }>, repoUrl: string): string {
  const commit = (sha: string): string => commitLink(repoUrl, sha);
  const asks = report.asks.map(
    ({ at, approver, answer }) => `- ${utc(at)}: ${code(approver, 60)} was asked, ${answerWords(answer)}`,
  );
  const blocks = [
    `## Response: ${OUTCOMES[report.outcome]}`,
    `${reasonWords(report.said, 1000)}${report.reason === report.outcome ? "" : ` (${code(report.reason, 60)})`}`,
    report.revertSha === null ? "" : `Rollback commit ${commit(report.revertSha)}`,
    report.plan === null ? "" : `### Plan\n\n${planList(report.plan, commit)}`,
    asks.length === 0 ? "" : `### Who was asked\n\n${asks.join("\n")}`,
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function fallback({ fellBack }: Diagnosis): string {
  return fellBack === null ? "" : `The model did not answer (${safeText(fellBack, 200)}), so code alone analysed.`;
}

const VERDICTS: Readonly<Record<Diagnosis["verdict"], string>> = {
  rollback: "roll back",
  hold: "hold, do not roll back",
  "not-our-change": "no cause in these commits",
  unsure: "unsure",
};

const OUTCOMES = {
  "rolled-back": "rolled back",
  denied: "denied",
  expired: "nobody answered in time",
  held: "nothing was rolled back",
  failed: "failed",
} as const;
