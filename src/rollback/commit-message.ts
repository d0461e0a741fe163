import type { Person } from "../policy/schema.ts";
import { type Plan, planCode, planDigest } from "./plan.ts";

export const INCIDENT_TRAILER = "Sentinel-Incident";
export const PLAN_TRAILER = "Sentinel-Plan";

/**
 * In plain words, and only from the plan: nothing in it was written by a commit's author or a model. `record` is where the job's
 * record stood, so that the commit anchors it.
 */
export function commitMessage(plan: Plan, approvers: readonly Person[], record: string | null): string {
  return [
    commitTitle(plan),
    "",
    `This undoes ${countOf(plan)}, newest first:`,
    ...plan.undoes.slice(0, MOST_NAMED).map((sha) => `- ${sha}`),
    ...(plan.undoes.length > MOST_NAMED ? [`- and ${plan.undoes.length - MOST_NAMED} more`] : []),
    "",
    plan.kind === "restore-last-good"
      ? `The tree is that of ${plan.lastGood}.`
      : "Only the commits named here are undone; later work stays.",
    `Approved as plan ${planCode(plan)}.`,
    "",
    ...trailers(plan, approvers, record),
    "",
  ].join("\n");
}

export function commitTitle(plan: Plan): string {
  return plan.kind === "restore-last-good"
    ? `Restore ${shown(plan.branch)} to ${plan.lastGood.slice(0, 12)}`
    : `Revert ${countOf(plan)} on ${shown(plan.branch)}`;
}

/** A branch may be named with characters that nobody sees. */
function shown(branch: string): string {
  return branch.replace(/\p{Default_Ignorable_Code_Point}/gu, "");
}

const MOST_NAMED = 20;

function countOf({ undoes }: Plan): string {
  return undoes.length === 1 ? "1 commit" : `${undoes.length} commits`;
}

function trailers(plan: Plan, approvers: readonly Person[], record: string | null): readonly string[] {
  return [
    `${INCIDENT_TRAILER}: #${plan.incident}`,
    `${PLAN_TRAILER}: ${planDigest(plan)}`,
    ...approvers.map(({ github, id }) => `Sentinel-Approved-By: ${github} (${id})`),
    ...(record === null ? [] : [`Sentinel-Record: ${record}`]),
  ];
}
