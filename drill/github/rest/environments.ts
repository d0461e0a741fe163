import { noContent, notFound, ok, page, param, type RepoCall, type Route, repoRoute, unprocessable } from "../http.ts";
import type { EnvironmentRecord, Repository } from "../records.ts";
import { isoNow, type State } from "../state.ts";
import { applySettings } from "./environment-fields.ts";
import { addEnvironment, environmentNamed } from "./environment-records.ts";
import { htmlUrl, nodeId, repoUrl, userShape } from "./shapes.ts";

/** Environments, whom they make wait, and the names of their secrets. */

const READ = [{ actions: "read" }] as const;
const WRITE = [{ administration: "write" }] as const;

const ENVIRONMENT = "/repos/{owner}/{repo}/environments/{environment_name}";

export const environmentRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/environments", READ, (call, state) =>
    page(
      call,
      state,
      call.repo.environments,
      (environment) => environmentShape(state, call.repo, environment),
      (environments, total) => ({ total_count: total, environments }),
    ),
  ),
  repoRoute(`GET ${ENVIRONMENT}`, READ, (call, state) => ok(environmentShape(state, call.repo, environmentOf(call)))),
  repoRoute(`PUT ${ENVIRONMENT}`, WRITE, putEnvironment),
  repoRoute(`DELETE ${ENVIRONMENT}`, WRITE, (call) => {
    const { environments } = call.repo;
    environments.splice(environments.indexOf(environmentOf(call)), 1);
    return noContent();
  }),
  repoRoute(`GET ${ENVIRONMENT}/secrets`, [{ environments: "read" }], (call, state) =>
    page(
      call,
      state,
      [...environmentOf(call).secrets],
      ([name, { createdAt, updatedAt }]) => ({ name, created_at: createdAt, updated_at: updatedAt }),
      (secrets, total) => ({ total_count: total, secrets }),
    ),
  ),
];

export function environmentOf(call: RepoCall): EnvironmentRecord {
  const environment = environmentNamed(call.repo, param(call, "environment_name"));
  if (!environment) throw notFound();
  return environment;
}

const LONGEST_NAME = 255;

function putEnvironment(call: RepoCall, state: State) {
  const { repo, body } = call;
  const name = param(call, "environment_name");
  if (name.length > LONGEST_NAME) throw unprocessable("Environment name is too long (maximum is 255 characters)");
  const known = environmentNamed(repo, name);
  const settings = applySettings(state, repo, body);
  const environment = known ?? addEnvironment(state, repo, name);
  Object.assign(environment, settings, { updatedAt: isoNow(state) });
  // Names are of use only where they count; GitHub drops them with the setting.
  if (environment.lets !== "named") environment.branches.length = 0;
  return ok(environmentShape(state, repo, environment));
}

function environmentShape(state: State, repo: Repository, environment: EnvironmentRecord) {
  const { id, name, createdAt, updatedAt, lets } = environment;
  const encoded = encodeURIComponent(name);
  return {
    id,
    node_id: nodeId("Environment", id),
    name,
    url: `${repoUrl(state, repo)}/environments/${encoded}`,
    html_url: `${htmlUrl(state, repo)}/deployments/activity_log?environments_filter=${encoded}`,
    created_at: createdAt,
    updated_at: updatedAt,
    protection_rules: protectionRules(state, environment),
    deployment_branch_policy:
      lets === "all" ? null : { protected_branches: lets === "protected", custom_branch_policies: lets === "named" },
  };
}

function protectionRules(
  state: State,
  { id, lets, waitTimer, reviewers, preventsSelfReview }: EnvironmentRecord,
): readonly object[] {
  const rule = (type: string) => ({ id, node_id: nodeId("GateRule", `${id}:${type}`), type });
  return [
    ...(waitTimer > 0 ? [{ ...rule("wait_timer"), wait_timer: waitTimer }] : []),
    ...(reviewers.length > 0
      ? [
          {
            ...rule("required_reviewers"),
            prevent_self_review: preventsSelfReview,
            reviewers: reviewers.map((reviewer) => ({ type: "User", reviewer: userShape(state, reviewer) })),
          },
        ]
      : []),
    ...(lets === "all" ? [] : [rule("branch_policy")]),
  ];
}
