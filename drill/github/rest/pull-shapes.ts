import { git, runGit } from "../git/process.ts";
import type { Repository } from "../records.ts";
import type { State } from "../state.ts";
import { association, issueShape } from "./issue-shapes.ts";
import { type Opened, tips } from "./pull-records.ts";
import { fullRepositoryShape } from "./repository-shape.ts";
import { htmlUrl, nodeId, repoUrl, userShape } from "./shapes.ts";

/** GitHub's JSON of pull requests. */

export async function simpleShape(state: State, repo: Repository, item: Opened) {
  const { issue, pull } = item;
  const { head, base } = await tips(repo, item);
  const url = `${repoUrl(state, repo)}/pulls/${issue.number}`;
  const html = `${htmlUrl(state, repo)}/pull/${issue.number}`;
  const side = (ref: string, sha: string) => ({
    label: `${repo.owner.login}:${ref}`,
    ref,
    sha,
    user: userShape(state, repo.owner),
    repo: fullRepositoryShape(state, repo),
  });
  const { labels, assignee, assignees } = issueShape(state, repo, issue);
  const issueUrl = `${repoUrl(state, repo)}/issues/${issue.number}`;
  const statusesUrl = `${repoUrl(state, repo)}/statuses/${head}`;
  return {
    url,
    id: pull.id,
    node_id: nodeId("PullRequest", pull.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issueUrl,
    number: issue.number,
    state: issue.state,
    locked: issue.locked,
    title: issue.title,
    user: userShape(state, issue.user),
    body: issue.body,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.merged?.at ?? null,
    merge_commit_sha: pull.merged?.sha ?? null,
    assignee,
    assignees,
    requested_reviewers: [],
    requested_teams: [],
    labels: labels.map(({ ...label }) => label),
    milestone: null,
    draft: pull.draft,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${url}/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: statusesUrl,
    head: side(pull.headRef, head),
    base: side(pull.baseRef, base),
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: issueUrl },
      comments: { href: `${issueUrl}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${url}/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statusesUrl },
    },
    author_association: association(repo, issue.user),
    auto_merge: null,
    active_lock_reason: null,
  };
}

export async function pullShape(state: State, repo: Repository, item: Opened) {
  const { head, base } = await tips(repo, item);
  const stat = await runGit(repo.gitDir, ["diff", "--shortstat", `${base}...${head}`]);
  const count = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(stat.stdout.toString("utf8"))?.[1] ?? 0);
  const commits = await git(repo.gitDir, ["rev-list", "--count", `${base}..${head}`]);
  const merged = item.pull.merged;
  const mergeable = merged ? null : (await runGit(repo.gitDir, ["merge-tree", "--write-tree", base, head])).code === 0;
  return {
    ...(await simpleShape(state, repo, item)),
    merged: merged !== null,
    mergeable,
    rebaseable: mergeable,
    mergeable_state: merged ? "unknown" : mergeable ? "clean" : "dirty",
    merged_by: merged ? userShape(state, merged.by) : null,
    comments: item.issue.comments.length,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: Number(commits),
    additions: count("insertion"),
    deletions: count("deletion"),
    changed_files: count("file"),
  };
}
