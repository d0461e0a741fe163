import { actorOf } from "../auth/identity.ts";
import {
  created,
  noContent,
  notFound,
  numberParam,
  ok,
  page,
  type RepoCall,
  type Route,
  repoRoute,
  requiredText,
} from "../http.ts";
import type { Account, AppRecord, Comment, Issue, Repository } from "../records.ts";
import { isoNow, type State } from "../state.ts";
import { emit } from "../webhooks/emit.ts";
import { issueOf, limited, viaApp } from "./issue-records.ts";
import { commentShape, issueShape } from "./issue-shapes.ts";

/** Comments on issues and pull requests. */

const READ = [{ issues: "read" }, { pull_requests: "read" }] as const;
const WRITE = [{ issues: "write" }, { pull_requests: "write" }] as const;

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

export function commentOf(call: RepoCall): { readonly issue: Issue; readonly comment: Comment } {
  for (const issue of call.repo.issues) {
    const comment = issue.comments.find(({ id }) => id === numberParam(call, "comment_id"));
    if (comment) return { issue, comment };
  }
  throw notFound();
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
