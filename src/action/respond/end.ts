import type { Reason } from "../../incident/reason.ts";
import type { AskRecord, Outcome } from "../../incident/report.ts";
import type { Sha } from "../../kernel/sha.ts";
import type { Plan } from "../../rollback/plan.ts";

/** How a response ended, with everything that is told of it. */
export type End = {
  readonly reason: Reason;
  /** More words for the log: GitHub's or Auth0's own, a path, two shas. Hostile text. */
  readonly detail: string;
  readonly plan: Plan | null;
  readonly asks: readonly AskRecord[];
  readonly approver: string | null;
  readonly revertSha: Sha | null;
  readonly tokenThumbprint: string | null;
};

/** An end before anything was planned or asked. */
export const NOTHING: Omit<End, "reason"> = {
  detail: "",
  plan: null,
  asks: [],
  approver: null,
  revertSha: null,
  tokenThumbprint: null,
};

export function outcomeOf(reason: Reason): Outcome {
  return OUTCOMES[reason] ?? "held";
}

/** Every other end leaves the branch held and unchanged, for a reason that is nobody's answer and no broken promise. */
const OUTCOMES: Partial<Readonly<Record<Reason, Outcome>>> = {
  "rolled-back": "rolled-back",
  "denied-by-approver": "denied",
  "denied-earlier": "denied",
  "denied-meanwhile": "denied",
  "approval-expired": "expired",
  "write-refused": "failed",
  "write-unknown": "failed",
  "read-back-differs": "failed",
  "internal-error": "failed",
};

/** Ends that are as wished: the job succeeds. */
export function isSuccess(reason: Reason): boolean {
  return reason === "rolled-back" || reason === "nothing-to-do" || reason === "verdict-hold";
}

/** Of the step that failed, so that a script around it can tell a "not yet" from a "no"; both as in sysexits(3). */
export function exitCodeOf(reason: Reason): number {
  const outcome = outcomeOf(reason);
  if (outcome === "expired") return 75;
  return outcome === "denied" ? 77 : 1;
}
