import type { Diagnosis } from "../incident/diagnosis.ts";
import type { Clock } from "../kernel/clock.ts";
import { digestOf } from "../kernel/digest.ts";
import type { Sha } from "../kernel/sha.ts";
import type { Policy } from "../policy/schema.ts";
import type { RankSuspects } from "./candidates.ts";
import { composeDiagnosis } from "./diagnosis.ts";
import { listEvidence } from "./evidence.ts";
import { look } from "./look.ts";
import type { Looked } from "./looked.ts";
import type { Mask } from "./mask.ts";
import { narrate, suspectLines } from "./narrate.ts";
import { computeOptions, culpritOf } from "./options.ts";
import { type PointedLine, pointedLines } from "./pointed-lines.ts";
import type { Eyes } from "./ports.ts";
import { PROMPT_VERSION, SYSTEM_PROMPT } from "./prompts/system.ts";
import { blastRadius } from "./radius/blast-radius.ts";
import type { Limits } from "./react/limits.ts";
import type { Reasoner } from "./reasoner.ts";
import { type Recording, recordingOf } from "./recording.ts";
import { tameLine } from "./tame.ts";
import { think } from "./think.ts";

/**
 * Works out which commit did it and how far it reaches: code gathers and ranks, a reasoner reads on and chooses its words.
 * It has eyes and no hands: it must never hold anything by which something could be changed.
 */
export async function analyse(incident: Case, parts: AnalysisParts): Promise<Analysis> {
  const { eyes, phase } = parts;
  const say = (line: string): void => parts.say(tameLine(parts.mask(line), LINE_CHARS));
  phase("Evidence");
  const looked = withMasked(await look(eyes, incident, parts.rank, say), parts.mask);
  phase("Suspects");
  for (const line of suspectLines(looked)) say(line);
  phase("Blast radius");
  const radius = await blastRadius(eyes.history, reachOf(looked, incident));
  say(radius.sentence ?? "");
  phase("Reasoning");
  const evidence = listEvidence(looked).map((piece) => ({
    ...piece,
    title: parts.mask(piece.title),
    text: parts.mask(piece.text),
  }));
  const options = computeOptions(looked, incident.policy);
  const thought = await think({ looked, evidence, options, ...incident }, parts.reasoner, {
    ...parts,
    watch: (_, event) => {
      for (const line of narrate(event)) say(line);
    },
  });
  const provenance = {
    model: (thought.by === parts.reasoner?.name ? parts.reasoner.model : undefined) ?? thought.by,
    prompt: digestOf([PROMPT_VERSION, SYSTEM_PROMPT]),
    evidence: digestOf(evidence),
  };
  const diagnosis: Diagnosis = { ...composeDiagnosis(looked, radius, evidence, thought), provenance };
  if (diagnosis.fellBack !== null) say(`fell back to the offline reasoner: ${diagnosis.fellBack}`);
  return {
    diagnosis,
    lines: pointedLines(looked).map((line) => ({ ...line, path: parts.mask(line.path) })),
    recording: recordingOf({ evidence, options }, parts.reasoner, thought, parts.limits),
  };
}

const LINE_CHARS = 700;

/** What is analysed, from the App's own memory. */
export type Case = {
  readonly good: Sha;
  readonly bad: Sha;
  readonly branch: string;
  /** As the memory names it, for example `deployment:production`. */
  readonly source: string;
  readonly policy: Policy;
};

export type AnalysisParts = {
  readonly eyes: Eyes;
  readonly rank: RankSuspects;
  /** Null: plain code. */
  readonly reasoner: Reasoner | null;
  readonly mask: Mask;
  readonly limits?: Limits;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** One line for whoever watches, masked and without control characters; the caller makes it safe for its place. */
  readonly say: (line: string) => void;
  /** A new part of the analysis begins. */
  readonly phase: (name: string) => void;
};

export type Analysis = {
  readonly diagnosis: Diagnosis;
  /** Of the first suspect, masked. */
  readonly lines: readonly PointedLine[];
  readonly recording: Recording;
};

/** What is quoted from logs goes on to people and pages, not only to a model: secrets go out of it here. */
function withMasked(looked: Looked, mask: Mask): Looked {
  const { ranking, symptom } = looked;
  return {
    ...looked,
    symptom: { ...symptom, headline: mask(symptom.headline), tests: symptom.tests.map(mask) },
    ranking: { ...ranking, ranked: ranking.ranked.map((one) => ({ ...one, reasons: one.reasons.map(mask) })) },
  };
}

/** The culprit's own files where one is named; else whatever went out since the last good revision. */
function reachOf(looked: Looked, incident: Case) {
  const culprit = culpritOf(looked);
  const { commits } = looked.range;
  const from = culprit === null ? commits.length - 1 : commits.findIndex(({ sha }) => sha === culprit);
  const subjects = culprit === null ? commits : commits.filter(({ sha }) => sha === culprit);
  return {
    paths: subjects.flatMap(({ files }) => files.map(({ path }) => path)),
    good: looked.good,
    bad: looked.bad,
    policyAreas: incident.policy.areas,
    contains: new Set(commits.slice(0, from + 1).map(({ sha }) => sha)),
    environments: looked.environments,
    failing: failingEnvironment(incident),
  };
}

/** Where it fails: the deployment's own environment, or the one that the policy says the monitor watches. */
function failingEnvironment({ source, policy }: Case): string | null {
  if (source.startsWith("deployment:")) return source.slice("deployment:".length);
  const watched = policy.signals.find((rule) => "anomaly" in rule && source === `anomaly:${rule.anomaly}`);
  return watched && "anomaly" in watched ? watched.environment : null;
}
