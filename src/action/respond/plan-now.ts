import type { Git } from "../../adapters/git.ts";
import { coAuthorAddresses } from "../../adapters/github-co-authors.ts";
import { type JobGitHub, namedIn } from "../../adapters/github-job.ts";
import type { Partaker } from "../../approval/who.ts";
import type { PlanKind } from "../../incident/diagnosis.ts";
import type { Memory } from "../../incident/memory.ts";
import type { Reason } from "../../incident/reason.ts";
import type { Sha } from "../../kernel/sha.ts";
import { computePlan } from "../../rollback/compute.ts";
import type { Plan } from "../../rollback/plan.ts";
import type { ActionContext } from "../context.ts";
import type { RespondInputs } from "../inputs.ts";

/** Which plan is wanted. Everything in it comes from the App's memory and from GitHub, but the kind and the suspects. */
export type Wish = {
  readonly memory: Memory;
  readonly kind: PlanKind;
  readonly suspects: readonly Sha[];
  readonly head: Sha;
  readonly lastGood: Sha;
};

export type Planned =
  | {
      readonly kind: "plan";
      readonly plan: Plan;
      /** Who made what is undone, by git's names and GitHub's accounts. */
      readonly makers: readonly Partaker[];
      /** Of co-authors: who they are, GitHub must be asked. */
      readonly addresses: readonly string[];
      /** The first-parent line above last good, newest first. */
      readonly line: readonly Sha[];
      /** Every commit whose work goes, merged ones too. */
      readonly undone: readonly Sha[];
    }
  | { readonly kind: "none"; readonly reason: Reason; readonly detail: string };

/** Computes the plan from scratch: a fresh comparison, read into the empty scratch repository `git`. */
export async function planNow(
  { env }: ActionContext<RespondInputs>,
  github: JobGitHub,
  git: Git,
  wish: Wish,
): Promise<Planned> {
  const { memory, kind, suspects, head, lastGood } = wish;
  const { range, accounts } = await github.compare(lastGood, head);
  const computed = await computePlan(git, {
    repoId: env.repo.id,
    repo: `${env.repo.owner}/${env.repo.name}`,
    branch: memory.branch,
    incident: memory.incident,
    kind,
    suspects,
    head,
    lastGood,
    range,
    policy: memory.policy,
    severity: memory.severity,
  });
  if (computed.kind === "none") return computed;
  const undone = new Set(computed.undone.map(({ sha }) => sha));
  const known = accounts.filter(({ sha }) => undone.has(sha)).map(({ partaker }) => partaker);
  const { plan, line } = computed;
  return {
    kind: "plan",
    plan,
    makers: [...known, ...namedIn(computed.undone)],
    addresses: coAuthorAddresses(computed.undone),
    line,
    undone: [...undone],
  };
}
