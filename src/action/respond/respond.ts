import { createAuth0Approval } from "../../adapters/auth0-approval.ts";
import { createAuth0Vault } from "../../adapters/auth0-vault.ts";
import { GitError } from "../../adapters/git.ts";
import { createJobGitHub, type JobGitHub } from "../../adapters/github-job.ts";
import { GitHubError, type GitHubRequest } from "../../adapters/github-request.ts";
import { createRollbackWriter } from "../../adapters/github-user.ts";
import type { Grant } from "../../approval/grant.ts";
import { requestPower } from "../../approval/step-up.ts";
import { explain, type Reason } from "../../incident/reason.ts";
import type { Secret } from "../../kernel/secret.ts";
import { plainText } from "../../notice/safe-text.ts";
import { revert } from "../../rollback/perform.ts";
import { type Plan, planCode, planDigest } from "../../rollback/plan.ts";
import { redeem } from "../../vault/credential.ts";
import type { ActionContext } from "../context.ts";
import { type FoundIncident, findIncident } from "../find-incident.ts";
import type { RespondInputs } from "../inputs.ts";
import { approve } from "./approve.ts";
import { createDesk, type Desk } from "./desk.ts";
import type { End } from "./end.ts";
import { findOurRevert } from "./our-revert.ts";
import { type Planned, planNow, type Wish } from "./plan-now.ts";
import { readWish } from "./wish.ts";

/**
 * The phase `respond`: plan, ask, wait, redeem, revert. It must never believe the analysis beyond its choice, hold a power before
 * somebody's yes, or end a refusal as a success.
 */
export async function respond(context: ActionContext<RespondInputs>, connect: Connect): Promise<void> {
  const github = createJobGitHub(context.github, context.env.repo);
  const desk = createDesk(context, github);
  const { end, sealed } = await run(context, github, desk, connect).catch((error: unknown) => ({
    end: failure(error),
    sealed: null,
  }));
  await desk.close(end, sealed);
}

/** GitHub in the name of whoever this token belongs to. */
export type Connect = (token: Secret) => GitHubRequest;

type Parts = {
  readonly context: ActionContext<RespondInputs>;
  readonly github: JobGitHub;
  readonly desk: Desk;
  readonly connect: Connect;
};

type Run = { readonly end: End; readonly sealed: string | null };

async function run(
  context: ActionContext<RespondInputs>,
  github: JobGitHub,
  desk: Desk,
  connect: Connect,
): Promise<Run> {
  const { inputs, env, output } = context;
  const found = await findIncident(context.github, env.repo, inputs);
  if (found.kind === "refused") return ended(found.reason);
  const wish = readWish(inputs.proposal, found, env.repo.id);
  if (wish.kind === "refused") return ended(wish.reason, wish.detail);
  const done = await findOurRevert(context.github, env.repo, found.memory, wish.head);
  if (done !== null) {
    output.line(`The branch already stands on ${done}, the rollback of this incident; its tree is that of last good.`);
    return { end: { ...NOTHING, reason: "rolled-back", revertSha: done }, sealed: null };
  }
  const planned = await planNow(context, github, wish);
  if (planned.kind === "none") return ended(planned.reason, planned.detail);
  showPlan(context, planned.plan);
  return gate({ context, github, desk, connect }, found, wish, planned);
}

/** From the plan to the branch: each step needs what only the one before can make. */
async function gate(
  { context, github, desk, connect }: Parts,
  found: FoundIncident,
  wish: Wish,
  planned: Extract<Planned, { kind: "plan" }>,
): Promise<Run> {
  const { inputs, output, signal } = context;
  const { plan } = planned;
  const refused = requestPower(planDigest(plan), null);
  if (refused.kind === "denied") output.line(`Refused (${refused.reason}): ${explain(refused.reason)}`);
  const movers = await github.movers(plan.branch, planned.undone, plan.lastGood);
  const server = createAuth0Approval(inputs.auth0, inputs.auth0.audience);
  const approved = await approve({ context, server, desk }, found.memory, plan, [...planned.makers, ...movers]);
  const told = { ...NOTHING, plan, asks: approved.asks };
  if (approved.kind === "not-granted")
    return { end: { ...told, reason: approved.reason, detail: approved.detail }, sealed: approved.sealed };
  const power = requestPower(planDigest(plan), approved.grant);
  if (power.kind === "denied") return { end: { ...told, reason: power.reason }, sealed: null };
  if (signal.aborted) return { end: { ...told, reason: "cancelled" }, sealed: null };
  const end = await execute({ context, github, desk, connect }, found.rulesetId, wish, plan, power.grant);
  return { end: { ...told, ...end }, sealed: null };
}

