import { type BlastRadius, Diagnosis } from "../incident/diagnosis.ts";
import { compacted } from "./compact.ts";
import type { Evidence, Looked } from "./looked.ts";
import { culpritOf } from "./options.ts";
import { tameLine } from "./tame.ts";
import type { Thought } from "./think.ts";

/**
 * The one typed object that leaves the analysis. Of the reasoner it takes the verdict, one offered option and words; every
 * sha, score, path and name is put in by code.
 */
export function composeDiagnosis(
  looked: Looked,
  blastRadius: BlastRadius,
  evidence: readonly Evidence[],
  thought: Thought,
): Diagnosis {
  const { conclusion } = thought;
  const diagnosis = Diagnosis.parse({
    by: thought.by,
    fellBack: thought.fellBack === null ? null : `gemini: ${FELL_BACK[thought.fellBack]}`,
    verdict: conclusion.verdict,
    option: conclusion.option,
    culprit: culpritOf(looked),
    suspects: suspects(looked),
    confidence: score(looked.ranking.ranked[0]?.score ?? 0),
    summary: conclusion.summary,
    claims: conclusion.claims,
    blastRadius,
    notLookedAt: [...looked.notLookedAt, ...conclusion.notLookedAt].slice(0, 10).map((text) => tameLine(text, 300)),
    evidence: cited(evidence, thought),
  });
  return compacted(diagnosis);
}

const FELL_BACK: Readonly<Record<NonNullable<Thought["fellBack"]>, string>> = {
  "turn-limit": "it used all its turns without concluding",
  "tool-call-limit": "it asked for more looks than it may have",
  "parallel-limit": "it asked for too many looks at once",
  "token-limit": "it used more tokens than it may",
  "time-limit": "it took longer than it may",
  "cost-limit": "it cost more than it may",
  unavailable: "it could not be reached",
  limited: "it is limited for now, or the quota is used up",
  timeout: "it did not answer in time",
  blocked: "it refused to answer",
  malformed: "its answer was not a valid conclusion",
  "refused-key": "it refused our key or identity; check `gemini-api-key`",
  "no-model": "its service has no such model, or not for us; check `gemini-model`",
  cancelled: "the job was cancelled",
};

function suspects({ ranking, range }: Looked): Diagnosis["suspects"] {
  const bySha = new Map(range.commits.map((commit) => [commit.sha, commit]));
  return ranking.ranked.slice(0, 5).map(({ sha, score: probability, reasons }) => ({
    sha,
    score: score(probability),
    reasons: reasons.slice(0, 6).map((reason) => tameLine(reason, 300)),
    subject: tameLine(bySha.get(sha)?.subject ?? "", 200),
    author: tameLine(bySha.get(sha)?.author ?? "", 100),
  }));
}

/** Four digits are all that a probability of ours can mean. */
function score(probability: number): number {
  return Math.min(1, Math.max(0, Math.round(probability * 10_000) / 10_000)) || 0;
}

/** What the claims stand on, so that a reader can look it up; ids of tool answers are explained by the tool. */
function cited(evidence: readonly Evidence[], { conclusion, transcripts }: Thought): Diagnosis["evidence"] {
  const wanted = new Set(conclusion.claims.flatMap((claim) => claim.evidence));
  const answers = (transcripts.at(-1)?.turns ?? []).flatMap(({ results }) => results);
  return [
    ...evidence.filter(({ id }) => wanted.has(id)).map(({ id, trust, title }) => ({ id, trust, title })),
    ...answers
      .filter(({ id }) => wanted.has(id))
      .map(({ id, tool }) => ({ id, trust: "outsider" as const, title: `answer of ${tool}` })),
  ].slice(0, 40);
}
