import { isRecord } from "../http.ts";
import type { AppRecord, Deployment, DeploymentStatus, Repository, Run } from "../records.ts";
import type { State } from "../state.ts";
import { appShape, htmlUrl, nodeId, repoUrl, userShape } from "./shapes.ts";

/** GitHub's JSON of deployments and statuses. */

export function briefRun(state: State, repo: Repository, run: Run) {
  return {
    id: run.id,
    name: run.workflow.name,
    path: run.workflow.path,
    display_title: run.displayTitle,
    node_id: nodeId("WorkflowRun", run.id),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    run_number: run.number,
    run_attempt: run.attempt,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: run.workflow.id,
    check_suite_id: run.suite.id,
    check_suite_node_id: nodeId("CheckSuite", run.suite.id),
    url: `${repoUrl(state, repo)}/actions/runs/${run.id}`,
    html_url: `${htmlUrl(state, repo)}/actions/runs/${run.id}`,
    pull_requests: [],
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    run_started_at: run.startedAt,
    actor: userShape(state, run.actor),
    triggering_actor: userShape(state, run.triggeringActor),
  };
}

export function deploymentShape(state: State, repo: Repository, deployment: Deployment) {
  const url = `${repoUrl(state, repo)}/deployments/${deployment.id}`;
  return {
    url,
    id: deployment.id,
    node_id: nodeId("Deployment", deployment.id),
    task: deployment.task,
    original_environment: deployment.environment,
    environment: deployment.environment,
    description: deployment.description,
    created_at: deployment.createdAt,
    updated_at: deployment.updatedAt,
    statuses_url: `${url}/statuses`,
    repository_url: repoUrl(state, repo),
    creator: userShape(state, deployment.creator),
    sha: deployment.sha,
    ref: deployment.ref,
    payload: isRecord(deployment.payload) || typeof deployment.payload === "string" ? deployment.payload : {},
    transient_environment: deployment.transient,
    production_environment: deployment.production,
    performed_via_github_app: via(state, deployment.app),
  };
}

/** As a check run carries it. */
export function briefDeployment(state: State, repo: Repository, deployment: Deployment) {
  const { creator: _by, sha: _sha, ref: _ref, payload: _payload, ...brief } = deploymentShape(state, repo, deployment);
  return brief;
}

function via(state: State, app: AppRecord | null) {
  return app ? appShape(state, app) : null;
}

export function statusShape(state: State, repo: Repository, deployment: Deployment, status: DeploymentStatus) {
  const deploymentUrl = `${repoUrl(state, repo)}/deployments/${deployment.id}`;
  return {
    url: `${deploymentUrl}/statuses/${status.id}`,
    id: status.id,
    node_id: nodeId("DeploymentStatus", status.id),
    state: status.state,
    creator: userShape(state, status.creator),
    description: status.description,
    environment: status.environment,
    target_url: status.targetUrl,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    deployment_url: deploymentUrl,
    repository_url: repoUrl(state, repo),
    environment_url: status.environmentUrl,
    log_url: status.logUrl,
    performed_via_github_app: via(state, deployment.app),
  };
}
