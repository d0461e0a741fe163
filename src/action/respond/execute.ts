import type { Grant } from "../../approval/grant.ts";
import type { Sha } from "../../kernel/sha.ts";
import { type RevertPorts, type RollbackWriter, revert } from "../../rollback/perform.ts";
import { type Plan, planCode, planDigest } from "../../rollback/plan.ts";
import { type Credential, redeem, type TokenVault } from "../../vault/credential.ts";
import type { ActionContext } from "../context.ts";
import { readFailure } from "../failure.ts";
import type { RespondInputs } from "../inputs.ts";
import type { End } from "./end.ts";
import type { Ledger } from "./ledger.ts";

/** Lends what a credential is put to for the time of `use`, and takes it back whatever happens. */
export type Hands = <T>(credential: Credential, use: (hands: HandPorts) => Promise<T>) => Promise<T>;

export type HandPorts = {
  readonly writer: RollbackWriter;
  readonly recompute: RevertPorts["recompute"];
  /** What the policy wants done once the branch is right. */
  readonly afterwards: (commit: Sha) => Promise<void>;
};

export type ExecuteParts = {
  readonly context: Pick<ActionContext<RespondInputs>, "output" | "clock" | "signal">;
  readonly ledger: Ledger;
  readonly vault: TokenVault;
  readonly hands: Hands;
  /** Asked after the yes, before the token is asked for, and again right before the branch is written. */
  readonly objection: RevertPorts["objection"];
  /** Of the hold. */
  readonly rulesetId: number;
};

/** What `execute` knows of the end; the caller knows the rest. */
export type Executed = Pick<End, "reason"> & Partial<End>;

/** Redeems the grant and runs the plan; whatever happens, the credential is dropped. */
export async function execute(parts: ExecuteParts, plan: Plan, grant: Grant): Promise<Executed> {
  const { context, ledger, vault } = parts;
  const digests = { plan: planDigest(plan) };
  const redeemed = await redeem(vault, grant, digests.plan, context.clock.now());
  const approver = grant.approver.github;
  if (redeemed.kind === "refused") return { reason: redeemed.reason, detail: redeemed.detail, approver };
  const { credential } = redeemed;
  const told = { approver, tokenThumbprint: credential.thumbprint };
  const person = { id: grant.approver.id, login: approver };
  ledger.add({ kind: "credential", reason: null, person, digests, token: credential.thumbprint });
  context.output.line(`Token Vault released a GitHub token of ${approver} for plan ${planCode(plan)} alone.`);
  try {
    return { ...told, ...(await parts.hands(credential, (hands) => run(parts, plan, credential, hands))) };
  } catch (error) {
    return { ...told, ...readFailure(error) };
  } finally {
    credential.drop();
  }
}

async function run(
  { context, ledger, rulesetId, objection }: ExecuteParts,
  plan: Plan,
  credential: Credential,
  { writer, recompute, afterwards }: HandPorts,
): Promise<Executed> {
  // A cancelled job is killed within seconds, and what it knows is to be told before.
  const pause = (ms: number) =>
    context.clock.sleep(ms, context.signal).then(
      () => true,
      () => false,
    );
  const ports = { writer, rulesetId, recompute, objection, record: ledger.head(), now: context.clock.now, pause };
  const reverted = await revert(plan, credential, ports);
  if (reverted.kind === "refused") return { reason: reverted.reason, detail: reverted.detail };
  if (reverted.kind === "unknown")
    return { reason: "write-unknown", detail: reverted.detail, revertSha: reverted.commit };
  const { sha: commit, tree, parent } = reverted;
  ledger.add({
    kind: "rolled-back",
    reason: "rolled-back",
    person: { id: credential.approver.id, login: credential.approver.github },
    digests: { plan: planDigest(plan) },
    refs: { commit, tree, parent },
    token: credential.thumbprint,
  });
  context.output.line(`${plan.branch} now stands on ${commit}; read back, it is what was approved.`);
  await afterwards(commit);
  return { reason: "rolled-back", revertSha: commit };
}
