import { jobRoutes, runRoutes, workflowRoutes } from "./actions.ts";
import { checkRoutes, statusRoutes, suiteRoutes } from "./checks.ts";
import { activityRoutes, branchRoutes, commitRoutes, compareRoutes } from "./commits.ts";
import { contentRoutes } from "./contents.ts";
import { deploymentRoutes, environmentRoutes } from "./deployments.ts";
import { objectRoutes, refRoutes } from "./git-data.ts";
import type { Route } from "./http.ts";
import { commentRoutes, issueRoutes, labelRoutes, reactionRoutes, searchRoutes } from "./issues.ts";
import { pullRoutes } from "./pulls.ts";
import { appRoutes, deliveryRoutes, repoRoutes } from "./repos.ts";
import { ruleSuiteRoutes, rulesetRoutes } from "./rulesets.ts";

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
  ...environmentRoutes,
  ...deploymentRoutes,
  ...workflowRoutes,
  ...jobRoutes,
  ...runRoutes,
];
