import { percent } from "../kernel/percent.ts";
import { shortSha } from "../kernel/sha.ts";
import type { Conclusion } from "./conclusion.ts";
import { count } from "./count.ts";
import type { Evidence, Looked } from "./looked.ts";
import { offlineClaims, whatFailed, whoDidIt } from "./offline-words.ts";
import { isNotOurChange, type Option } from "./options.ts";
import type { ToolCall } from "./react/transcript.ts";
import type { Reasoner } from "./reasoner.ts";

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
  return `${count(range.commits.length, "commit")} went out since the last good revision. The failure says: ${says}. ${look}`;
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
  const score = percent(first.score);
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
    claims: offlineClaims(looked, evidence),
    notLookedAt: [],
  };
}