/** Redeems the grant and runs the plan; whatever happens, the credential is dropped. */
async function execute(
  { context, github, connect }: Parts,
  rulesetId: number,
  wish: Wish,
  plan: Plan,
  grant: Grant,
): Promise<Partial<End> & Pick<End, "reason">> {
  const { inputs, env, output, clock } = context;
  const { domain, privateKey, vaultClientId, connection } = inputs.auth0;
  const vault = createAuth0Vault({ domain, privateKey, clientId: vaultClientId }, connection, output.mask);
  const redeemed = await redeem(vault, grant, planDigest(plan), clock.now());
  const approver = grant.approver.github;
  if (redeemed.kind === "refused") return { reason: redeemed.reason, detail: redeemed.detail, approver };
  const { credential } = redeemed;
  const told = { approver, tokenThumbprint: credential.thumbprint };
  try {
    output.line(`Token Vault released a GitHub token of ${approver} for plan ${planCode(plan)} alone.`);
    const writer = createRollbackWriter(connect(credential.token()), env.repo);
    const recompute = async (): Promise<Plan | null> => {
      const again = await planNow(context, github, wish);
      return again.kind === "plan" ? again.plan : null;
    };
    const reverted = await revert(plan, credential, { writer, rulesetId, recompute });
    if (reverted.kind === "refused") return { ...told, reason: reverted.reason, detail: reverted.detail };
    output.line(`${plan.branch} now stands on ${reverted.sha}; read back, it is what was approved.`);
    return { ...told, reason: "rolled-back", revertSha: reverted.sha };
  } catch (error) {
    return { ...told, ...readFailure(error) };
  } finally {
    credential.drop();
  }
}

function showPlan({ output }: ActionContext<RespondInputs>, plan: Plan): void {
  const count = plan.undoes.length;
  output.line(`Plan ${planCode(plan)}: ${plan.kind} on ${plan.branch}, needs ${plan.severity}.`);
  output.line(`  expected head  ${plan.expectedHead}`);
  output.line(`  resulting tree ${plan.resultingTree}`);
  output.line(`  undoes         ${count} ${count === 1 ? "commit" : "commits"}`);
  for (const sha of plan.undoes.slice(0, 10)) output.line(`                 ${sha}`);
  for (const { kind, path, line, why } of plan.risks.slice(0, 20))
    output.line(`  risk           ${plainText(`${kind}: ${path}${line === null ? "" : `:${line}`}: ${why}`, 300)}`);
  output.line(`  digest         ${planDigest(plan)}`);
}

const NOTHING: Omit<End, "reason"> = {
  detail: "",
  plan: null,
  asks: [],
  approver: null,
  revertSha: null,
  tokenThumbprint: null,
};

function ended(reason: Reason, detail = ""): Run {
  return { end: { ...NOTHING, reason, detail }, sealed: null };
}

function failure(error: unknown): End {
  return { ...NOTHING, ...readFailure(error) };
}

/** What was thrown, as an end. What is neither GitHub's nor git's is a broken promise of ours. */
function readFailure(error: unknown): Pick<End, "reason" | "detail"> {
  const detail = error instanceof Error ? error.message : "no words";
  if (error instanceof GitError) return { reason: "github-unavailable", detail };
  if (!(error instanceof GitHubError)) return { reason: "internal-error", detail };
  const isDown = error.code === "unavailable" || error.code === "limited";
  return { reason: isDown ? "github-unavailable" : "github-refused", detail };
}
