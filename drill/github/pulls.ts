import { actorOf, appOf } from "./auth.ts";
import { personFrom } from "./git-data.ts";
import { git, isAncestor, readRef, resolveCommit, runGit, writeCommit } from "./git-store.ts";
import {
  created,
  HttpError,
  invalid,
  notFound,
  numberParam,
  ok,
  page,
  param,
  type Reply,
  type RepoCall,
  type Route,
  repoRoute,
  requiredText,
  textField,
} from "./http.ts";
import { association, issueShape, newIssue, setState } from "./issues.ts";
import { changeRef, inOrder } from "./refs.ts";
import { fullRepositoryShape, htmlUrl, nodeId, repoUrl, userShape } from "./shapes.ts";
import { type Issue, isoNow, type Pull, type Repository, type State } from "./state.ts";
import { emit } from "./webhooks.ts";

/** Pull requests between branches of one repository, and their merge under the same rules as a push. */

const READ = [{ pull_requests: "read" }] as const;
const WRITE = [{ pull_requests: "write" }] as const;

type Opened = { readonly issue: Issue; readonly pull: Pull };

export const pullRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/pulls", READ, async (call, state) => {
    const { query, repo } = call;
    const wanted = query.get("state") ?? "open";
    const base = query.get("base");
    const head = query.get("head")?.replace(/^[^:]*:/, "") ?? null;
    const shown = opened(repo)
      .filter(({ issue }) => wanted === "all" || issue.state === wanted)
      .filter(({ pull }) => base === null || pull.baseRef === base)
      .filter(({ pull }) => head === null || pull.headRef === head)
      .toReversed();
    const shapes = await Promise.all(shown.map((item) => simpleShape(state, repo, item)));
    return page(call, state, shapes, (shape) => shape);
  }),
  repoRoute("POST /repos/{owner}/{repo}/pulls", WRITE, createPull),
  repoRoute("GET /repos/{owner}/{repo}/pulls/{pull_number}", READ, async (call, state) =>
    ok(await pullShape(state, call.repo, pullOf(call))),
  ),
  repoRoute("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", WRITE, updatePull),
  repoRoute("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", [{ contents: "write" }], mergePull),
  repoRoute("GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls", READ, async (call, state) => {
    const sha = param(call, "commit_sha");
    const shown: Opened[] = [];
    for (const item of opened(call.repo)) if (await contains(call.repo, item, sha)) shown.push(item);
    const shapes = await Promise.all(shown.map((item) => simpleShape(state, call.repo, item)));
    return page(call, state, shapes, (shape) => shape);
  }),
];

function opened(repo: Repository): readonly Opened[] {
  return repo.issues.flatMap((issue) => (issue.pull ? [{ issue, pull: issue.pull }] : []));
}

function pullOf(call: RepoCall): Opened {
  const found = opened(call.repo).find(({ issue }) => issue.number === numberParam(call, "pull_number"));
  if (!found) throw notFound();
  return found;
}

async function createPull(call: RepoCall, state: State): Promise<Reply> {
  const { repo, body } = call;
  const headRef = requiredText(body, "head").replace(/^[^:]*:/, "");
  const baseRef = requiredText(body, "base");
  for (const [field, branch] of [
    ["head", headRef],
    ["base", baseRef],
  ] as const)
    if ((await readRef(repo.gitDir, `refs/heads/${branch}`)) === null)
      throw invalid([{ resource: "PullRequest", field, code: "invalid" }]);
  const count = await git(repo.gitDir, ["rev-list", "--count", `refs/heads/${baseRef}..refs/heads/${headRef}`]);
  if (count.trim() === "0")
    throw invalid([
      { resource: "PullRequest", code: "custom", message: `No commits between ${baseRef} and ${headRef}` },
    ]);
  if (
    opened(repo).some(
      ({ issue, pull }) => issue.state === "open" && pull.headRef === headRef && pull.baseRef === baseRef,
    )
  )
    throw invalid([
      {
        resource: "PullRequest",
        code: "custom",
        message: `A pull request already exists for ${repo.owner.login}:${headRef}.`,
      },
    ]);
  const pull: Pull = { id: state.nextId(), headRef, baseRef, draft: body.draft === true, merged: null, closedAt: null };
  const user = actorOf(call.identity, state);
  const issue = newIssue(state, repo, {
    title: requiredText(body, "title"),
    body: textField(body, "body") ?? null,
    user,
    app: appOf(call.identity, state),
    pull,
  });
  const shape = await pullShape(state, repo, { issue, pull });
  emit(state, repo, "pull_request", user, { action: "opened", number: issue.number, pull_request: shape });
  return created(shape);
}

