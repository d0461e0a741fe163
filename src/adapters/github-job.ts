import { z } from "zod";
import type { Partaker } from "../approval/who.ts";
import { Sha } from "../kernel/sha.ts";
import { type CommitRecord, type RangeFacts, recordOf } from "../rollback/history.ts";
import { coAuthors } from "./github-co-authors.ts";
import { ownReports } from "./github-own-reports.ts";
import { GitHubError, type GitHubRequest } from "./github-request.ts";

/** What the job's own token (read, and issues:write) is used for while responding. It can never push. */
export type JobGitHub = ReturnType<typeof createJobGitHub>;

type Repo = { readonly owner: string; readonly name: string };

export function createJobGitHub(request: GitHubRequest, repo: Repo) {
  const at = { owner: repo.owner, repo: repo.name };
  return {
    compare: (good: Sha, head: Sha) => compare(request, at, good, head),
    movers: (range: MovedRange) => movers(request, at, range),
    coAuthors: (head: Sha, addresses: readonly string[]) => coAuthors(request, at, head, addresses),
    ownReports: (run: { readonly id: number; readonly sha: string }) => ownReports(request, at, run),
    ownComments: (issue: number) => botComments(request, at, issue),
    comment: async (issue: number, body: string): Promise<number> => {
      const route = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
      return Numbered.parse((await request(route, { ...at, issue_number: issue, body })).data).id;
    },
    editComment: async (id: number, body: string): Promise<void> => {
      const route = "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}";
      await request(route, { ...at, comment_id: id, body });
    },
  };
}

type Place = { readonly owner: string; readonly repo: string };
const PAGE = 100;

const Account = z.looseObject({ id: z.int(), login: z.string() }).nullable().catch(null);
const Named = z.looseObject({ name: z.string().nullish(), email: z.string().nullish() }).nullish();
const Compare = z.looseObject({
  status: z.enum(["ahead", "identical", "behind", "diverged"]),
  total_commits: z.int(),
  commits: z.array(
    z.looseObject({
      sha: Sha,
      author: Account,
      committer: Account,
      parents: z.array(z.looseObject({ sha: Sha })),
      commit: z.looseObject({
        message: z.string(),
        tree: z.looseObject({ sha: Sha }),
        author: Named,
        committer: Named,
      }),
    }),
  ),
});

export type Compared = {
  readonly range: RangeFacts;
  /** Whom GitHub knows the commits' authors and committers to be. */
  readonly accounts: readonly { readonly sha: Sha; readonly partaker: Partaker }[];
};

/** All commits that `head` has and `good` has not; GitHub gives them in pages, and says how many there are. */
async function compare(request: GitHubRequest, at: Place, good: Sha, head: Sha): Promise<Compared> {
  const commits: z.infer<typeof Compare>["commits"] = [];
  for (let page = 1; ; page++) {
    const route = "GET /repos/{owner}/{repo}/compare/{basehead}";
    const { data } = await request(route, { ...at, basehead: `${good}...${head}`, per_page: PAGE, page });
    const answer = Compare.parse(data);
    commits.push(...answer.commits);
    const isWhole = commits.length >= answer.total_commits;
    if (isWhole || answer.commits.length === 0 || page >= MOST_PAGES)
      return { range: rangeOf(answer, commits), accounts: commits.flatMap(accountsOf) };
  }
}

/** Beyond this no plan is made anyway. */
const MOST_PAGES = 51;

type Listed = z.infer<typeof Compare>["commits"][number];

function rangeOf(answer: z.infer<typeof Compare>, listed: readonly Listed[]): RangeFacts {
  const unique = [...new Map(listed.map((commit) => [commit.sha, commit])).values()];
  if (unique.length < answer.total_commits && unique.length <= (MOST_PAGES - 1) * PAGE)
    throw new GitHubError(
      "unavailable",
      200,
      `the comparison named ${unique.length} of ${answer.total_commits} commits`,
    );
  return { status: answer.status, commits: unique.map(recordFrom) };
}

function recordFrom({ sha, parents, commit }: Listed): CommitRecord {
  const people = (["author", "committer"] as const).map((role) => ({
    role,
    name: commit[role]?.name ?? "",
    email: commit[role]?.email ?? "",
  }));
  return recordOf({
    sha,
    tree: commit.tree.sha,
    parents: parents.map((parent) => parent.sha),
    people,
    message: commit.message,
  });
}

function accountsOf(commit: Listed): Compared["accounts"] {
  return (["author", "committer"] as const).flatMap((role) => {
    const account = commit[role];
    if (account === null) return [];
    return [{ sha: commit.sha, partaker: { id: account.id, names: [account.login], role } }];
  });
}

