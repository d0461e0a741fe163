import { actorOf, type Identity } from "../auth/identity.ts";
import { HttpError, unprocessable } from "../http.ts";
import type { Account, Activity, Repository } from "../records.ts";
import { htmlUrl, repoUrl, simpleCommitShape } from "../rest/shapes.ts";
import { isoNow, type State } from "../state.ts";
import { emit, isHeard } from "../webhooks/emit.ts";
import { factsOf } from "./change-facts.ts";
import { log, readCommit } from "./commits.ts";
import { git, ZERO } from "./process.ts";
import { moveRef } from "./refs.ts";
import { decideRefChange, restRefusal } from "./rules.ts";

/** Moves refs for the REST side and says so to everybody; git's own pushes come through `announce` alone. */

export type RefMove = { readonly ref: string; readonly before: string; readonly after: string };

/** One change of a ref after the other, as on one file server. */
export function inOrder<T>(repo: Repository, work: () => Promise<T>): Promise<T> {
  const next = repo.writing.then(work, work);
  repo.writing = next.catch(() => {});
  return next;
}

/** Asks the rules, moves, announces. Throws GitHub's 422 (for merges: `refusedAs`) when the rules or git refuse. */
export async function changeRef(
  state: State,
  repo: Repository,
  identity: Identity,
  move: RefMove & { readonly force: boolean; readonly mergedPull?: boolean },
  refusedAs = 422,
): Promise<void> {
  const { ref, before, after, force, mergedPull = false } = move;
  const change = await factsOf(repo, { ref, before, after, byPullRequest: mergedPull });
  const { fastForward } = change;
  const decision = decideRefChange(state, repo, change, identity);
  if (!decision.allowed) throw new HttpError(refusedAs, restRefusal(decision.violations));
  if (!fastForward && !force) throw unprocessable("Update is not a fast forward");
  if (before === after) return;
  if (!(await moveRef(repo.gitDir, ref, after, before)))
    throw new HttpError(409, `Reference ${ref} changed while it was updated.`);
  await announce(state, repo, actorOf(identity, state), { ref, before, after }, fastForward, mergedPull);
}

/** Activity, listeners and the push webhook, for a ref that has moved. */
export async function announce(
  state: State,
  repo: Repository,
  actor: Account,
  move: RefMove,
  fastForward: boolean,
  mergedPull: boolean,
): Promise<void> {
  const { ref, before, after } = move;
  const timestamp = isoNow(state);
  repo.pushedAt = timestamp;
  repo.activities.unshift({
    id: state.nextId(),
    before,
    after,
    ref,
    timestamp,
    type: activityType(move, fastForward, mergedPull),
    actor,
  });
  if (isHeard(state, repo, "push"))
    emit(state, repo, "push", actor, await pushPayload(state, repo, actor, move, fastForward));
  const { id, name, gitDir } = repo;
  const push = { repo: { id, owner: repo.owner.login, name, gitDir }, ref, before, after, actor: actor.login };
  for (const listener of state.pushListeners) listener(push);
}

function activityType(move: RefMove, fastForward: boolean, mergedPull: boolean): Activity["type"] {
  if (move.before === ZERO) return "branch_creation";
  if (move.after === ZERO) return "branch_deletion";
  if (mergedPull) return "pr_merge";
  return fastForward ? "push" : "force_push";
}

/** GitHub lists at most 2048 commits in a push; twenty are enough for anybody who must look again anyway. */
const PUSHED_COMMITS = 20;

async function pushPayload(state: State, repo: Repository, actor: Account, move: RefMove, fastForward: boolean) {
  const { ref, before, after } = move;
  const shape = (commit: Parameters<typeof simpleCommitShape>[0]) => ({
    ...simpleCommitShape(commit),
    distinct: true,
    url: `${htmlUrl(state, repo)}/commit/${commit.sha}`,
    added: [],
    removed: [],
    modified: [],
  });
  const deleted = after === ZERO;
  const commits =
    deleted || before === ZERO
      ? []
      : await log(repo.gitDir, ["--reverse", `--max-count=${PUSHED_COMMITS}`, `${before}..${after}`]);
  return {
    ref,
    before,
    after,
    created: before === ZERO,
    deleted,
    forced: !fastForward,
    base_ref: null,
    compare: `${htmlUrl(state, repo)}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
    commits: commits.map(shape),
    head_commit: deleted || !ref.startsWith("refs/heads/") ? null : shape(await readCommit(repo.gitDir, after)),
    pusher: { name: actor.login, email: actor.email ?? `${actor.login}@users.noreply.github.com` },
  };
}

export async function headOf(repo: Repository, branch: string): Promise<string> {
  return (await git(repo.gitDir, ["rev-parse", "--verify", `refs/heads/${branch}`])).trim();
}

export function refShape(state: State, repo: Repository, ref: string, sha: string, type: string) {
  return {
    ref,
    node_id: Buffer.from(`Ref:${repo.id}:${ref}`).toString("base64url"),
    url: `${repoUrl(state, repo)}/git/${ref.split("/").map(encodeURIComponent).join("/")}`,
    object: { sha, type, url: `${repoUrl(state, repo)}/git/${type}s/${sha}` },
  };
}
