import type { PlanKind } from "../incident/diagnosis.ts";
import { digestOf, shortCode } from "../kernel/digest.ts";
import type { Sha } from "../kernel/sha.ts";
import type { RiskKind, Severity } from "../policy/schema.ts";

/** Something a rollback may break or lose, found by code in the diff that would be applied. */
export type Risk = {
  readonly kind: RiskKind;
  readonly path: string;
  /** 1-based line in the file on the side that shows it; null where the file as a whole is the risk. */
  readonly line: number | null;
  readonly why: string;
};

/**
 * Exactly what would run. It holds no time: an approval expires, a plan does not. Computed by code from git alone, and
 * computed again from scratch before it runs; another digest means another plan, and nothing runs.
 */
export type Plan = {
  readonly v: 1;
  readonly repoId: number;
  readonly repo: string;
  readonly branch: string;
  readonly incident: number;
  readonly kind: PlanKind;
  /** The branch must stand here when it runs; the new commit's only parent. */
  readonly expectedHead: Sha;
  readonly lastGood: Sha;
  /** First-parent commits undone, newest first. */
  readonly undoes: readonly Sha[];
  readonly resultingTree: Sha;
  readonly risks: readonly Risk[];
  /** The severity whose approvers must say yes, after risks. */
  readonly severity: Severity;
  readonly policyDigest: string;
};

/** SHA-256 of the RFC 8785 form: any change of any field changes it. */
export function planDigest(plan: Plan): string {
  const known = digests.get(plan);
  if (known !== undefined) return known;
  const digest = digestOf(plan);
  digests.set(plan, digest);
  return digest;
}

/** A plan is made once, frozen, and asked for its digest at every step. */
const digests = new WeakMap<Plan, string>();

export function planCode(plan: Plan): string {
  return shortCode(planDigest(plan));
}