async function updatePull(call: RepoCall, state: State): Promise<Reply> {
  const { repo, body } = call;
  const item = pullOf(call);
  item.issue.title = textField(body, "title") ?? item.issue.title;
  item.issue.body = textField(body, "body") ?? item.issue.body;
  item.issue.updatedAt = isoNow(state);
  const wanted = textField(body, "state");
  if (wanted === "closed" || wanted === "open") await setPullState(state, repo, item, wanted, call);
  return ok(await pullShape(state, repo, item));
}

async function setPullState(state: State, repo: Repository, item: Opened, wanted: "open" | "closed", call: RepoCall) {
  if (item.issue.state === wanted) return;
  if (item.pull.merged && wanted === "open")
    throw invalid([{ resource: "PullRequest", code: "custom", message: "Cannot reopen a merged pull request" }]);
  item.pull.closedAt = wanted === "closed" ? await tips(repo, item) : null;
  const actor = actorOf(call.identity, state);
  setState(state, repo, item.issue, wanted, undefined, actor);
  const action = wanted === "closed" ? "closed" : "reopened";
  emit(state, repo, "pull_request", actor, {
    action,
    number: item.issue.number,
    pull_request: await pullShape(state, repo, item),
  });
}

async function tips(repo: Repository, { pull }: Opened): Promise<{ readonly head: string; readonly base: string }> {
  if (pull.closedAt) return pull.closedAt;
  const head = await readRef(repo.gitDir, `refs/heads/${pull.headRef}`);
  const base = await readRef(repo.gitDir, `refs/heads/${pull.baseRef}`);
  if (head === null || base === null) throw new HttpError(409, "A branch of this pull request is gone.");
  return { head, base };
}

/** Merges by the rules of the base branch. Words of a rule's refusal come as 405, as third parties have seen it. */
async function mergePull(call: RepoCall, state: State): Promise<Reply> {
  const { repo, body, identity } = call;
  const item = pullOf(call);
  const { issue, pull } = item;
  if (issue.state === "closed") throw new HttpError(405, "Pull Request is not mergeable");
  if (pull.draft) throw new HttpError(405, "Pull Request is still a draft");
  return inOrder(repo, async () => {
    const { head, base } = await tips(repo, item);
    if (body.sha !== undefined && body.sha !== head)
      throw new HttpError(409, "Head branch was modified. Review and try the merge again.");
    const after = await mergedCommit(call, state, item, head, base);
    const ref = `refs/heads/${pull.baseRef}`;
    await changeRef(state, repo, identity, { ref, before: base, after, force: false, mergedPull: true }, 405);
    const by = actorOf(identity, state);
    pull.closedAt = { head, base };
    pull.merged = { sha: after, by, at: isoNow(state) };
    setState(state, repo, issue, "closed", undefined, by);
    emit(state, repo, "pull_request", by, {
      action: "closed",
      number: issue.number,
      pull_request: await pullShape(state, repo, item),
    });
    return ok({ sha: after, merged: true, message: "Pull Request successfully merged" });
  });
}

async function mergedCommit(
  call: RepoCall,
  state: State,
  { issue, pull }: Opened,
  head: string,
  base: string,
): Promise<string> {
  const { repo, body } = call;
  const method = textField(body, "merge_method") ?? "merge";
  if (method === "rebase") throw new HttpError(501, "Not implemented by the stand-in: merging by rebase");
  const merged = await runGit(repo.gitDir, ["merge-tree", "--write-tree", base, head]);
  if (merged.code !== 0) throw new HttpError(405, "Pull Request is not mergeable");
  const tree = merged.stdout.toString("utf8").split("\n")[0] ?? "";
  const person = personFrom(call, state, "");
  const squash = method === "squash";
  const usual = squash
    ? `${issue.title} (#${issue.number})`
    : `Merge pull request #${issue.number} from ${repo.owner.login}/${pull.headRef}`;
  const title = textField(body, "commit_title") ?? usual;
  const message = textField(body, "commit_message") ?? (squash ? (issue.body ?? "") : issue.title);
  const parents = squash ? [base] : [base, head];
  return writeCommit(repo.gitDir, {
    tree,
    parents,
    message: `${title}\n\n${message}`,
    author: person,
    committer: person,
  });
}

async function contains(repo: Repository, item: Opened, sha: string): Promise<boolean> {
  if ((await resolveCommit(repo.gitDir, sha)) === null) return false;
  if (item.pull.merged?.sha === sha) return true;
  const { head, base } = await tips(repo, item).catch(() => ({ head: "", base: "" }));
  return head !== "" && (await isAncestor(repo.gitDir, sha, head)) && !(await isAncestor(repo.gitDir, sha, base));
}

async function simpleShape(state: State, repo: Repository, item: Opened) {
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

async function pullShape(state: State, repo: Repository, item: Opened) {
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
