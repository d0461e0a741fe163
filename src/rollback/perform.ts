import type { Reason } from "../incident/reason.ts";
import type { Sha } from "../kernel/sha.ts";
import type { Person } from "../policy/schema.ts";
import type { Credential } from "../vault/credential.ts";
import { type Plan, planCode, planDigest } from "./plan.ts";

/**
 * Runs one approved plan with the approver's own rights. It must never run anything but the plan whose digest the credential
 * was released for, never force a ref, and never use the credential for anything else.
 */
export type RollbackWriter = {
  /** Numeric id of the person whose token this is. */
  whoAmI(): Promise<number>;
  /** What the hold's ruleset lets this person do. */
  bypass(rulesetId: number): Promise<string>;
  head(branch: string): Promise<Sha | null>;
  createCommit(commit: { readonly message: string; readonly tree: Sha; readonly parent: Sha }): Promise<Sha>;
  /** Fast-forward only. Throws when GitHub refuses or does not answer. */
  moveBranch(branch: string, to: Sha): Promise<void>;
  readCommit(sha: Sha): Promise<{ readonly tree: Sha; readonly parents: readonly Sha[] }>;
};

export type Reverted =
  | { readonly kind: "rolled-back"; readonly sha: Sha }
  | { readonly kind: "refused"; readonly reason: Reason; readonly detail: string };

/**
 * `recompute` makes the plan again from scratch; `refusal` names GitHub's words when a write throws. Each check comes before
 * the first write; the write is judged by reading back what stands on the branch, also when its answer was lost.
 */
export async function revert(
  plan: Plan,
  credential: Credential,
  ports: {
    readonly writer: RollbackWriter;
    readonly rulesetId: number;
    readonly recompute: () => Promise<Plan | null>;
  },
): Promise<Reverted> {
  const { writer } = ports;
  if (credential.digest !== planDigest(plan)) return refused("plan-changed", "the credential is for another plan");
  if ((await writer.whoAmI()) !== credential.approver.id)
    return refused("credential-not-theirs", `expected GitHub user ${credential.approver.id}`);
  const bypass = await writer.bypass(ports.rulesetId);
  if (bypass !== "always") return refused("bypass-missing", `GitHub says: ${bypass}`);
  const again = await ports.recompute();
  if (again === null || planDigest(again) !== credential.digest)
    return refused("plan-changed", "computed again from scratch, it is another plan");
  const head = await writer.head(plan.branch);
  if (head !== plan.expectedHead) return refused("head-moved", `expected ${plan.expectedHead}, found ${head}`);
  return write(plan, credential.approver, writer);
}

async function write(plan: Plan, approver: Person, writer: RollbackWriter): Promise<Reverted> {
  const message = commitMessage(plan, approver);
  let commit: Sha;
  try {
    commit = await writer.createCommit({ message, tree: plan.resultingTree, parent: plan.expectedHead });
  } catch (error) {
    return refused("write-refused", said(error));
  }
  const refusal = await writer.moveBranch(plan.branch, commit).then(() => null, said);
  return judge(plan, commit, refusal, writer);
}

async function judge(plan: Plan, commit: Sha, refusal: string | null, writer: RollbackWriter): Promise<Reverted> {
  const head = await writer.head(plan.branch);
  if (head !== commit) {
    if (head !== plan.expectedHead) return refused("head-moved", `expected ${plan.expectedHead}, found ${head}`);
    return refused("write-refused", refusal ?? "GitHub took the write, but the branch stands where it stood");
  }
  const { tree, parents } = await writer.readCommit(commit);
  const isAsPlanned = tree === plan.resultingTree && parents.length === 1 && parents[0] === plan.expectedHead;
  return isAsPlanned
    ? { kind: "rolled-back", sha: commit }
    : refused("read-back-differs", `tree ${tree}, parents ${parents.join(" ")}`);
}

export const INCIDENT_TRAILER = "Sentinel-Incident";
export const PLAN_TRAILER = "Sentinel-Plan";

/** In plain words, and only from the plan: nothing in it was written by a commit's author or a model. */
export function commitMessage(plan: Plan, approver: Person): string {
  const count = plan.undoes.length === 1 ? "1 commit" : `${plan.undoes.length} commits`;
  const [subject, what] =
    plan.kind === "restore-last-good"
      ? [`Restore ${plan.branch} to ${plan.lastGood.slice(0, 12)}`, `The tree is that of ${plan.lastGood}.`]
      : [`Revert ${count} on ${plan.branch}`, "Only the commits named here are undone; later work stays."];
  return [
    subject,
    "",
    `This undoes ${count}, newest first:`,
    ...plan.undoes.slice(0, 20).map((sha) => `- ${sha}`),
    ...(plan.undoes.length > 20 ? [`- and ${plan.undoes.length - 20} more`] : []),
    "",
    what,
    `Approved as plan ${planCode(plan)}.`,
    "",
    `${INCIDENT_TRAILER}: #${plan.incident}`,
    `${PLAN_TRAILER}: ${planDigest(plan)}`,
    `Sentinel-Approved-By: ${approver.github} (${approver.id})`,
    "",
  ].join("\n");
}

function refused(reason: Reason, detail: string): Reverted {
  return { kind: "refused", reason, detail };
}

function said(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 500) : "no words";
}
