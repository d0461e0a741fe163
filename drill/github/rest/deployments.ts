import { actorOf, appOf } from "../auth/identity.ts";
import { resolveCommit } from "../git/commits.ts";
import {
  created,
  HttpError,
  notFound,
  numberParam,
  ok,
  page,
  type RepoCall,
  type Route,
  repoRoute,
  requiredText,
  textField,
  unprocessable,
} from "../http.ts";
import type { Deployment } from "../records.ts";
import type { State } from "../state.ts";
import { addDeployment, addStatus } from "./deployment-records.ts";
import { deploymentShape, statusShape } from "./deployment-shapes.ts";

/** Deployments and their statuses over REST. */

const READ = [{ deployments: "read" }] as const;
const WRITE = [{ deployments: "write" }] as const;

const STATES = ["error", "failure", "inactive", "in_progress", "queued", "pending", "success"];

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

function deploymentOf(call: RepoCall): Deployment {
  const deployment = call.repo.deployments.find(({ id }) => id === numberParam(call, "deployment_id"));
  if (!deployment) throw notFound();
  return deployment;
}
