import type { PlanSummary } from "../incident/report.ts";
import { shortSha } from "../kernel/sha.ts";
import { code, safeText } from "./safe-text.ts";
import { count } from "./words.ts";

const UNDOES_SHOWN = 12;
const RISKS_SHOWN = 12;

/** The plan as a list that says everything an approver compares: code, what would run, what it undoes, what it risks. */
export function planList(plan: PlanSummary, commit: (sha: string) => string = shaCode): string {
  return [
    `- **Plan ${code(plan.code, 9)}**: ${kindWords(plan, commit)}`,
    `- Undoes ${undoes(plan, commit)}`,
    ...risks(plan),
    `- Resulting tree ${code(plan.resultingTree, 40)}`,
    `- Plan digest ${code(plan.digest, 64)}`,
  ].join("\n");
}

export function kindWords(plan: PlanSummary, commit: (sha: string) => string = shaCode): string {
  const what =
    plan.kind === "restore-last-good" ? "restores the last good tree exactly" : "reverts the suspected commits";
  return `one commit on ${commit(plan.expectedHead)} that ${what}`;
}

function undoes(plan: PlanSummary, commit: (sha: string) => string): string {
  const shown = plan.undoes.slice(0, UNDOES_SHOWN).map(commit);
  const more = plan.undoes.length - shown.length;
  return `${count(plan.undoes.length, "commit")}: ${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function risks(plan: PlanSummary): readonly string[] {
  if (plan.risks.length === 0) return ["- Risks: none found"];
  const shown = plan.risks.slice(0, RISKS_SHOWN).map((risk) => `  - ${safeText(risk, 300)}`);
  const more = plan.risks.length - shown.length;
  return ["- **Risks**", ...shown, ...(more > 0 ? [`  - and ${more} more`] : [])];
}

function shaCode(sha: string): string {
  return `\`${shortSha(sha)}\``;
}
