import { notFound, numberParam, ok, page, type Route, repoRoute } from "../http.ts";
import { commitOf, listCheckRuns } from "./check-runs.ts";
import { checkSuiteShape } from "./check-shapes.ts";

/** Check suites, each with the check runs of one App on one commit. */

const READ = [{ checks: "read" }] as const;

export const suiteRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/check-suites/{check_suite_id}", READ, async (call, state) => {
    const suite = call.repo.checkSuites.find(({ id }) => id === numberParam(call, "check_suite_id"));
    if (!suite) throw notFound();
    return ok(await checkSuiteShape(state, call.repo, suite));
  }),
  repoRoute("GET /repos/{owner}/{repo}/check-suites/{check_suite_id}/check-runs", READ, (call, state) => {
    const runs = call.repo.checkRuns.filter(({ suite }) => suite.id === numberParam(call, "check_suite_id"));
    return listCheckRuns(call, state, runs);
  }),
  repoRoute("GET /repos/{owner}/{repo}/commits/{ref}/check-suites", READ, async (call, state) => {
    const sha = await commitOf(call);
    const app = call.query.get("app_id");
    const suites = call.repo.checkSuites.filter(
      (suite) => suite.headSha === sha && (app === null || String(suite.app.id) === app),
    );
    const shown = await Promise.all(suites.map((suite) => checkSuiteShape(state, call.repo, suite)));
    return page(
      call,
      state,
      shown,
      (shape) => shape,
      (items, total) => ({ total_count: total, check_suites: items }),
    );
  }),
];
