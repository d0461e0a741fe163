import { createAuth0Vault } from "../../adapters/auth0-vault.ts";
import type { Git } from "../../adapters/git.ts";
import { pushedFrom } from "../../adapters/git-push.ts";
import type { JobGitHub } from "../../adapters/github-job.ts";
import type { GitHubRequest } from "../../adapters/github-request.ts";
import { createRollbackWriter, redeploy } from "../../adapters/github-user.ts";
import type { Grant } from "../../approval/grant.ts";
import type { Secret } from "../../kernel/secret.ts";
import { plainText } from "../../notice/safe-text.ts";
import { revert } from "../../rollback/perform.ts";
import { type Plan, planCode, planDigest } from "../../rollback/plan.ts";
import { type Credential, redeem } from "../../vault/credential.ts";
import type { ActionContext } from "../context.ts";
import type { RespondInputs } from "../inputs.ts";
import { type End, readFailure } from "./end.ts";
import type { Ledger } from "./ledger.ts";
import { planNow, type Wish, withScratch } from "./plan-now.ts";

/** GitHub in the name of whoever this token belongs to. */
export type Connect = (token: Secret) => GitHubRequest;

export type Execution = {
  readonly context: ActionContext<RespondInputs>;
  readonly github: JobGitHub;
  readonly connect: Connect;
  readonly ledger: Ledger;
  readonly rulesetId: number;
};

/** What `execute` knows of the end; the caller knows the rest. */
export type Executed = Pick<End, "reason"> & Partial<End>;

/** Redeems the grant and runs the plan; whatever happens, the credential is dropped. */
export async function execute(execution: Execution, wish: Wish, plan: Plan, grant: Grant): Promise<Executed> {
  const { context, ledger } = execution;
  const { inputs, output, clock } = context;
  const { domain, privateKey, vaultClientId, connection } = inputs.auth0;
  const vault = createAuth0Vault({ domain, privateKey, clientId: vaultClientId }, connection, output.mask);
  const redeemed = await redeem(vault, grant, planDigest(plan), clock.now());
  const approver = grant.approver.github;
  if (redeemed.kind === "refused") return { reason: redeemed.reason, detail: redeemed.detail, approver };
  const { credential } = redeemed;
  const told = { approver, tokenThumbprint: credential.thumbprint };
  const person = { id: grant.approver.id, login: approver };
  ledger.add({
    kind: "credential",
    reason: null,
    person,
    digests: { plan: planDigest(plan) },
    token: credential.thumbprint,
  });
  output.line(`Token Vault released a GitHub token of ${approver} for plan ${planCode(plan)} alone.`);
  try {
    return { ...told, ...(await withScratch(context, (git) => run(execution, wish, plan, credential, git))) };
  } catch (error) {
    return { ...told, ...readFailure(error) };
  } finally {
    credential.drop();
  }
}

async function run(
  { context, github, connect, ledger, rulesetId }: Execution,
  wish: Wish,
  plan: Plan,
  credential: Credential,
  git: Git,
): Promise<Executed> {
  const { env, output } = context;
  const request = connect(credential.token());
  const push = plan.kind === "restore-last-good" ? null : pushedFrom(git, credential.token(), credential.approver);
  const writer = createRollbackWriter(request, env.repo, push);
  const recompute = async (): Promise<Plan | null> => {
    const again = await planNow(context, github, git, wish);
    return again.kind === "plan" ? again.plan : null;
  };
  const reverted = await revert(plan, credential, { writer, rulesetId, recompute, record: ledger.head() });
  if (reverted.kind === "refused") return { reason: reverted.reason, detail: reverted.detail };
  const { sha: commit, tree, parent } = reverted;
  const person = { id: credential.approver.id, login: credential.approver.github };
  ledger.add({
    kind: "rolled-back",
    reason: "rolled-back",
    person,
    digests: { plan: planDigest(plan) },
    refs: { commit, tree, parent },
    token: credential.thumbprint,
  });
  output.line(`${plan.branch} now stands on ${commit}; read back, it is what was approved.`);
  if (wish.memory.policy.rollback.redeploy) await deployAgain(context, request, wish, commit);
  return { reason: "rolled-back", revertSha: commit };
}

/** Where a push does not deploy by itself. It never undoes a success: the branch is right, whatever comes of this. */
async function deployAgain(
  { env, output }: ActionContext<RespondInputs>,
  request: GitHubRequest,
  { memory }: Wish,
  commit: string,
): Promise<void> {
  const environment = /^deployment:(.+)$/.exec(memory.source)?.[1];
  if (environment === undefined) return output.line("Nothing is deployed again: the incident is of no environment.");
  try {
    await redeploy(request, env.repo, commit, environment);
    output.line(`Asked for a deployment of the rollback to ${plainText(environment, 100)}.`);
  } catch (error) {
    const said = error instanceof Error ? error.message : "no words";
    output.warning(`The rollback stands, but its deployment could not be asked for: ${plainText(said, 300)}`);
  }
}