const Activity = z.array(
  z.looseObject({
    before: z.string(),
    after: z.string(),
    activity_type: z.string(),
    actor: z.looseObject({ id: z.int(), login: z.string() }).nullish(),
  }),
);

export type MovedRange = {
  readonly branch: string;
  readonly lastGood: Sha;
  /** The first-parent line from the head down to above last good, newest first. */
  readonly line: readonly Sha[];
  /** Those of the line that would be undone. */
  readonly undoes: readonly Sha[];
  /** Every commit whose work goes, merged ones too: one of these may once have been the branch's head. */
  readonly undone: readonly Sha[];
};

/**
 * Who moved the branch over any of the undone commits, by GitHub's own record of pushes and merges: one push may have brought
 * several commits, so it counts for all between where the branch stood before and after it. Null where the record is too long
 * to be read to the end.
 */
async function movers(request: GitHubRequest, at: Place, range: MovedRange): Promise<readonly Partaker[] | null> {
  const { branch, lastGood, line } = range;
  const isBeginning = ({ before, after }: { before: string; after: string }) =>
    before === lastGood || after === lastGood || (line.includes(after) && !line.includes(before));
  const hasMoved = movedOver(range);
  const people: Partaker[] = [];
  let [isRewritten, isReached] = [false, false];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_ACTIVITY_PAGES; page++) {
    const answer = await request("GET /repos/{owner}/{repo}/activity", {
      ...at,
      ref: `refs/heads/${branch}`,
      per_page: PAGE,
      ...(cursor === null ? {} : { after: cursor }),
    });
    const entries = Activity.parse(answer.data);
    for (const { actor, activity_type, ...move } of entries)
      if (hasMoved(move) && actor) people.push({ id: actor.id, names: [actor.login], role: wordFor(activity_type) });
    // A branch that only ever went forward left last good once, and what stands before that is of no interest. One that was set back
    // may leave it again, to hide who did so first; so at least one older move is looked at.
    isRewritten ||= entries.some(({ activity_type }) => !FORWARD.has(activity_type));
    isReached ||= entries.slice(0, -1).some(isBeginning);
    cursor = nextCursor(answer.link);
    if (cursor === null || (isReached && !isRewritten)) return people;
    isReached ||= entries.some(isBeginning);
  }
  return null;
}

const FORWARD: ReadonlySet<string> = new Set(["push", "pr_merge", "merge_queue_merge"]);

function movedOver({ line, undoes, undone }: MovedRange): (move: { before: string; after: string }) => boolean {
  const indices = undoes.map((sha) => line.indexOf(sha));
  const heads = new Set(undone);
  return ({ before, after }) => {
    if (heads.has(after)) return true;
    const [newest, oldest] = [line.indexOf(after), line.includes(before) ? line.indexOf(before) : line.length];
    return newest !== -1 && indices.some((index) => newest <= index && index < oldest);
  };
}

const MOST_ACTIVITY_PAGES = 20;

function wordFor(activity: string): string {
  return activity === "pr_merge" || activity === "merge_queue_merge" ? "merger" : "pusher";
}

function nextCursor(link: string | null): string | null {
  const next = /<([^>]+)>;\s*rel="next"/.exec(link ?? "")?.[1];
  return next === undefined ? null : new URL(next).searchParams.get("after");
}

const Comments = z.array(
  z.looseObject({ id: z.int(), body: z.string().nullish(), user: z.looseObject({ login: z.string() }).nullish() }),
);
const Numbered = z.looseObject({ id: z.int() });

export type BotComment = { readonly id: number; readonly body: string };

/** Comments written by jobs with their own token. Writers can edit them, so nothing in them is believed unsealed. */
async function botComments(request: GitHubRequest, at: Place, issue: number): Promise<readonly BotComment[]> {
  const found: BotComment[] = [];
  for (let page = 1; page <= 10; page++) {
    const route = "GET /repos/{owner}/{repo}/issues/{issue_number}/comments";
    const { data } = await request(route, { ...at, issue_number: issue, per_page: PAGE, page });
    const comments = Comments.parse(data);
    for (const { id, body, user } of comments)
      if (user?.login === "github-actions[bot]") found.push({ id, body: body ?? "" });
    if (comments.length < PAGE) break;
  }
  return found;
}

/** The people named in the commits themselves, who GitHub may not know: addresses that carry a login or an id give these. */
export function namedIn(commits: readonly CommitRecord[]): readonly Partaker[] {
  return commits.flatMap(({ people }) =>
    people.map(({ role, name, email }) => {
      const noreply = /^(?:(\d+)\+)?([^@+]+)@users\.noreply\./i.exec(email);
      const id = noreply?.[1] === undefined ? null : Number(noreply[1]);
      return { id, names: [name, ...(noreply?.[2] === undefined ? [] : [noreply[2]])], role };
    }),
  );
}
