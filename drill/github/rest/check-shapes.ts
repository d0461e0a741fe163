import { readCommit } from "../git/commits.ts";
import type { CheckRun, CheckSuite, Repository } from "../records.ts";
import type { State } from "../state.ts";
import { briefDeployment } from "./deployment-shapes.ts";
import { repositoryShape } from "./repository-shape.ts";
import { appShape, htmlUrl, nodeId, repoUrl, simpleCommitShape } from "./shapes.ts";

/** GitHub's JSON of check runs and suites. */

export function checkRunShape(state: State, repo: Repository, checkRun: CheckRun) {
  const url = `${repoUrl(state, repo)}/check-runs/${checkRun.id}`;
  const html = `${htmlUrl(state, repo)}/runs/${checkRun.id}`;
  return {
    id: checkRun.id,
    name: checkRun.name,
    node_id: nodeId("CheckRun", checkRun.id),
    head_sha: checkRun.headSha,
    external_id: checkRun.externalId,
    url,
    html_url: html,
    details_url: checkRun.detailsUrl ?? html,
    status: checkRun.status,
    conclusion: checkRun.conclusion,
    started_at: checkRun.startedAt,
    completed_at: checkRun.completedAt,
    output: {
      title: checkRun.title,
      summary: checkRun.summary,
      text: checkRun.text,
      annotations_count: checkRun.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: checkRun.suite.id },
    app: appShape(state, checkRun.app),
    pull_requests: [],
    ...(checkRun.deployment ? { deployment: briefDeployment(state, repo, checkRun.deployment) } : {}),
  };
}

export async function checkSuiteShape(state: State, repo: Repository, suite: CheckSuite) {
  const url = `${repoUrl(state, repo)}/check-suites/${suite.id}`;
  const runs = repo.checkRuns.filter((run) => run.suite === suite);
  const open = runs.filter(({ status }) => status !== "completed");
  const head = await readCommit(repo.gitDir, suite.headSha);
  return {
    id: suite.id,
    node_id: nodeId("CheckSuite", suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    status: runs.length === 0 ? "queued" : open.length > 0 ? "in_progress" : "completed",
    conclusion: runs.length === 0 || open.length > 0 ? null : worst(runs),
    url,
    before: head.parents[0] ?? "0".repeat(40),
    after: suite.headSha,
    pull_requests: [],
    app: appShape(state, suite.app),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
    rerequestable: suite.run === null,
    runs_rerequestable: false,
    latest_check_runs_count: runs.length,
    check_runs_url: `${url}/check-runs`,
    head_commit: simpleCommitShape(head),
    repository: repositoryShape(state, repo),
  };
}

function worst(runs: readonly CheckRun[]): string {
  const order = ["failure", "timed_out", "action_required", "cancelled", "stale", "success", "neutral", "skipped"];
  return order.find((conclusion) => runs.some((run) => run.conclusion === conclusion)) ?? "neutral";
}
