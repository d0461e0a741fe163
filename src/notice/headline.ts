import { VERDICT_WORDS } from "../incident/diagnosis.ts";
import { explain } from "../incident/reason.ts";
import { isSeenToRecover } from "../incident/remember/release.ts";
import { assertNever } from "../kernel/assert-never.ts";
import { shortSha } from "../kernel/sha.ts";
import type { IncidentFacts } from "./facts.ts";
import { plainText } from "./safe-text.ts";
import { answerer, type Stage, stageOf } from "./stage.ts";

/** The two sentences that page, Slack and summary all lead with. Plain words: each place escapes them for itself. */
export type Headline = { readonly stage: Stage; readonly what: string; readonly next: string };

export function headline(facts: IncidentFacts): Headline {
  const stage = stageOf(facts);
  return { stage, what: whatHappened(stage, facts), next: whatNext(stage, facts) };
}

function whatHappened(stage: Stage, facts: IncidentFacts): string {
  const branch = plainText(facts.memory.branch, 100);
  const who = answerer(facts);
  switch (stage) {
    case "open":
      if (facts.hold.kind === "held")
        return `${branch} is held; ${facts.run === null ? "no analysis runs yet" : "the analysis runs"}.`;
      return facts.run === null ? "Nothing runs by itself; a person must look." : "The analysis runs.";
    case "analysed":
      return VERDICT_WORDS[facts.analysis?.diagnosis.verdict ?? "unsure"];
    case "rolled-back":
      return `${branch} was rolled back with ${who ?? "a person"}'s approval.`;
    case "denied":
      return `${who ?? "The approver"} said no to the rollback; nothing ran.`;
    case "expired":
      return "Nobody answered the push in time; nothing ran.";
    case "stuck":
      return "Nothing was rolled back; a person must decide.";
    case "failed":
      if (facts.response !== null) return "The response failed; it is not tried again by itself.";
      return `${facts.hold.kind === "held" ? `${branch} is held; the` : "The"} responder ended without saying how.`;
    case "released":
      return `${branch} is open again.`;
    case "closed":
      if (facts.response?.outcome !== "rolled-back") return "Closed.";
      return `${isSeenToRecover(facts.memory) ? "Recovered: " : ""}${branch} was rolled back and is open again.`;
    default:
      return assertNever(stage);
  }
}

function whatNext(stage: Stage, { hold, memory, response }: IncidentFacts): string {
  if (hold.kind === "released") return `Released by ${plainText(hold.by, 60)}: ${plainText(hold.why, 300)}`;
  if (hold.kind === "not-held") return `Nothing is held: ${plainText(hold.why, 300)}`;
  if (hold.kind === "changed") return "Somebody changed the hold's ruleset, so it may hold less than it should.";
  switch (stage) {
    case "open":
      return "Nothing is rolled back without a person's yes on their phone.";
    case "analysed":
      return memory.mode === undefined
        ? "The responder plans; if it comes to a rollback, a person is asked on their phone."
        : `The mode is ${memory.mode} now, so nobody is asked and nothing is rolled back.`;
    case "rolled-back":
      return `The hold ends by itself when ${shortSha(response?.revertSha ?? memory.badHead)} is green.`;
    case "denied":
      return cure(response?.outcome === "denied" ? response.said : explain("denied-by-approver"));
    case "expired":
      return cure(response?.said ?? "The branch stays held.");
    case "stuck":
    case "failed":
      return plainText(response?.said ?? "The branch stays held.", 400);
    case "released":
    case "closed":
      return "";
    default:
      return assertNever(stage);
  }
}

/** What was said without the first sentence, where the headline says just that. */
function cure(said: string): string {
  return plainText(said.replace(/^(?:The approver said no|Nobody answered in time)\. (?=\S)/, ""), 400);
}
