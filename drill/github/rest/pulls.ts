import { actorOf, appOf } from "../auth/identity.ts";
import { resolveCommit } from "../git/commits.ts";
import { git } from "../git/process.ts";
import { isAncestor, readRef } from "../git/refs.ts";
import {
  created,
  invalid,
  ok,
  page,
  param,
  type Reply,
  type RepoCall,
  type Route,
  repoRoute,
  requiredText,
  textField,
} from "../http.ts";
import type { Pull, Repository } from "../records.ts";
import { isoNow, type State } from "../state.ts";
import { emit } from "../webhooks/emit.ts";
import { newIssue, setState } from "./issue-records.ts";
import { mergePull } from "./pull-merge.ts";
import { type Opened, opened, pullOf, tips } from "./pull-records.ts";
import { pullShape, simpleShape } from "./pull-shapes.ts";

/** Pull requests between branches of one repository. */

const READ = [{ pull_requests: "read" }] as const;
const WRITE = [{ pull_requests: "write" }] as const;

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

async function contains(repo: Repository, item: Opened, sha: string): Promise<boolean> {
  if ((await resolveCommit(repo.gitDir, sha)) === null) return false;
  if (item.pull.merged?.sha === sha) return true;
  const { head, base } = await tips(repo, item).catch(() => ({ head: "", base: "" }));
  return head !== "" && (await isAncestor(repo.gitDir, sha, head)) && !(await isAncestor(repo.gitDir, sha, base));
}
