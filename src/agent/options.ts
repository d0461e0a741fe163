import type { PlanKind } from "../incident/diagnosis.ts";
import { shortSha } from "../kernel/sha.ts";
import type { Policy } from "../policy/schema.ts";
import { count } from "./count.ts";
import type { Looked } from "./looked.ts";

/** One thing that could be done, computed by code. The first of a list is what code itself would choose. */
export type Option = { readonly name: PlanKind | "hold"; readonly says: string };

/**
 * What may be proposed. An unsure culprit does not stand in the way of restoring the last good revision; only a range that
 * cannot be restored, or evidence that the change is not at fault, puts `hold` first.
 */
export function computeOptions(looked: Looked, policy: Policy): readonly Option[] {
  const restore: Option = {
    name: "restore-last-good",
    says: `put the tree of the last good revision ${shortSha(looked.good)} on top of the branch, undoing ${count(looked.range.commits.length, "commit")}`,
  };
  const hold: Option = { name: "hold", says: "change nothing; the branch stays held and a person decides" };
  if (!looked.range.goodIsAncestor || looked.range.commits.length === 0) return [hold];
  const culprit = culpritOf(looked);
  const revert: readonly Option[] =
    policy.rollback.strategy === "revert-suspects" && culprit !== null
      ? [{ name: "revert-suspects", says: `revert ${shortSha(culprit)} alone and keep everything else` }]
      : [];
  return isNotOurChange(looked) ? [hold, ...revert, restore] : [...revert, restore, hold];
}

/** Named only at the ranking's operating threshold. */
export function culpritOf({ ranking }: Looked): string | null {
  return ranking.speaks ? (ranking.ranked[0]?.sha ?? null) : null;
}

/**
 * Evidence that the machines failed and not the change: the log says so in the words of the runner or the registry, and
 * names neither a failing test nor a line of code.
 */
export function isNotOurChange({ symptom }: Looked): boolean {
  return symptom.infrastructure.length > 0 && symptom.tests.length === 0 && symptom.frames.length === 0;
}
