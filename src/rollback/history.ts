import type { Sha } from "../kernel/sha.ts";
import { fetchCommits, type Plumbing } from "./plumbing.ts";

/** One commit as git has it. Names, addresses and message are the author's words: hostile text. */
export type CommitRecord = {
  readonly sha: Sha;
  readonly tree: Sha;
  readonly parents: readonly Sha[];
  readonly people: readonly Identity[];
  readonly message: string;
};

export type Identity = {
  readonly role: "author" | "committer" | "co-author";
  readonly name: string;
  readonly email: string;
};

/** What GitHub's comparison of last good and head says; `commits` are all that the head has and last good has not. */
export type RangeFacts = {
  readonly status: "ahead" | "identical" | "behind" | "diverged";
  readonly commits: readonly CommitRecord[];
};

/** The commits between last good and head. `firstParent` is newest first and ends above last good. */
export type History = {
  readonly head: CommitRecord;
  readonly good: CommitRecord;
  readonly all: readonly CommitRecord[];
  readonly firstParent: readonly CommitRecord[];
};

/**
 * Reads the range. What the plan is made of (head, last good, and the commits in `exact` with their first parents) is read from
 * git, whose names are proofs; the rest of the range is GitHub's comparison, since its commits weigh more than all else and a
 * shallow clone could not tell which of them an old side branch shares with last good.
 */
export async function readHistory(
  git: Plumbing,
  head: Sha,
  lastGood: Sha,
  range: RangeFacts,
  exact: readonly Sha[] = [],
): Promise<History> {
  const bySha = new Map(range.commits.map((record) => [record.sha, record]));
  const named = exact.filter((sha) => bySha.has(sha));
  await fetchCommits(git, [...new Set([head, lastGood, ...named])], named.length === 0 ? 1 : 2);
  for (const sha of [head, lastGood, ...named]) bySha.set(sha, await readCommit(git, sha));
  for (const sha of named) {
    const [parent] = found(bySha, sha).parents;
    if (parent !== undefined) bySha.set(parent, await readCommit(git, parent));
  }
  return {
    head: found(bySha, head),
    good: found(bySha, lastGood),
    all: range.commits.map(({ sha }) => found(bySha, sha)),
    firstParent: firstParentChain(bySha, head, new Set(range.commits.map(({ sha }) => sha))),
  };
}

function firstParentChain(
  bySha: ReadonlyMap<Sha, CommitRecord>,
  head: Sha,
  inRange: ReadonlySet<Sha>,
): readonly CommitRecord[] {
  const chain: CommitRecord[] = [];
  for (let sha: Sha | undefined = head; sha !== undefined && inRange.has(sha); ) {
    const record = found(bySha, sha);
    chain.push(record);
    sha = record.parents[0];
  }
  return chain;
}

function found(bySha: ReadonlyMap<Sha, CommitRecord>, sha: Sha): CommitRecord {
  const record = bySha.get(sha);
  if (record === undefined) throw new Error(`invariant: commit ${sha} was not read`);
  return record;
}

/** The object itself, not git's view of it: in a shallow clone that view has no parents at the edge. */
async function readCommit(git: Plumbing, sha: Sha): Promise<CommitRecord> {
  const object = await git.run(["cat-file", "commit", sha]);
  const end = object.indexOf("\n\n");
  const headers = object.slice(0, end).split("\n");
  const of = (name: string) =>
    headers.flatMap((line) => (line.startsWith(`${name} `) ? [line.slice(name.length + 1)] : []));
  const people = [identity("author", of("author")[0] ?? ""), identity("committer", of("committer")[0] ?? "")];
  return recordOf({ sha, tree: of("tree")[0] ?? "", parents: of("parent"), people, message: object.slice(end + 2) });
}

function identity(role: Identity["role"], line: string): Identity {
  const [, name = "", email = ""] = /^(.*?) ?<([^>]*)>/.exec(line) ?? [];
  return { role, name, email };
}

/** A commit with the co-authors that its message names. */
export function recordOf(commit: CommitRecord): CommitRecord {
  const message = commit.message.trimEnd();
  return { ...commit, message, people: [...commit.people, ...coAuthors(message)] };
}

function coAuthors(message: string): Identity[] {
  return [...message.matchAll(/^co-authored-by:([^<\n]*)<([^>\n]*)>/gim)].map(([, name = "", email = ""]) => ({
    role: "co-author" as const,
    name: name.trim(),
    email: email.trim(),
  }));
}
