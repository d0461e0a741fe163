import { actorOf } from "../auth/identity.ts";
import { writeCommit } from "../git/commits.ts";
import { runGit } from "../git/process.ts";
import { rebased } from "../git/rebase.ts";
import { changeRef, inOrder } from "../git/ref-changes.ts";
import { HttpError, ok, type Reply, type RepoCall, textField } from "../http.ts";
import { isoNow, type State } from "../state.ts";
import { emit } from "../webhooks/emit.ts";
import { personFrom } from "./git-objects.ts";
import { setState } from "./issue-records.ts";
import { type Opened, pullOf, tips } from "./pull-records.ts";
import { pullShape } from "./pull-shapes.ts";

/** Merging a pull request, under the same rules as a push. */

/** Merges by the rules of the base branch. Words of a rule's refusal come as 405, as third parties have seen it. */
export async function mergePull(call: RepoCall, state: State): Promise<Reply> {
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
  if (method === "rebase") {
    const after = await rebased(repo.gitDir, { base, head, committer: personFrom(call, state, "") });
    if (after === null) throw new HttpError(405, "This branch can't be rebased");
    return after;
  }
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
