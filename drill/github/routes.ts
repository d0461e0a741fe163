import { actionRoutes } from "./actions.ts";
import { checkRoutes } from "./checks.ts";
import { commitRoutes } from "./commits.ts";
import { contentRoutes } from "./contents.ts";
import { deploymentRoutes } from "./deployments.ts";
import { gitDataRoutes } from "./git-data.ts";
import type { Route } from "./http.ts";
import { issueRoutes } from "./issues.ts";
import { pullRoutes } from "./pulls.ts";
import { repoRoutes } from "./repos.ts";
import { rulesetRoutes } from "./rulesets.ts";

/** The table of every operation the stand-in knows; all others answer 501. */
export const ROUTES: readonly Route[] = [
  ...repoRoutes,
  ...rulesetRoutes,
  ...gitDataRoutes,
  ...commitRoutes,
  ...contentRoutes,
  ...issueRoutes,
  ...pullRoutes,
  ...checkRoutes,
  ...deploymentRoutes,
  ...actionRoutes,
];
