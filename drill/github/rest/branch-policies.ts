import {
  noContent,
  notFound,
  numberParam,
  ok,
  page,
  type RepoCall,
  type Route,
  repoRoute,
  requiredText,
} from "../http.ts";
import type { BranchPolicy } from "../records.ts";
import { environmentOf } from "./environments.ts";
import { nodeId } from "./shapes.ts";

/** The names of the branches that an environment lets in. */

const READ = [{ actions: "read" }] as const;
const WRITE = [{ administration: "write" }] as const;

const POLICIES = "/repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies";

export const branchPolicyRoutes: readonly Route[] = [
  repoRoute(`GET ${POLICIES}`, READ, (call, state) =>
    page(call, state, environmentOf(call).branches, policyShape, (items, total) => ({
      total_count: total,
      branch_policies: items,
    })),
  ),
  repoRoute(`POST ${POLICIES}`, WRITE, (call, state) => {
    const { lets, branches } = environmentOf(call);
    const name = requiredText(call.body, "name");
    const type = call.body.type === "tag" ? "tag" : "branch";
    if (lets !== "named") throw notFound();
    if (branches.some((policy) => policy.name === name && policy.type === type)) return { status: 303 };
    const policy = { id: state.nextId(), name, type } as const;
    branches.push(policy);
    return ok(policyShape(policy));
  }),
  repoRoute(`GET ${POLICIES}/{branch_policy_id}`, READ, (call) => ok(policyShape(policyOf(call)))),
  repoRoute(`DELETE ${POLICIES}/{branch_policy_id}`, WRITE, (call) => {
    const { branches } = environmentOf(call);
    branches.splice(branches.indexOf(policyOf(call)), 1);
    return noContent();
  }),
];

function policyOf(call: RepoCall): BranchPolicy {
  const id = numberParam(call, "branch_policy_id");
  const policy = environmentOf(call).branches.find((candidate) => candidate.id === id);
  if (!policy) throw notFound();
  return policy;
}

function policyShape({ id, name, type }: BranchPolicy) {
  return { id, node_id: nodeId("DeploymentBranchPolicy", id), name, type };
}
