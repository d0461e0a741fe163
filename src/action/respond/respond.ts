import { createAuth0Approval } from "../../adapters/auth0-approval.ts";
import { createJobGitHub } from "../../adapters/github-job.ts";
import { requestPower } from "../../approval/step-up.ts";
import { explain, type Reason } from "../../incident/reason.ts";
import { plainText } from "../../notice/safe-text.ts";
import { type Plan, planCode, planDigest } from "../../rollback/plan.ts";
import type { ActionContext } from "../context.ts";
import { type FoundIncident, findIncident } from "../find-incident.ts";
import type { RespondInputs } from "../inputs.ts";
import { approve } from "./approve.ts";
import { createDesk, type Desk } from "./desk.ts";
import { type End, readFailure } from "./end.ts";
import { type Connect, type Execution, execute } from "./execute.ts";
import { createLedger } from "./ledger.ts";
import { findOurRevert } from "./our-revert.ts";
import { type Planned, planNow, type Wish, withScratch } from "./plan-now.ts";
import { readWish } from "./wish.ts";

/**
 * The phase `respond`: plan, ask, wait, redeem, revert. It must never believe the analysis beyond its choice, hold a power before
 * somebody's yes, or end a refusal as a success.
 */
export async function respond(context: ActionContext<RespondInputs>, connect: Connect): Promise<void> {
  const { env, inputs, clock } = context;
  const chain = `respond:${env.runId}/${env.attempt}`;
  const ledger = createLedger({ repo: env.repo.id, incident: inputs.incident, chain }, clock);
  const github = createJobGitHub(context.github, env.repo);
  const desk = createDesk(context, github, ledger);
  const { end, sealed } = await run({ context, github, connect, ledger, desk }).catch((error: unknown) => ({
    end: { ...NOTHING, ...readFailure(error) },
    sealed: null,
  }));
  ledger.add({ kind: "ended", reason: end.reason, ...(end.plan ? { digests: { plan: planDigest(end.plan) } } : {}) });
  await desk.close(end, sealed);
}

type Parts = Omit<Execution, "rulesetId"> & { readonly desk: Desk };
type Run = { readonly end: End; readonly sealed: string | null };

async function run(parts: Parts): Promise<Run> {
  const { context, github } = parts;
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
  const planned = await withScratch(context, (git) => planNow(context, github, git, wish));
  if (planned.kind === "none") return ended(planned.reason, planned.detail);
  return gate(parts, found, wish, planned);
}

/** From the plan to the branch: each step needs what only the one before can make. */
async function gate(
  parts: Parts,
  found: FoundIncident,
  wish: Wish,
  { plan, makers, undone }: Extract<Planned, { kind: "plan" }>,
): Promise<Run> {
  const { context, github, ledger, desk } = parts;
  const { inputs, output, signal } = context;
  const digest = planDigest(plan);
  showPlan(context, plan);
  ledger.add({ kind: "planned", reason: null, digests: { plan: digest, policy: plan.policyDigest } });
  const refused = requestPower(digest, null);
  if (refused.kind === "denied") {
    output.line(`Refused (${refused.reason}): ${explain(refused.reason)}`);
    ledger.add({ kind: "refused", reason: refused.reason, digests: { plan: digest } });
  }
  const movers = await github.movers(plan.branch, undone, plan.lastGood);
  const server = createAuth0Approval(inputs.auth0, inputs.auth0.audience);
  const approved = await approve({ context, server, desk, ledger }, found.memory, plan, [...makers, ...movers]);
  const told = { ...NOTHING, plan, asks: approved.asks };
  if (approved.kind === "not-granted")
    return { end: { ...told, reason: approved.reason, detail: approved.detail }, sealed: approved.sealed };
  const power = requestPower(digest, approved.grant);
  if (power.kind === "denied") return { end: { ...told, reason: power.reason }, sealed: null };
  if (signal.aborted) return { end: { ...told, reason: "cancelled" }, sealed: null };
  const executed = await execute({ ...parts, rulesetId: found.rulesetId }, wish, plan, power.grant);
  return { end: { ...told, ...executed }, sealed: null };
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
