import type { Arguments } from "./arguments.ts";
import type { DrillResult } from "./outcome.ts";
import type { Rehearsal } from "./rehearsal.ts";
import { foreignRulesets } from "./seed.ts";
import type { Stage } from "./stage.ts";
import type { Timeline } from "./timeline.ts";

/** What the product promises for the way this drill was played; each broken promise is one sentence. */
export function brokenPromises(
  args: Arguments,
  rehearsal: Rehearsal,
  stage: Stage,
  timeline: Timeline,
  result: DrillResult,
): readonly string[] {
  const rolledBack = result.outcome === "rolled-back";
  const { good, bad, goodTree } = rehearsal;
  const expected = expectedOutcomes(args);
  const promises: readonly (readonly [kept: boolean, promise: string])[] = [
    [
      expected.includes(result.outcome),
      `the outcome is ${expected.join(" or ")}, not ${result.outcome} (${result.reason})`,
    ],
    [result.hold.held, "the branch was held"],
    [
      result.incident !== null && stage.github.state.issues(stage.repo).length === 1,
      "there is exactly one incident issue",
    ],
    [result.diagnosis !== null, "the analysis left a diagnosis"],
    [result.hold.released === rolledBack, "the hold is let go if and only if the rollback was seen to work"],
    [
      result.incident?.state === (rolledBack ? "closed" : "open"),
      "the incident is closed if and only if the branch is well again",
    ],
    [rolledBack === (result.branch.after !== bad), "the branch changed if and only if the rollback was approved"],
    [!rolledBack || result.branch.tree === goodTree, `the branch has the files of ${good}`],
    [!rolledBack || result.branch.tree === result.plan?.resultingTree, "the branch has the tree that was approved"],
    [!rolledBack || result.approval.answer === "approved", "nothing ran without a yes"],
    [result.approval.asked <= 1, "one push was enough"],
    [foreignRulesets(stage.github, stage.repo) === stage.foreignRulesets, "other rulesets are as they were"],
    [timeline.entries.every((entry) => entry.status !== 501), "no request met a stand-in that does not know it"],
  ];
  return promises.filter(([kept]) => !kept).map(([, promise]) => promise);
}

function expectedOutcomes(args: Arguments): readonly DrillResult["outcome"][] {
  if (args.kill.includes("auth0")) return ["held"];
  const afterYes = args.kill.includes("vault") ? "held" : "rolled-back";
  switch (args.answer) {
    case "approve":
    case "late":
      return [afterYes];
    case "deny":
      return ["denied"];
    case "ignore":
      return ["expired"];
    case "ask":
      return [afterYes, "denied", "expired"];
  }
}
