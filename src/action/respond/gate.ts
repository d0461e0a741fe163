import { requestPower } from "../../approval/step-up.ts";
import type { Partaker } from "../../approval/who.ts";
import type { Memory } from "../../incident/memory.ts";
import { explain } from "../../incident/reason.ts";
import { plainText } from "../../notice/safe-text.ts";
import { type Plan, planCode, planDigest } from "../../rollback/plan.ts";
import type { JobOutput } from "../context.ts";
import { readFailure } from "../failure.ts";
import { approve } from "./approve.ts";
import type { ApproveParts } from "./asking.ts";
import { bundleDigest } from "./bundle-digest.ts";
import { type End, NOTHING } from "./end.ts";
import { type ExecuteParts, execute } from "./execute.ts";

export type GateParts = ApproveParts & Omit<ExecuteParts, keyof ApproveParts>;
/** `sealed` is what a re-run may still find answered. */
export type Run = { readonly end: End; readonly sealed: string | null };

/**
 * From the plan to the branch: each step needs what only the one before can make. It must never reach `execute` but with a
 * grant for this very plan.
 */
export async function gate(parts: GateParts, memory: Memory, plan: Plan, partakers: readonly Partaker[]): Promise<Run> {
  const { context, ledger } = parts;
  const { output } = context;
  const digest = planDigest(plan);
  showPlan(output, plan);
  const bundle = bundleDigest();
  const digests = { plan: digest, policy: plan.policyDigest, ...(bundle === null ? {} : { bundle }) };
  ledger.add({ kind: "planned", reason: null, digests });
  const refused = requestPower(digest, null);
  if (refused.kind === "denied") {
    output.line(`Refused (${refused.reason}): ${explain(refused.reason)}`);
    ledger.add({ kind: "refused", reason: refused.reason, digests: { plan: digest } });
  }
  const approved = await approve(parts, memory, plan, partakers);
  const told = { ...NOTHING, plan, asks: approved.asks };
  if (approved.kind === "not-granted")
    return { end: { ...told, reason: approved.reason, detail: approved.detail }, sealed: approved.sealed };
  const power = requestPower(digest, approved.grant);
  if (power.kind === "denied") return { end: { ...told, reason: power.reason }, sealed: null };
  const objection = await parts.objection().catch(readFailure);
  if (objection !== null) {
    output.line(`The yes is not used (${objection.reason}): ${explain(objection.reason)}`);
    ledger.add({ kind: "refused", reason: objection.reason, digests: { plan: digest } });
    return { end: { ...told, ...objection }, sealed: null };
  }
  const executed = await execute(parts, plan, power.grant);
  return { end: { ...told, ...executed }, sealed: null };
}

function showPlan(output: JobOutput, plan: Plan): void {
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
