import { shortSha } from "../kernel/sha.ts";
import type { Conclusion } from "./conclusion.ts";
import type { Evidence, Looked } from "./looked.ts";
import { culpritOf, isNotOurChange, type Option } from "./options.ts";
import type { ToolCall } from "./react/transcript.ts";
import type { Reasoner } from "./reasoner.ts";
import { tameLine } from "./tame.ts";

/**
 * Plain code in the place of a model: the embedded default, what is fallen back to, and what a model has to beat. It says
 * only what the computed evidence says.
 */
export function createOfflineReasoner(
  looked: Looked,
  evidence: readonly Evidence[],
  options: readonly Option[],
): Reasoner {
  return {
    name: "offline",
    price: { input: 0, output: 0 },
    reply: async ({ transcript, mustConclude }) =>
      mustConclude || transcript.turns.length > 0
        ? { ...FREE, kind: "conclusion", thought: weigh(looked), value: conclude(looked, evidence, options) }
        : { ...FREE, kind: "calls", thought: firstThought(looked), calls: firstLook(looked) },
  };
}

const FREE = { inputTokens: 0, outputTokens: 0 } as const;

function firstThought({ range, symptom, ranking }: Looked): string {
  const says = symptom.headline === "" ? "nothing readable" : symptom.headline;
  const first = ranking.ranked[0];
  const look = first ? `Look at the likeliest, ${shortSha(first.sha)}.` : "There is no commit to suspect.";
  const count = `${range.commits.length} ${range.commits.length === 1 ? "commit" : "commits"} went out`;
  return `${count} since the last good revision. The failure says: ${says}. ${look}`;
}

function firstLook({ ranking }: Looked): readonly ToolCall[] {
  const [first, second] = ranking.ranked;
  return [
    { tool: "suspect_ranking", args: {} },
    ...(first ? [{ tool: "commit_diff", args: { commit: shortSha(first.sha) } }] : []),
    ...(second ? [{ tool: "commit_diff", args: { commit: shortSha(second.sha) } }] : []),
    { tool: "compare_environments", args: {} },
  ];
}

function weigh(looked: Looked): string {
  const { ranking } = looked;
  const first = ranking.ranked[0];
  if (isNotOurChange(looked)) return "The log speaks of the machines, and names neither a test nor a line of code.";
  if (!first) return "Nothing in the range to suspect.";
  const score = `${Math.round(first.score * 100)} %`;
  return ranking.speaks
    ? `${shortSha(first.sha)} stands out with ${score}: ${first.reasons[0] ?? "it fits the failure best"}.`
    : `${shortSha(first.sha)} comes first with ${score}, which is too little to name it. Restoring the last good revision undoes it all the same.`;
}

function conclude(looked: Looked, evidence: readonly Evidence[], options: readonly Option[]): Conclusion {
  const choice = options[0] ?? { name: "hold", says: "" };
  const notOurs = isNotOurChange(looked);
  const verdict = choice.name !== "hold" ? "rollback" : notOurs ? "not-our-change" : "hold";
  return {
    verdict,
    option: choice.name,
    summary: [whatFailed(looked), whoDidIt(looked), `Proposed: ${choice.says}.`].join(" "),
    claims: claims(looked, evidence),
    notLookedAt: [],
  };
}

function whatFailed({ deployment, symptom }: Looked): string {
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

function whoDidIt(looked: Looked): string {
  const culprit = culpritOf(looked);
  const commit = looked.range.commits.find(({ sha }) => sha === culprit);
  if (isNotOurChange(looked)) return "The evidence speaks for the machines, not for the change.";
  if (commit) return `The likeliest cause is ${shortSha(commit.sha)}, "${tameLine(commit.subject, 100)}".`;
  const first = looked.ranking.ranked[0];
  const list = first ? `; first on the list is ${shortSha(first.sha)} with ${Math.round(first.score * 100)} %` : "";
  return `No single commit of the ${looked.range.commits.length} stands out enough to be named${list}.`;
}

function claims(looked: Looked, evidence: readonly Evidence[]): Conclusion["claims"] {
  const titled = (start: string): readonly string[] =>
    evidence.filter(({ title }) => title.startsWith(start)).map(({ id }) => id);
  const first = looked.ranking.ranked[0];
  const about = first
    ? evidence.filter(({ title }) => title === `commit ${shortSha(first.sha)}`).map(({ id }) => id)
    : [];
  const found: Conclusion["claims"] = [
    {
      text: whatFailed(looked),
      evidence: [...titled("failed deployment"), ...titled("log of"), ...titled("annotations of")],
    },
    ...(looked.symptom.tests.length > 0
      ? [{ text: `Failing: ${tameLine(looked.symptom.tests.slice(0, 3).join("; "), 300)}`, evidence: titled("log of") }]
      : []),
    ...(first
      ? [
          {
            text: `${shortSha(first.sha)} fits best (${Math.round(first.score * 100)} %): ${tameLine(first.reasons.slice(0, 2).join("; ") || "by size and time alone", 260)}`,
            evidence: [...titled("ranking"), ...about],
          },
        ]
      : []),
    ...(isNotOurChange(looked)
      ? [
          {
            text: `The log names a fault of the machines: ${tameLine(looked.symptom.infrastructure[0] ?? "", 260)}`,
            evidence: titled("log of"),
          },
        ]
      : []),
  ];
  const flaky = failedBefore(looked);
  const all = flaky === null ? found : [...found, { text: flaky, evidence: titled("the same job on other") }];
  return all.filter(({ evidence: ids }) => ids.length > 0);
}

/** A job that also fails elsewhere says less about this range; the reader should know. */
function failedBefore({ earlierRuns }: Looked): string | null {
  const runs = earlierRuns ?? [];
  const failed = runs.filter(({ conclusion }) => conclusion === "failure").length;
  return failed === 0
    ? null
    : `The same job also failed on ${failed} of its ${runs.length} last runs on other revisions.`;
}
