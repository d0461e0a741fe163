import type { Account, Comment, Issue, Reaction, Repository } from "../records.ts";
import type { State } from "../state.ts";
import { labelsOf } from "./labels.ts";
import { appShape, htmlUrl, nodeId, repoUrl, userShape } from "./shapes.ts";

/** GitHub's JSON of issues and comments. */

function rollup(url: string, reactions: readonly Reaction[]) {
  const count = (content: string) => reactions.filter((reaction) => reaction.content === content).length;
  const kinds = ["+1", "-1", "laugh", "confused", "heart", "hooray", "eyes", "rocket"];
  return { url, total_count: reactions.length, ...Object.fromEntries(kinds.map((kind) => [kind, count(kind)])) };
}

export function association(repo: Repository, user: Account): string {
  if (user.id === repo.owner.id) return "OWNER";
  return repo.collaborators.has(user.id) ? "COLLABORATOR" : "NONE";
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
    // GitHub names the App behind a person here, but of what a bot opened only the bot.
    performed_via_github_app: issue.app && issue.user.type !== "Bot" ? appShape(state, issue.app) : null,
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

export function commentShape(state: State, repo: Repository, issue: Issue, comment: Comment) {
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
