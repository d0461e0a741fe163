import { percent } from "../kernel/percent.ts";
import { shortSha } from "../kernel/sha.ts";
import type { Claim } from "./conclusion.ts";
import { incidentOfSameFiles } from "./earlier.ts";
import type { Evidence, Looked } from "./looked.ts";
import { culpritOf, isNotOurChange } from "./options.ts";
import { tameLine } from "./tame.ts";

/** What failed where, in one sentence, as the log says it. */
export function whatFailed({ deployment, symptom }: Looked): string {
  const names = symptom.jobs
    .map(({ job }) => job.name)
    .slice(0, 3)
    .join(", ");
  const where = deployment
    ? `The deployment to ${tameLine(deployment.environment, 60)} failed`
    : "A check on the head failed";
  const says = symptom.headline === "" ? "" : `: ${tameLine(symptom.headline, 160)}`;
  return `${where}${names === "" ? "" : ` (${tameLine(names, 120)})`}${says}.`;
}

/** The culprit, or how near the ranking came to one. */
export function whoDidIt(looked: Looked): string {
  const culprit = culpritOf(looked);
  const commit = looked.range.commits.find(({ sha }) => sha === culprit);
  if (isNotOurChange(looked)) return "The evidence speaks for the machines, not for the change.";
  if (commit) return `The likeliest cause is ${shortSha(commit.sha)}, "${tameLine(commit.subject, 100)}".`;
  const first = looked.ranking.ranked[0];
  if (first && looked.range.commits.length === 1)
    return `The only commit in question is ${shortSha(first.sha)}, with ${percent(first.score)} too uncertain to be named.`;
  const list = first ? `; first on the list is ${shortSha(first.sha)} with ${percent(first.score)}` : "";
  return `No single commit of the ${looked.range.commits.length} stands out enough to be named${list}.`;
}

/** What plain code can prove, each with the evidence it stands on. */
export function offlineClaims(looked: Looked, evidence: readonly Evidence[]): readonly Claim[] {
  const titled = (start: string): readonly string[] =>
    evidence.filter(({ title }) => title.startsWith(start)).map(({ id }) => id);
  const logs = titled("log of");
  const claims: readonly (Claim | null)[] = [
    {
      text: whatFailed(looked),
      evidence: [...titled("failed deployment"), ...logs, ...titled("annotations of")],
    },
    claim(testsWords(looked), logs),
    claim(suspectWords(looked), [
      ...(isBlamed(looked) ? titled("lines of the stack trace") : []),
      ...titled("ranking"),
      ...titled(`commit ${firstOf(looked)}`),
    ]),
    claim(blameWords(looked), titled("lines of the stack trace")),
    claim(machinesWords(looked), logs),
    claim(elsewhereWords(looked), titled("the same job on other")),
    claim(againWords(looked), titled("earlier incidents")),
  ];
  return claims.filter((one) => one !== null).filter((one) => one.evidence.length > 0);
}

function claim(text: string | null, evidence: readonly string[]): Claim | null {
  return text === null ? null : { text, evidence };
}

function firstOf({ ranking }: Looked): string {
  const first = ranking.ranked[0];
  return first ? shortSha(first.sha) : "(none)";
}

function testsWords({ symptom }: Looked): string | null {
  return symptom.tests.length === 0 ? null : `Failing: ${tameLine(symptom.tests.slice(0, 3).join("; "), 300)}`;
}

function suspectWords({ ranking }: Looked): string | null {
  const first = ranking.ranked[0];
  if (!first) return null;
  const why = first.reasons.slice(0, 2).join("; ") || "by size and time alone";
  return `${shortSha(first.sha)} fits best (${percent(first.score)}): ${tameLine(why, 260)}`;
}

/** Then its reasons say so already. */
function isBlamed({ blamed, ranking }: Looked): boolean {
  return blamed.some(({ sha }) => sha === ranking.ranked[0]?.sha);
}

function blameWords(looked: Looked): string | null {
  const [first] = looked.blamed;
  if (!first || isBlamed(looked)) return null;
  return `${shortSha(first.sha)} wrote ${tameLine(first.path, 200)}:${first.line}, where the stack trace points.`;
}

function machinesWords(looked: Looked): string | null {
  if (!isNotOurChange(looked)) return null;
  return `The log names a fault of the machines: ${tameLine(looked.symptom.infrastructure[0] ?? "", 260)}`;
}

/** A job that also fails elsewhere says less about this range; the reader should know. */
function elsewhereWords({ earlierRuns }: Looked): string | null {
  const runs = earlierRuns ?? [];
  const failed = runs.filter(({ conclusion }) => conclusion === "failure").length;
  return failed === 0
    ? null
    : `The same job also failed on ${failed} of its ${runs.length} last runs on other revisions.`;
}

/** The same files once more: whoever fixed it then may know. */
function againWords(looked: Looked): string | null {
  const found = incidentOfSameFiles(looked);
  if (found === null) return null;
  const { incident, named } = found;
  return `Incident ${incident.number} of ${incident.at.slice(0, 10)} names \`${tameLine(named[0] ?? "", 200)}\` too.`;
}
