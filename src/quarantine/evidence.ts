import type { Reason } from "../incident/reason.ts";

/**
 * What counts as evidence that a revision is bad or good: one table for each kind of signal, and who must have made it.
 * It must never call something a failure because it is not a success.
 */

export type Verdict = "failing" | "passing" | "pending" | "inconclusive";

/** `inactive` says that something newer replaced it, nothing about whether it worked. */
const DEPLOYMENT_STATES: Readonly<Record<string, Verdict>> = {
  failure: "failing",
  error: "failing",
  success: "passing",
  inactive: "inconclusive",
  queued: "pending",
  pending: "pending",
  waiting: "pending",
  in_progress: "pending",
};

/** Of completed check runs and workflow runs. Cancelled is mostly a newer push; stale is GitHub giving up waiting. */
export const CONCLUSIONS: Readonly<Record<string, Verdict>> = {
  success: "passing",
  failure: "failing",
  timed_out: "failing",
  startup_failure: "failing",
  neutral: "inconclusive",
  cancelled: "inconclusive",
  skipped: "inconclusive",
  stale: "inconclusive",
  action_required: "inconclusive",
};

export function deploymentVerdict(state: string): Verdict {
  return DEPLOYMENT_STATES[state] ?? "inconclusive";
}

export function runVerdict(status: string, conclusion: string | null): Verdict {
  if (status !== "completed") return "pending";
  return CONCLUSIONS[conclusion ?? ""] ?? "inconclusive";
}

/** Events whose workflow runs speak of the branch itself and not of somebody's proposal. */
const OWN_EVENTS: readonly string[] = ["push", "merge_group", "schedule", "workflow_dispatch"];

export type RunOrigin = {
  readonly event: string;
  readonly headBranch: string | null;
  readonly headSha: string;
  readonly headRepositoryId: number | null;
};

/** Why a workflow run is no evidence about this revision of this branch; null when it is. */
export function doubtOfRun(
  run: RunOrigin,
  wanted: { readonly repoId: number; readonly branch: string; readonly sha: string },
): Reason | null {
  if (run.headRepositoryId !== wanted.repoId) return "evidence-from-fork";
  if (!OWN_EVENTS.includes(run.event)) return "evidence-from-fork";
  if (run.headBranch !== wanted.branch || run.headSha !== wanted.sha) return "evidence-superseded";
  return null;
}

export type Creator = { readonly login: string; readonly type: string };

/**
 * Why a deployment status is no evidence; null when it is. Anyone who may write can set one by hand, so without a list in the
 * policy only an App's or a workflow's word counts, whose key a person does not have.
 */
export function doubtOfDeployer(creator: Creator | null, trusted: readonly string[] | undefined): Reason | null {
  if (creator === null) return "evidence-untrusted";
  if (trusted !== undefined) return trusted.includes(creator.login) ? null : "evidence-untrusted";
  return creator.type === "Bot" ? null : "evidence-untrusted";
}
