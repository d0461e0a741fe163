import { actorOf } from "../auth/identity.ts";
import { holds, permissionsOn } from "../auth/permissions.ts";
import {
  type Call,
  created,
  HttpError,
  invalid,
  noContent,
  notFound,
  ok,
  page,
  param,
  type RepoCall,
  type Route,
  repoRoute,
  textField,
  textList,
} from "../http.ts";
import type { Account, Issue, Repository } from "../records.ts";
import { accountByLogin, isoNow, type State } from "../state.ts";
import { announceIssue, issueOf, limited, newIssue, setState, viaApp } from "./issue-records.ts";
import { issueShape } from "./issue-shapes.ts";
import { labelNamed, labelNames, relabel } from "./labels.ts";

/** Issues. Pull requests share their numbers. */

const READ = [{ issues: "read" }, { pull_requests: "read" }] as const;
const WRITE = [{ issues: "write" }, { pull_requests: "write" }] as const;

export const issueRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/issues", READ, listIssues),
  repoRoute("POST /repos/{owner}/{repo}/issues", [{ issues: "write" }], createIssue),
  repoRoute("GET /repos/{owner}/{repo}/issues/{issue_number}", READ, (call, state) => {
    const issue = issueOf(call);
    if (!isReadable(call, state, issue)) throw notFound();
    return ok(issueShape(state, call.repo, issue));
  }),
  repoRoute("PATCH /repos/{owner}/{repo}/issues/{issue_number}", WRITE, updateIssue),
  repoRoute("POST /repos/{owner}/{repo}/issues/{issue_number}/assignees", WRITE, (call, state) => {
    const issue = issueOf(call);
    for (const login of textList(call.body, "assignees") ?? []) {
      const user = accountByLogin(state, login);
      // Somebody who may not be assigned is left out without a word.
      if (user && mayBeAssigned(call.repo, user) && !issue.assignees.includes(user)) issue.assignees.push(user);
    }
    return created(issueShape(state, call.repo, issue));
  }),
  repoRoute("GET /repos/{owner}/{repo}/assignees/{assignee}", READ, (call, state) => {
    const user = accountByLogin(state, param(call, "assignee"));
    if (!user || !mayBeAssigned(call.repo, user)) throw notFound();
    return noContent();
  }),
];

function listIssues(call: RepoCall, state: State) {
  const { query, repo } = call;
  const wanted = query.get("state") ?? "open";
  const labels = query.get("labels")?.split(",").filter(Boolean) ?? [];
  const creator = query.get("creator");
  const since = query.get("since");
  const shown = repo.issues
    .filter((issue) => isReadable(call, state, issue))
    .filter((issue) => wanted === "all" || issue.state === wanted)
    .filter((issue) => labels.every((label) => issue.labels.includes(label)))
    .filter((issue) => creator === null || issue.user.login === creator)
    .filter((issue) => since === null || issue.updatedAt >= since)
    .toReversed();
  if (query.get("direction") === "asc") shown.reverse();
  return page(call, state, shown, (issue) => issueShape(state, repo, issue));
}

/** Who may read pull requests alone is shown those alone. */
function isReadable(call: RepoCall, state: State, issue: Issue): boolean {
  return issue.pull !== null || holds(permissionsOn(call.identity, call.repo, state), { issues: "read" });
}

function createIssue(call: RepoCall, state: State) {
  const { repo, body } = call;
  if (!repo.hasIssues) throw new HttpError(410, "Issues are disabled for this repo");
  const title = titleFrom(body.title);
  if (title === undefined) throw invalid([{ resource: "Issue", code: "missing_field", field: "title" }]);
  const user = actorOf(call.identity, state);
  const issue = newIssue(state, repo, {
    title,
    body: textField(body, "body") ?? null,
    user,
    app: viaApp(call, state),
    pull: null,
  });
  const labels = labelNames(body.labels);
  for (const name of labels) labelNamed(state, repo, name);
  issue.labels = [...labels];
  issue.assignees = assigneesFrom(state, repo, body);
  announceIssue(state, repo, issue, "opened", user, {});
  return created(issueShape(state, repo, issue));
}

function updateIssue(call: RepoCall, state: State) {
  const { repo, body } = call;
  const issue = issueOf(call);
  const actor = actorOf(call.identity, state);
  const changes: Record<string, unknown> = {};
  const title = titleFrom(body.title);
  const text = textField(body, "body");
  const wanted = textField(body, "state");
  if (wanted !== undefined && wanted !== "open" && wanted !== "closed")
    throw invalid([{ resource: "Issue", code: "invalid", field: "state" }]);
  if (title !== undefined && title !== issue.title) changes.title = { from: issue.title };
  if (text !== undefined && text !== issue.body) changes.body = { from: issue.body ?? "" };
  issue.title = title ?? issue.title;
  issue.body = text === undefined ? issue.body : limited(text);
  if (body.labels !== undefined) relabel(state, call, issue, [...labelNames(body.labels)]);
  if (body.assignees !== undefined) issue.assignees = assigneesFrom(state, repo, body);
  issue.updatedAt = isoNow(state);
  if (Object.keys(changes).length > 0) announceIssue(state, repo, issue, "edited", actor, { changes });
  if (wanted !== undefined && wanted !== issue.state)
    setState(state, repo, issue, wanted, textField(body, "state_reason"), actor);
  return ok(issueShape(state, repo, issue));
}

function titleFrom(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const title = String(value);
  if (title === "" || title.length > 256) throw invalid([{ resource: "Issue", code: "invalid", field: "title" }]);
  return title;
}

function assigneesFrom(state: State, repo: Repository, body: Call["body"]): Account[] {
  return (textList(body, "assignees") ?? []).map((login) => {
    const user = accountByLogin(state, login);
    if (!user || !mayBeAssigned(repo, user))
      throw invalid([{ value: login, resource: "Issue", field: "assignees", code: "invalid" }]);
    return user;
  });
}

function mayBeAssigned(repo: Repository, user: Account): boolean {
  return user.type === "User" && (user.id === repo.owner.id || repo.collaborators.has(user.id));
}
