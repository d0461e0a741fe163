import { type Concern, drop, type Known } from "../concern.ts";
import { aboutCheck } from "./check.ts";
import { aboutSuite } from "./check-suite.ts";
import { aboutComment } from "./comment.ts";
import { aboutDeployment } from "./deployment.ts";
import { aboutInstallation } from "./installation.ts";
import { aboutPush } from "./push.ts";
import { aboutRuleset } from "./ruleset.ts";
import { aboutRun } from "./workflow.ts";

/**
 * Turns a webhook into "look at this branch", or into the reason why it does not concern us: without a call to GitHub, from
 * the event and what the policies watch. It must never make a fact of what the event says.
 */
export function concernOf(event: string, payload: unknown, known: Known): Concern {
  switch (event) {
    case "deployment_status":
      return aboutDeployment(payload, known);
    case "check_run":
      return aboutCheck(payload, known);
    case "check_suite":
      return aboutSuite(payload, known);
    case "workflow_run":
      return aboutRun(payload, known);
    case "issue_comment":
      return aboutComment(payload);
    case "repository_ruleset":
      return aboutRuleset(payload, known);
    case "push":
      return aboutPush(payload, known);
    case "installation":
    case "installation_repositories":
      return aboutInstallation(payload);
    default:
      return drop("event");
  }
}
