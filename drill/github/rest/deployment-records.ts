import type { Account, Deployment, DeploymentStatus, Repository, Run } from "../records.ts";
import { isoNow, type State } from "../state.ts";
import { emit } from "../webhooks/emit.ts";
import { briefRun, deploymentShape, statusShape } from "./deployment-shapes.ts";

/** A deployment and its statuses coming into being, with what GitHub tells and retires then. */

type Seed = Omit<Deployment, "id" | "createdAt" | "updatedAt" | "statuses">;

/** What GitHub takes for granted of a deployment of which nothing more is said. */
export function deployingTo(environment: string) {
  return {
    environment,
    task: "deploy",
    production: environment === "production",
    transient: false,
    payload: {},
    description: null,
  } satisfies Partial<Seed>;
}

export function addDeployment(state: State, repo: Repository, seed: Seed): Deployment {
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
