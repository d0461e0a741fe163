import type { Diagnosis } from "../incident/diagnosis.ts";
import { canonicalJson } from "../kernel/digest.ts";

/**
 * A diagnosis that fits the few notices by which a job reports: lists are shortened step by step, the longest and least
 * needed first, never the verdict, the option, the culprit or the words. Names of absurd length must not silence a report.
 */
export function compacted(diagnosis: Diagnosis, limit: number = REPORT_CHARS): Diagnosis {
  return STEPS.reduce((so, step) => (canonicalJson(so).length <= limit ? so : step(so)), diagnosis);
}

/** Well within ten notices of somewhat under four thousand characters, which is what the runner keeps of a step. */
export const REPORT_CHARS = 26_000;

type Step = (diagnosis: Diagnosis) => Diagnosis;

const STEPS: readonly Step[] = [
  (whole) => withEvidence(whole, 16, 80),
  (whole) => withRadius(whole, 10, 120),
  (whole) => withSuspects(whole, 2, 160),
  (whole) => ({ ...whole, notLookedAt: shorter(whole.notLookedAt, 6, 120) }),
  (whole) => withRadius(whole, 4, 60),
  (whole) => ({ ...whole, claims: whole.claims.slice(0, 4) }),
  (whole) => withSuspects(withEvidence(whole, 8, 40), 1, 80),
  (whole) => withRadius(whole, 1, 40),
];

function withEvidence(whole: Diagnosis, most: number, chars: number): Diagnosis {
  if (whole.evidence === undefined) return whole;
  return { ...whole, evidence: whole.evidence.slice(0, most).map((one) => ({ ...one, title: cut(one.title, chars) })) };
}

function withSuspects(whole: Diagnosis, most: number, chars: number): Diagnosis {
  const suspects = whole.suspects.map((one) => ({ ...one, reasons: shorter(one.reasons, most, chars) }));
  return { ...whole, suspects };
}

function withRadius(whole: Diagnosis, most: number, chars: number): Diagnosis {
  const { paths, dependents, ...radius } = whole.blastRadius;
  return {
    ...whole,
    blastRadius: {
      ...radius,
      areas: shorter(radius.areas, most, chars),
      owners: shorter(radius.owners, most, chars),
      environments: shorter(radius.environments, most, chars),
      touches: shorter(radius.touches, most, chars),
      notLookedAt: shorter(radius.notLookedAt, most, chars),
      ...(paths === undefined ? {} : { paths: shorter(paths, most, chars) }),
      ...(dependents === undefined ? {} : { dependents: shorter(dependents, most, chars) }),
    },
  };
}

function shorter(values: readonly string[], most: number, chars: number): string[] {
  return values.slice(0, most).map((value) => cut(value, chars));
}

function cut(text: string, chars: number): string {
  return text.slice(0, chars).toWellFormed();
}
