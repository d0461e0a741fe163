import { appOf } from "../auth/identity.ts";
import { type Call, notFound, numberParam, type RepoCall, unprocessable } from "../http.ts";
import type { Account, AppRecord, Issue, Repository } from "../records.ts";
import { isoNow, type State } from "../state.ts";
import { emit } from "../webhooks/emit.ts";
import { issueShape } from "./issue-shapes.ts";

/** What happens to an issue, whoever does it: opened, closed, found; limits and webhooks included. */

const MAX_BODY = 65_536;

/** The App behind a call: GitHub names it on comments, and on issues where it acted for a person. */
export function viaApp(call: Call, state: State): AppRecord | null {
  return appOf(call.identity, state);
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

export function issueOf(call: RepoCall): Issue {
  const issue = call.repo.issues.find(({ number }) => number === numberParam(call, "issue_number"));
  if (!issue) throw notFound();
  return issue;
}

export function limited(body: string): string {
  if (body.length > MAX_BODY) throw unprocessable("Validation Failed: body is too long (maximum is 65536 characters)");
  return body;
}

export function announceIssue(
  state: State,
  repo: Repository,
  issue: Issue,
  action: string,
  sender: Account,
  more: object,
): void {
  emit(state, repo, "issues", sender, { action, issue: issueShape(state, repo, issue), ...more });
}
