import { actorOf } from "../auth/identity.ts";
import {
  created,
  HttpError,
  invalid,
  isRecord,
  notFound,
  ok,
  page,
  param,
  type RepoCall,
  type Route,
  repoRoute,
  requiredText,
  textField,
} from "../http.ts";
import type { Issue, Label, Repository } from "../records.ts";
import { isoNow, type State } from "../state.ts";
import { announceIssue, issueOf } from "./issue-records.ts";
import { nodeId, repoUrl } from "./shapes.ts";

/** Labels of a repository and of its issues. */

const READ = [{ issues: "read" }, { pull_requests: "read" }] as const;
const WRITE = [{ issues: "write" }, { pull_requests: "write" }] as const;

export const labelRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/issues/{issue_number}/labels", READ, (call, state) =>
    page(call, state, issueOf(call).labels, (name) => labelShape(state, call.repo, labelNamed(state, call.repo, name))),
  ),
  repoRoute("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", WRITE, (call, state) => {
    const issue = issueOf(call);
    const added = labelNames(call.body.labels ?? call.json);
    relabel(state, call, issue, [...new Set([...issue.labels, ...added])]);
    return ok(labelsOf(state, call.repo, issue));
  }),
  repoRoute("PUT /repos/{owner}/{repo}/issues/{issue_number}/labels", WRITE, (call, state) => {
    const issue = issueOf(call);
    relabel(state, call, issue, [...labelNames(call.body.labels ?? call.json)]);
    return ok(labelsOf(state, call.repo, issue));
  }),
  repoRoute("DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}", WRITE, (call, state) => {
    const issue = issueOf(call);
    const name = param(call, "name");
    if (!issue.labels.includes(name)) throw new HttpError(404, "Label does not exist");
    relabel(
      state,
      call,
      issue,
      issue.labels.filter((label) => label !== name),
    );
    return ok(labelsOf(state, call.repo, issue));
  }),
  repoRoute("GET /repos/{owner}/{repo}/labels", READ, (call, state) =>
    page(call, state, call.repo.labels, (label) => labelShape(state, call.repo, label)),
  ),
  repoRoute("POST /repos/{owner}/{repo}/labels", WRITE, (call, state) => {
    const name = requiredText(call.body, "name");
    if (findLabel(call.repo, name)) throw invalid([{ resource: "Label", code: "already_exists", field: "name" }]);
    const label = addLabel(state, call.repo, name, textField(call.body, "color"), textField(call.body, "description"));
    return created(labelShape(state, call.repo, label));
  }),
  repoRoute("GET /repos/{owner}/{repo}/labels/{name}", READ, (call, state) => {
    const label = findLabel(call.repo, param(call, "name"));
    if (!label) throw notFound();
    return ok(labelShape(state, call.repo, label));
  }),
];

export function relabel(state: State, call: RepoCall, issue: Issue, labels: string[]): void {
  const before = issue.labels;
  issue.labels = labels;
  issue.updatedAt = isoNow(state);
  const actor = actorOf(call.identity, state);
  for (const name of labels.filter((label) => !before.includes(label)))
    announceIssue(state, call.repo, issue, "labeled", actor, {
      label: labelShape(state, call.repo, labelNamed(state, call.repo, name)),
    });
  for (const name of before.filter((label) => !labels.includes(label)))
    announceIssue(state, call.repo, issue, "unlabeled", actor, {
      label: labelShape(state, call.repo, labelNamed(state, call.repo, name)),
    });
}

export function labelNames(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.map((label: unknown) => (isRecord(label) ? String(label.name) : String(label)));
}

function findLabel(repo: Repository, name: string): Label | undefined {
  return repo.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
}

/** A label used for the first time comes into being, as on GitHub. */
export function labelNamed(state: State, repo: Repository, name: string): Label {
  return findLabel(repo, name) ?? addLabel(state, repo, name, undefined, undefined);
}

function addLabel(
  state: State,
  repo: Repository,
  name: string,
  color = "ededed",
  description: string | undefined,
): Label {
  const label = { id: state.nextId(), name, color: color.replace("#", ""), description: description ?? null };
  repo.labels.push(label);
  return label;
}

export function labelsOf(state: State, repo: Repository, issue: Issue) {
  return issue.labels.map((name) => labelShape(state, repo, labelNamed(state, repo, name)));
}

function labelShape(state: State, repo: Repository, label: Label) {
  return {
    id: label.id,
    node_id: nodeId("Label", label.id),
    url: `${repoUrl(state, repo)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    description: label.description,
    color: label.color,
    default: false,
  };
}
