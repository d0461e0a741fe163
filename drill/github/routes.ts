import type { Route } from "./http.ts";
import { activityRoutes } from "./rest/activity.ts";
import { appRoutes } from "./rest/apps.ts";
import { branchPolicyRoutes } from "./rest/branch-policies.ts";
import { branchRoutes } from "./rest/branches.ts";
import { checkRoutes } from "./rest/check-runs.ts";
import { suiteRoutes } from "./rest/check-suites.ts";
import { commentRoutes } from "./rest/comments.ts";
import { commitRoutes } from "./rest/commits.ts";
import { compareRoutes } from "./rest/compare.ts";
import { contentRoutes } from "./rest/contents.ts";
import { deliveryRoutes } from "./rest/deliveries.ts";
import { deploymentRoutes } from "./rest/deployments.ts";
import { environmentRoutes } from "./rest/environments.ts";
import { objectRoutes } from "./rest/git-objects.ts";
import { refRoutes } from "./rest/git-refs.ts";
import { issueRoutes } from "./rest/issues.ts";
import { jobRoutes } from "./rest/jobs.ts";
import { labelRoutes } from "./rest/labels.ts";
import { pullRoutes } from "./rest/pulls.ts";
import { reactionRoutes } from "./rest/reactions.ts";
import { repoRoutes } from "./rest/repositories.ts";
import { ruleSuiteRoutes } from "./rest/rule-suites.ts";
import { rulesetRoutes } from "./rest/rulesets.ts";
import { searchRoutes } from "./rest/search.ts";
import { statusRoutes } from "./rest/statuses.ts";
import { runRoutes } from "./rest/workflow-runs.ts";
import { workflowRoutes } from "./rest/workflows.ts";

/** The table of every operation the stand-in knows; all others answer 501. */
export const ROUTES: readonly Route[] = [
  ...deliveryRoutes,
  ...appRoutes,
  ...repoRoutes,
  ...ruleSuiteRoutes,
  ...rulesetRoutes,
  ...refRoutes,
  ...objectRoutes,
  ...activityRoutes,
  ...branchRoutes,
  ...compareRoutes,
  ...commitRoutes,
  ...contentRoutes,
  ...reactionRoutes,
  ...commentRoutes,
  ...labelRoutes,
  ...searchRoutes,
  ...issueRoutes,
  ...pullRoutes,
  ...statusRoutes,
  ...suiteRoutes,
  ...checkRoutes,
  ...branchPolicyRoutes,
  ...environmentRoutes,
  ...deploymentRoutes,
  ...workflowRoutes,
  ...jobRoutes,
  ...runRoutes,
];
