import { actorOf } from "../auth/identity.ts";
import { resolveCommit } from "../git/commits.ts";
import {
  created,
  invalid,
  page,
  param,
  type RepoCall,
  type Route,
  repoRoute,
  requiredText,
  textField,
  unprocessable,
} from "../http.ts";
import type { CommitStatus, Repository } from "../records.ts";
import { isoNow, type State } from "../state.ts";
import { emit } from "../webhooks/emit.ts";
import { commitOf } from "./check-runs.ts";
import { repositoryShape } from "./repository-shape.ts";
import { nodeId, repoUrl, userShape } from "./shapes.ts";

/** Commit statuses, the older sister of check runs. */

export const statusRoutes: readonly Route[] = [
  repoRoute("POST /repos/{owner}/{repo}/statuses/{sha}", [{ statuses: "write" }], createStatus),
  repoRoute("GET /repos/{owner}/{repo}/commits/{ref}/statuses", [{ statuses: "read" }], async (call, state) => {
    const sha = await commitOf(call);
    return page(call, state, statusesOf(call.repo, sha), (status) => statusShape(state, call.repo, status));
  }),
  repoRoute("GET /repos/{owner}/{repo}/commits/{ref}/status", [{ statuses: "read" }], combinedStatus),
];

async function createStatus(call: RepoCall, state: State) {
  const { repo, body } = call;
  const sha = await resolveCommit(repo.gitDir, param(call, "sha"));
  if (sha === null) throw unprocessable(`No commit found for SHA: ${param(call, "sha")}`);
  const value = requiredText(body, "state");
  if (!["error", "failure", "pending", "success"].includes(value))
    throw invalid([{ resource: "Status", code: "invalid", field: "state" }]);
  const status = {
    id: state.nextId(),
    sha,
    state: value,
    context: textField(body, "context") ?? "default",
    description: textField(body, "description") ?? null,
    targetUrl: textField(body, "target_url") ?? null,
    creator: actorOf(call.identity, state),
    createdAt: isoNow(state),
  };
  repo.statuses.unshift(status);
  emit(state, repo, "status", status.creator, {
    ...statusShape(state, repo, status),
    sha,
    name: `${repo.owner.login}/${repo.name}`,
    branches: [],
    commit: {},
  });
  return created(statusShape(state, repo, status));
}

function statusesOf(repo: Repository, sha: string): readonly CommitStatus[] {
  return repo.statuses.filter((status) => status.sha === sha);
}

async function combinedStatus(call: RepoCall, state: State) {
  const sha = await commitOf(call);
  const all = statusesOf(call.repo, sha);
  const latest = all.filter((status, i) => all.findIndex(({ context }) => context === status.context) === i);
  const has = (...states: string[]) => latest.some((status) => states.includes(status.state));
  const url = `${repoUrl(state, call.repo)}/commits/${sha}`;
  const combined = has("error", "failure") ? "failure" : latest.length === 0 || has("pending") ? "pending" : "success";
  return page(
    call,
    state,
    latest,
    (status) => {
      const { creator: _, ...simple } = statusShape(state, call.repo, status);
      return simple;
    },
    (statuses, total) => ({
      state: combined,
      statuses,
      sha,
      total_count: total,
      repository: repositoryShape(state, call.repo),
      commit_url: url,
      url: `${url}/status`,
    }),
  );
}

function statusShape(state: State, repo: Repository, status: CommitStatus) {
  return {
    url: `${repoUrl(state, repo)}/statuses/${status.sha}`,
    avatar_url: `${state.url}/avatars/u/${status.creator.id}`,
    id: status.id,
    node_id: nodeId("Status", status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    creator: userShape(state, status.creator),
  };
}
