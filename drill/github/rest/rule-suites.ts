import { notFound, numberParam, ok, page, type RepoCall, type Route, repoRoute } from "../http.ts";
import type { Repository, RuleSuite } from "../records.ts";
import type { State } from "../state.ts";

/** The record of what the rules decided. */

export const ruleSuiteRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/rulesets/rule-suites", [{ administration: "read" }], listSuites),
  repoRoute("GET /repos/{owner}/{repo}/rulesets/rule-suites/{rule_suite_id}", [{ administration: "read" }], (call) => {
    const suite = call.repo.ruleSuites.find(({ id }) => id === numberParam(call, "rule_suite_id"));
    if (!suite) throw notFound();
    return ok(suiteShape(call.repo, suite, true));
  }),
];

function listSuites(call: RepoCall, state: State) {
  const ref = call.query.get("ref");
  const result = call.query.get("rule_suite_result") ?? "all";
  const actor = call.query.get("actor_name");
  const matches = call.repo.ruleSuites
    .filter((suite) => ref === null || suite.ref === ref || suite.ref === `refs/heads/${ref}`)
    .filter((suite) => result === "all" || suite.result === result)
    .filter((suite) => actor === null || suite.actor?.login === actor)
    .toReversed();
  return page(call, state, matches, (suite) => suiteShape(call.repo, suite, false));
}

function suiteShape(repo: Repository, suite: RuleSuite, whole: boolean) {
  return {
    id: suite.id,
    actor_id: suite.actor?.id ?? null,
    actor_name: suite.actor?.login ?? null,
    before_sha: suite.before,
    after_sha: suite.after,
    ref: suite.ref,
    repository_id: repo.id,
    repository_name: repo.name,
    pushed_at: suite.pushedAt,
    result: suite.result,
    evaluation_result: suite.result === "fail" ? "fail" : "pass",
    ...(whole
      ? {
          rule_evaluations: suite.evaluations.map(({ ruleset, rule, result, details }) => ({
            rule_source: { type: "ruleset", ...ruleset },
            enforcement: "active",
            result,
            rule_type: rule,
            details,
          })),
        }
      : {}),
  };
}
