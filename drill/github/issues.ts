import { actorOf, appOf, canSee } from "./auth.ts";
import {
  type Call,
  created,
  HttpError,
  invalid,
  isRecord,
  noContent,
  notFound,
  numberParam,
  ok,
  page,
  param,
  type RepoCall,
  type Route,
  repoRoute,
  requiredText,
  route,
  textField,
  textList,
  unprocessable,
} from "./http.ts";
import { appShape, htmlUrl, nodeId, repoUrl, userShape } from "./shapes.ts";
import {
  type Account,
  type AppRecord,
  accountByLogin,
  type Comment,
  type Issue,
  isoNow,
  type Label,
  type Reaction,
  type Repository,
  roleOf,
  type State,
} from "./state.ts";
import { emit } from "./webhooks.ts";

/** Issues, comments, labels, reactions and the people who may be assigned. Pull requests share the numbers. */

const READ = [{ issues: "read" }, { pull_requests: "read" }] as const;
const WRITE = [{ issues: "write" }, { pull_requests: "write" }] as const;
const MAX_BODY = 65_536;

export const reactionRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", READ, (call, state) =>
    page(call, state, commentOf(call).comment.reactions, (reaction) => reactionShape(state, reaction)),
  ),
  repoRoute("POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", WRITE, (call, state) =>
    react(call, state, commentOf(call).comment.reactions),
  ),
  repoRoute("GET /repos/{owner}/{repo}/issues/{issue_number}/reactions", READ, (call, state) =>
    page(call, state, issueOf(call).reactions, (reaction) => reactionShape(state, reaction)),
  ),
  repoRoute("POST /repos/{owner}/{repo}/issues/{issue_number}/reactions", WRITE, (call, state) =>
    react(call, state, issueOf(call).reactions),
  ),
];

export const commentRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/issues/comments", READ, (call, state) => {
    const all = call.repo.issues.flatMap((issue) => issue.comments.map((comment) => ({ issue, comment })));
    return page(call, state, all, ({ issue, comment }) => commentShape(state, call.repo, issue, comment));
  }),
  repoRoute("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", READ, (call, state) => {
    const issue = issueOf(call);
    const since = call.query.get("since");
    const shown = issue.comments.filter(({ updatedAt }) => since === null || updatedAt >= since);
    return page(call, state, shown, (comment) => commentShape(state, call.repo, issue, comment));
  }),
  repoRoute("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", WRITE, (call, state) => {
    const issue = issueOf(call);
    const comment = addComment(
      state,
      call.repo,
      issue,
      requiredText(call.body, "body"),
      actorOf(call.identity, state),
      viaApp(call, state),
    );
    return created(commentShape(state, call.repo, issue, comment));
  }),
  repoRoute("GET /repos/{owner}/{repo}/issues/comments/{comment_id}", READ, (call, state) => {
    const { issue, comment } = commentOf(call);
    return ok(commentShape(state, call.repo, issue, comment));
  }),
  repoRoute("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", WRITE, (call, state) => {
    const { issue, comment } = commentOf(call);
    const from = comment.body;
    comment.body = limited(requiredText(call.body, "body"));
    comment.updatedAt = isoNow(state);
    announceComment(state, call.repo, issue, comment, "edited", actorOf(call.identity, state), {
      changes: { body: { from } },
    });
    return ok(commentShape(state, call.repo, issue, comment));
  }),
  repoRoute("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", WRITE, (call, state) => {
    const { issue, comment } = commentOf(call);
    issue.comments.splice(issue.comments.indexOf(comment), 1);
    announceComment(state, call.repo, issue, comment, "deleted", actorOf(call.identity, state), {});
    return noContent();
  }),
];

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

export const searchRoutes: readonly Route[] = [route("GET /search/issues", "anyone", searchIssues)];

export const issueRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/issues", READ, listIssues),
  repoRoute("POST /repos/{owner}/{repo}/issues", [{ issues: "write" }], createIssue),
  repoRoute("GET /repos/{owner}/{repo}/issues/{issue_number}", READ, (call, state) =>
    ok(issueShape(state, call.repo, issueOf(call))),
  ),
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

/** GitHub marks what a person did through an App with that App; a GITHUB_TOKEN's too. */
function viaApp(call: Call, state: State): AppRecord | null {
  return appOf(call.identity, state);
}

function listIssues(call: RepoCall, state: State) {
  const { query, repo } = call;
  const wanted = query.get("state") ?? "open";
  const labels = query.get("labels")?.split(",").filter(Boolean) ?? [];
  const creator = query.get("creator");
  const since = query.get("since");
  const shown = repo.issues
    .filter((issue) => wanted === "all" || issue.state === wanted)
    .filter((issue) => labels.every((label) => issue.labels.includes(label)))
    .filter((issue) => creator === null || issue.user.login === creator)
    .filter((issue) => since === null || issue.updatedAt >= since)
    .toReversed();
  if (query.get("direction") === "asc") shown.reverse();
  return page(call, state, shown, (issue) => issueShape(state, repo, issue));
}

