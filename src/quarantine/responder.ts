import { RESPONDER_REF } from "../incident/names.ts";
import type { Reason } from "../incident/reason.ts";

/**
 * Whether the responder may be started: what runs with our secrets must come from a branch that the author of the bad commit
 * cannot change. It must never say yes where it could not see.
 */
export function judgeResponder(seen: {
  readonly hasWorkflow: boolean;
  readonly rules: readonly string[];
  readonly isProtected: boolean;
  readonly environmentBranches: readonly string[] | null;
}): Reason | "ready" {
  if (!seen.hasWorkflow) return "responder-missing";
  const isGuarded = seen.rules.includes("update") || seen.rules.includes("pull_request") || seen.isProtected;
  const isAlone = seen.environmentBranches?.every((name) => name === RESPONDER_REF) ?? false;
  return isGuarded && isAlone ? "ready" : "responder-unprotected";
}
