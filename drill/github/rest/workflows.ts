import { basename } from "node:path/posix";
import { listTree, readFileAt } from "../git/objects.ts";
import { noContent, notFound, ok, page, param, type Reply, type RepoCall, type Route, repoRoute } from "../http.ts";
import type { Repository, Workflow } from "../records.ts";
import { workflowAt } from "../runs/records.ts";
import { workflowField } from "../runs/workflow-text.ts";
import { isoNow, type State } from "../state.ts";
import { dispatch } from "./dispatch.ts";
import { workflowShape } from "./run-shapes.ts";

/** Workflow files that GitHub lists, and switching them. */

const READ = [{ actions: "read" }] as const;
const WRITE = [{ actions: "write" }] as const;

/** Files on this branch count as listed too: a rehearsed history is not touched, so its default branch has no copy. */
const RESPONDER_BRANCH = "sentinel";

export const workflowRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/actions/workflows", READ, async (call, state) =>
    page(
      call,
      state,
      await listedWorkflows(state, call.repo),
      (workflow) => workflowShape(state, call.repo, workflow),
      (workflows, total) => ({ total_count: total, workflows }),
    ),
  ),
  repoRoute("GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}", READ, async (call, state) =>
    ok(workflowShape(state, call.repo, await workflowOf(call, state))),
  ),
  repoRoute("PUT /repos/{owner}/{repo}/actions/workflows/{workflow_id}/disable", WRITE, (call, state) =>
    setWorkflow(call, state, "disabled_manually"),
  ),
  repoRoute("PUT /repos/{owner}/{repo}/actions/workflows/{workflow_id}/enable", WRITE, (call, state) =>
    setWorkflow(call, state, "active"),
  ),
  repoRoute("POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches", WRITE, dispatch),
];

async function listedWorkflows(state: State, repo: Repository): Promise<readonly Workflow[]> {
  const seen = new Set<string>();
  for (const branch of [repo.defaultBranch, RESPONDER_BRANCH]) {
    const entries = await listTree(repo.gitDir, `refs/heads/${branch}:.github/workflows`, false);
    for (const { path, type } of entries ?? []) {
      const full = `.github/workflows/${path}`;
      if (type !== "blob" || !/\.ya?ml$/.test(path) || seen.has(full)) continue;
      seen.add(full);
      if (repo.workflows.some((workflow) => workflow.path === full)) continue;
      const text = (await readFileAt(repo.gitDir, `refs/heads/${branch}`, full)) ?? "";
      workflowAt(state, repo, full, nameOf(text, full));
    }
  }
  return repo.workflows;
}

function nameOf(text: string, path: string): string {
  try {
    const name = workflowField(text, "name");
    return typeof name === "string" ? name : path;
  } catch {
    return path;
  }
}

export async function workflowOf(call: RepoCall, state: State): Promise<Workflow> {
  const key = param(call, "workflow_id");
  const all = await listedWorkflows(state, call.repo);
  const workflow = all.find(({ id, path }) => String(id) === key || basename(path) === key);
  if (!workflow) throw notFound();
  return workflow;
}

async function setWorkflow(call: RepoCall, state: State, wanted: Workflow["state"]): Promise<Reply> {
  const workflow = await workflowOf(call, state);
  workflow.state = wanted;
  workflow.updatedAt = isoNow(state);
  return noContent();
}
