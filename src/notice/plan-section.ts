import type { PlanSummary } from "../incident/report.ts";
import { shortSha } from "../kernel/sha.ts";
import { code, safeText } from "./safe-text.ts";
import { count } from "./words.ts";

const UNDOES_SHOWN = 12;
const RISKS_SHOWN = 12;

/** The plan as a list that says everything an approver compares: code, what would run, what it undoes, what it risks. */
export function planList(
  plan: PlanSummary,
  commit: (sha: string) => string = shaCode,
  subjects: ReadonlyMap<string, string> = new Map(),
): string {
  return [
    `- **Plan ${code(plan.code, 9)}**: ${kindWords(plan, commit)}`,
    ...undoes(plan, commit, subjects),
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

/** The commits we know by name on a line each, the others together. */
function undoes(
  plan: PlanSummary,
  commit: (sha: string) => string,
  subjects: ReadonlyMap<string, string>,
): readonly string[] {
  const named = plan.undoes.filter((sha) => subjects.has(sha));
  const others = plan.undoes.filter((sha) => !subjects.has(sha));
  const left = others.length - UNDOES_SHOWN;
  const rest = `${others.slice(0, UNDOES_SHOWN).map(commit).join(", ")}${left > 0 ? ` and ${left} more` : ""}`;
  const title = `- Undoes ${count(plan.undoes.length, "commit")}:`;
  if (named.length === 0) return [`${title} ${rest}`];
  const lines = named.map((sha) => `  - ${commit(sha)} ${subjects.get(sha) ?? ""}`.trimEnd());
  return [title, ...lines, ...(others.length > 0 ? [`  - ${rest}`] : [])];
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