function createIssue(call: RepoCall, state: State) {
  const { repo, body } = call;
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

export function newIssue(
  state: State,
  repo: Repository,
  seed: Pick<Issue, "title" | "body" | "user" | "app" | "pull">,
): Issue {
  const now = isoNow(state);
  const issue: Issue = {
    ...seed,
    body: seed.body === null ? null : limited(seed.body),
    id: state.nextId(),
    number: repo.issues.length + 1,
    state: "open",
    stateReason: null,
    locked: false,
    labels: [],
    assignees: [],
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    closedBy: null,
    comments: [],
    reactions: [],
  };
  repo.issues.push(issue);
  return issue;
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

export function setState(
  state: State,
  repo: Repository,
  issue: Issue,
  wanted: "open" | "closed",
  reason: string | undefined,
  actor: Account,
): void {
  issue.state = wanted;
  issue.stateReason = wanted === "closed" ? (reason ?? "completed") : "reopened";
  issue.closedAt = wanted === "closed" ? isoNow(state) : null;
  issue.closedBy = wanted === "closed" ? actor : null;
  if (!issue.pull) announceIssue(state, repo, issue, wanted === "closed" ? "closed" : "reopened", actor, {});
}

export function addComment(
  state: State,
  repo: Repository,
  issue: Issue,
  body: string,
  user: Account,
  app: AppRecord | null,
): Comment {
  const now = isoNow(state);
  const comment: Comment = {
    id: state.nextId(),
    user,
    app,
    body: limited(body),
    createdAt: now,
    updatedAt: now,
    reactions: [],
  };
  issue.comments.push(comment);
  issue.updatedAt = now;
  announceComment(state, repo, issue, comment, "created", user, {});
  return comment;
}

function react(call: RepoCall, state: State, reactions: Reaction[]) {
  const content = requiredText(call.body, "content");
  const user = actorOf(call.identity, state);
  const existing = reactions.find((reaction) => reaction.user === user && reaction.content === content);
  if (existing) return ok(reactionShape(state, existing));
  const reaction = { id: state.nextId(), user, content, createdAt: isoNow(state) };
  reactions.push(reaction);
  return created(reactionShape(state, reaction));
}

function relabel(state: State, call: RepoCall, issue: Issue, labels: string[]): void {
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

/** Simple qualifiers joined by spaces: repo, org, user, is, state, type, label, author, in:title words. */
function searchIssues(call: Call, state: State) {
  const query = call.query.get("q") ?? "";
  const terms = query.match(/(?:[\w-]+:)?"[^"]*"|\S+/g) ?? [];
  if (terms.length === 0) throw invalid([{ resource: "Search", code: "missing", field: "q" }]);
  const tests = terms.map((term) => termTest(term.replaceAll('"', "")));
  const found = [...state.repositories.values()]
    .filter((repo) => canSee(call.identity, repo, state))
    .flatMap((repo) =>
      repo.issues.filter((issue) => tests.every((test) => test(repo, issue))).map((issue) => ({ repo, issue })),
    )
    .toReversed();
  return page(
    call,
    state,
    found,
    ({ repo, issue }) => ({ ...issueShape(state, repo, issue), score: 1 }),
    (items, total) => ({ total_count: total, incomplete_results: false, items, search_type: "lexical" }),
  );
}

function termTest(term: string): (repo: Repository, issue: Issue) => boolean {
  const [qualifier = "", ...rest] = term.split(":");
  const value = rest.join(":");
  if (rest.length === 0)
    return (_, issue) => `${issue.title}\n${issue.body}`.toLowerCase().includes(term.toLowerCase());
  switch (qualifier) {
    case "repo":
      return (repo) => `${repo.owner.login}/${repo.name}`.toLowerCase() === value.toLowerCase();
    case "org":
    case "user":
      return (repo) => repo.owner.login.toLowerCase() === value.toLowerCase();
    case "is":
    case "state":
    case "type":
      if (value === "open" || value === "closed") return (_, issue) => issue.state === value;
      if (value === "issue") return (_, issue) => issue.pull === null;
      if (value === "pr") return (_, issue) => issue.pull !== null;
      break;
    case "label":
      return (_, issue) => issue.labels.includes(value);
    case "author":
      return (_, issue) => issue.user.login.replace("[bot]", "") === value.replace(/^app\//, "").replace("[bot]", "");
    case "in":
    case "sort":
      return () => true;
  }
  throw new HttpError(501, `Not implemented by the stand-in: the search qualifier ${term}`);
}

function issueOf(call: RepoCall): Issue {
  const issue = call.repo.issues.find(({ number }) => number === numberParam(call, "issue_number"));
  if (!issue) throw notFound();
  return issue;
}

function commentOf(call: RepoCall): { readonly issue: Issue; readonly comment: Comment } {
  for (const issue of call.repo.issues) {
    const comment = issue.comments.find(({ id }) => id === numberParam(call, "comment_id"));
    if (comment) return { issue, comment };
  }
  throw notFound();
}

function limited(body: string): string {
  if (body.length > MAX_BODY) throw unprocessable("Validation Failed: body is too long (maximum is 65536 characters)");
  return body;
}

function titleFrom(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const title = String(value);
  if (title === "" || title.length > 256) throw invalid([{ resource: "Issue", code: "invalid", field: "title" }]);
  return title;
}

function labelNames(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.map((label: unknown) => (isRecord(label) ? String(label.name) : String(label)));
}

function findLabel(repo: Repository, name: string): Label | undefined {
  return repo.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
}

/** A label used for the first time comes into being, as on GitHub. */
function labelNamed(state: State, repo: Repository, name: string): Label {
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

function announceIssue(
  state: State,
  repo: Repository,
  issue: Issue,
  action: string,
  sender: Account,
  more: object,
): void {
  emit(state, repo, "issues", sender, { action, issue: issueShape(state, repo, issue), ...more });
}

function announceComment(
  state: State,
  repo: Repository,
  issue: Issue,
  comment: Comment,
  action: string,
  sender: Account,
  more: object,
): void {
  emit(state, repo, "issue_comment", sender, {
    action,
    issue: issueShape(state, repo, issue),
    comment: commentShape(state, repo, issue, comment),
    ...more,
  });
}

function labelsOf(state: State, repo: Repository, issue: Issue) {
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

function reactionShape(state: State, reaction: Reaction) {
  const { id, user, content, createdAt } = reaction;
  return { id, node_id: nodeId("Reaction", id), user: userShape(state, user), content, created_at: createdAt };
}

function rollup(url: string, reactions: readonly Reaction[]) {
  const count = (content: string) => reactions.filter((reaction) => reaction.content === content).length;
  const kinds = ["+1", "-1", "laugh", "confused", "heart", "hooray", "eyes", "rocket"];
  return { url, total_count: reactions.length, ...Object.fromEntries(kinds.map((kind) => [kind, count(kind)])) };
}

export function association(repo: Repository, user: Account): string {
  if (user.id === repo.owner.id) return "OWNER";
  if (repo.collaborators.has(user.id)) return "COLLABORATOR";
  return user.type === "User" && roleOf(repo, user) === null ? "CONTRIBUTOR" : "NONE";
}

export function issueShape(state: State, repo: Repository, issue: Issue) {
  const url = `${repoUrl(state, repo)}/issues/${issue.number}`;
  const html = `${htmlUrl(state, repo)}/${issue.pull ? "pull" : "issues"}/${issue.number}`;
  const pullUrl = `${repoUrl(state, repo)}/pulls/${issue.number}`;
  const [assignee] = issue.assignees;
  return {
    url,
    repository_url: repoUrl(state, repo),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: html,
    id: issue.id,
    node_id: nodeId("Issue", issue.id),
    number: issue.number,
    title: issue.title,
    user: userShape(state, issue.user),
    labels: labelsOf(state, repo, issue),
    state: issue.state,
    state_reason: issue.stateReason,
    locked: issue.locked,
    active_lock_reason: null,
    assignee: assignee ? userShape(state, assignee) : null,
    assignees: issue.assignees.map((account) => userShape(state, account)),
    milestone: null,
    comments: issue.comments.length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    closed_by: issue.closedBy ? userShape(state, issue.closedBy) : null,
    author_association: association(repo, issue.user),
    body: issue.body,
    reactions: rollup(`${url}/reactions`, issue.reactions),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: issue.app ? appShape(state, issue.app) : null,
    ...(issue.pull
      ? {
          draft: issue.pull.draft,
          pull_request: {
            url: pullUrl,
            html_url: html,
            diff_url: `${html}.diff`,
            patch_url: `${html}.patch`,
            merged_at: issue.pull.merged?.at ?? null,
          },
        }
      : {}),
  };
}

function commentShape(state: State, repo: Repository, issue: Issue, comment: Comment) {
  const url = `${repoUrl(state, repo)}/issues/comments/${comment.id}`;
  return {
    url,
    html_url: `${htmlUrl(state, repo)}/issues/${issue.number}#issuecomment-${comment.id}`,
    issue_url: `${repoUrl(state, repo)}/issues/${issue.number}`,
    id: comment.id,
    node_id: nodeId("IssueComment", comment.id),
    user: userShape(state, comment.user),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: association(repo, comment.user),
    body: comment.body,
    reactions: rollup(`${url}/reactions`, comment.reactions),
    performed_via_github_app: comment.app ? appShape(state, comment.app) : null,
  };
}
