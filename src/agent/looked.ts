import type { EvidenceNote } from "../incident/diagnosis.ts";
import type { Sha } from "../kernel/sha.ts";
import type { BlamedLine } from "./blamed-lines.ts";
import type { CommitRange, EarlierIncident, EarlierRun, EnvironmentState, Eyes, FailedDeployment } from "./ports.ts";
import type { Candidate, Ranking } from "./suspects/types.ts";
import type { Symptom } from "./symptom/symptom.ts";

/** Everything the code found before any reasoner was asked. `null` in a field: it could not be looked at. */
export type Looked = {
  readonly eyes: Eyes;
  readonly good: Sha;
  readonly bad: Sha;
  readonly range: CommitRange;
  readonly candidates: readonly Candidate[];
  readonly diffs: ReadonlyMap<Sha, string>;
  readonly symptom: Symptom;
  readonly deployment: FailedDeployment | null;
  readonly environments: readonly EnvironmentState[] | null;
  readonly earlierRuns: readonly EarlierRun[] | null;
  readonly earlierIncidents: readonly EarlierIncident[] | null;
  readonly members: ReadonlySet<Sha>;
  /** Lines that the stack names, and who of the range wrote them; the ranking has weighed them. */
  readonly blamed: readonly BlamedLine[];
  readonly ranking: Ranking;
  readonly notLookedAt: readonly string[];
};

/** A piece of evidence: its note, and the text that a reasoner may read. */
export type Evidence = EvidenceNote & { readonly text: string };
