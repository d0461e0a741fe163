import { notFound, ok, page, param, type Route, repoRoute } from "../http.ts";
import type { Repository } from "../records.ts";
import type { State } from "../state.ts";
import { htmlUrl, nodeId, repoUrl } from "./shapes.ts";

/** Environments and the branches they let in. */

export const environmentRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/environments", [{ actions: "read" }], (call, state) => {
    const all = [...call.repo.environments.keys()];
    return page(
      call,
      state,
      all,
      (name) => environmentShape(state, call.repo, name),
      (environments, total) => ({ total_count: total, environments }),
    );
  }),
  repoRoute("GET /repos/{owner}/{repo}/environments/{environment_name}", [{ actions: "read" }], (call, state) =>
    ok(environmentShape(state, call.repo, param(call, "environment_name"))),
  ),
  repoRoute(
    "GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies",
    [{ actions: "read" }],
    (call, state) => {
      const environment = call.repo.environments.get(param(call, "environment_name"));
      if (!environment) throw notFound();
      return page(
        call,
        state,
        environment.seed.branches,
        (name) => ({ id: environment.id, node_id: nodeId("BranchPolicy", environment.id), name, type: "branch" }),
        (items, total) => ({ total_count: total, branch_policies: items }),
      );
    },
  ),
];

function environmentShape(state: State, repo: Repository, name: string) {
  const environment = repo.environments.get(name);
  if (!environment) throw notFound();
  const { id, createdAt, seed } = environment;
  return {
    id,
    node_id: nodeId("Environment", id),
    name,
    url: `${repoUrl(state, repo)}/environments/${encodeURIComponent(name)}`,
    html_url: `${htmlUrl(state, repo)}/deployments/activity_log?environments_filter=${encodeURIComponent(name)}`,
    created_at: createdAt,
    updated_at: createdAt,
    protection_rules:
      seed.branches.length === 0 ? [] : [{ id, node_id: nodeId("GateRule", id), type: "branch_policy" }],
    deployment_branch_policy:
      seed.branches.length === 0 ? null : { protected_branches: false, custom_branch_policies: true },
  };
}
