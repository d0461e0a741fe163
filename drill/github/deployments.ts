import { actorOf, appOf } from "./auth.ts";
import { resolveCommit } from "./git-store.ts";
import {
  created,
  HttpError,
  isRecord,
  notFound,
  numberParam,
  ok,
  page,
  param,
  type RepoCall,
  type Route,
  repoRoute,
  requiredText,
  textField,
  unprocessable,
} from "./http.ts";
import { appShape, htmlUrl, nodeId, repoUrl, userShape } from "./shapes.ts";
import {
  type Account,
  type AppRecord,
  type Deployment,
  type DeploymentStatus,
  isoNow,
  type Repository,
  type Run,
  type State,
} from "./state.ts";
import { emit } from "./webhooks.ts";

/** Deployments, their statuses and the environments they go to. */

const READ = [{ deployments: "read" }] as const;
const WRITE = [{ deployments: "write" }] as const;
const STATES = ["error", "failure", "inactive", "in_progress", "queued", "pending", "success"];

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

export const deploymentRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/deployments", READ, (call, state) => {
    const { query, repo } = call;
    const same = (name: "sha" | "ref" | "task" | "environment") => (deployment: Deployment) =>
      query.get(name) === null || query.get(name) === deployment[name];
    const shown = repo.deployments
      .filter(same("sha"))
      .filter(same("ref"))
      .filter(same("task"))
      .filter(same("environment"));
    return page(call, state, shown, (deployment) => deploymentShape(state, repo, deployment));
  }),
  repoRoute("POST /repos/{owner}/{repo}/deployments", WRITE, createDeployment),
  repoRoute("GET /repos/{owner}/{repo}/deployments/{deployment_id}", READ, (call, state) =>
    ok(deploymentShape(state, call.repo, deploymentOf(call))),
  ),
  repoRoute("GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses", READ, (call, state) => {
    const deployment = deploymentOf(call);
    return page(call, state, deployment.statuses, (status) => statusShape(state, call.repo, deployment, status));
  }),
  repoRoute("POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses", WRITE, (call, state) => {
    const { body, repo } = call;
    const deployment = deploymentOf(call);
    const value = requiredText(body, "state");
    if (!STATES.includes(value)) throw unprocessable("Validation Failed: state is invalid");
    const description = textField(body, "description") ?? "";
    if (description.length > 140)
      throw unprocessable("Validation Failed: description is too long (maximum is 140 characters)");
    const status = addStatus(state, repo, deployment, {
      state: value,
      description,
      environment: textField(body, "environment") ?? deployment.environment,
      environmentUrl: textField(body, "environment_url") ?? "",
      logUrl: textField(body, "log_url") ?? textField(body, "target_url") ?? "",
      creator: actorOf(call.identity, state),
    });
    return created(statusShape(state, repo, deployment, status));
  }),
  repoRoute("GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses/{status_id}", READ, (call, state) => {
    const deployment = deploymentOf(call);
    const status = deployment.statuses.find(({ id }) => id === numberParam(call, "status_id"));
    if (!status) throw notFound();
    return ok(statusShape(state, call.repo, deployment, status));
  }),
];

async function createDeployment(call: RepoCall, state: State) {
  const { body, repo } = call;
  const ref = requiredText(body, "ref");
  const sha = await resolveCommit(repo.gitDir, ref);
  if (sha === null) throw unprocessable(`No ref found for: ${ref}`);
  if (
    body.auto_merge !== false &&
    body.required_contexts === undefined &&
    repo.statuses.some((status) => status.sha === sha && status.state !== "success")
  )
    throw new HttpError(409, "Conflict: Commit status checks failed for this deployment.");
  const environment = textField(body, "environment") ?? "production";
  const deployment = addDeployment(state, repo, {
    sha,
    ref,
    environment,
    task: textField(body, "task") ?? "deploy",
    production:
      typeof body.production_environment === "boolean" ? body.production_environment : environment === "production",
    transient: body.transient_environment === true,
    payload: body.payload ?? {},
    description: textField(body, "description") ?? null,
    creator: actorOf(call.identity, state),
    app: appOf(call.identity, state),
  });
  return created(deploymentShape(state, repo, deployment));
}

export function addDeployment(
  state: State,
  repo: Repository,
  seed: Omit<Deployment, "id" | "createdAt" | "updatedAt" | "statuses">,
): Deployment {
  const now = isoNow(state);
  const deployment = { ...seed, id: state.nextId(), createdAt: now, updatedAt: now, statuses: [] };
  repo.deployments.unshift(deployment);
  emit(state, repo, "deployment", seed.creator, {
    action: "created",
    deployment: deploymentShape(state, repo, deployment),
    workflow: null,
    workflow_run: null,
  });
  return deployment;
}

export function addStatus(
  state: State,
  repo: Repository,
  deployment: Deployment,
  seed: Omit<DeploymentStatus, "id" | "createdAt" | "targetUrl">,
): DeploymentStatus {
  const status = { ...seed, targetUrl: seed.logUrl, id: state.nextId(), createdAt: isoNow(state) };
  deployment.statuses.unshift(status);
  deployment.updatedAt = status.createdAt;
  // GitHub sends no webhook for `inactive`.
  if (status.state !== "inactive") announceStatus(state, repo, deployment, status, seed.creator);
  if (status.state === "success") retireOthers(state, repo, deployment, status);
  return status;
}

/** `auto_inactive`: a success retires what stood in the same environment, but for production and named persistent ones. */
function retireOthers(state: State, repo: Repository, deployment: Deployment, status: DeploymentStatus): void {
  const others = repo.deployments.filter(
    (other) =>
      other !== deployment &&
      other.environment === deployment.environment &&
      !other.production &&
      !other.transient &&
      other.statuses[0]?.state === "success",
  );
  for (const other of others)
    other.statuses.unshift({ ...status, id: state.nextId(), state: "inactive", description: "" });
}

function announceStatus(
  state: State,
  repo: Repository,
  deployment: Deployment,
  status: DeploymentStatus,
  sender: Account,
): void {
  const run = runBehind(repo, status);
  emit(state, repo, "deployment_status", sender, {
    action: "created",
    deployment_status: statusShape(state, repo, deployment, status),
    deployment: deploymentShape(state, repo, deployment),
    check_run: null,
    workflow: null,
    workflow_run: run === undefined ? null : briefRun(state, repo, run),
  });
}

/** The run whose job wrote this status, by its log_url. */
function runBehind(repo: Repository, status: DeploymentStatus): Run | undefined {
  const id = /\/actions\/runs\/(\d+)/.exec(status.logUrl)?.[1];
  return id === undefined ? undefined : repo.runs.find((run) => String(run.id) === id);
}

function briefRun(state: State, repo: Repository, run: Run) {
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

function deploymentOf(call: RepoCall): Deployment {
  const deployment = call.repo.deployments.find(({ id }) => id === numberParam(call, "deployment_id"));
  if (!deployment) throw notFound();
  return deployment;
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

function via(state: State, app: AppRecord | null) {
  return app ? appShape(state, app) : null;
}

function statusShape(state: State, repo: Repository, deployment: Deployment, status: DeploymentStatus) {
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
