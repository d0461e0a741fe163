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
  readonly commits: readonly Sha[];
};

/** The commits between last good and head, read from git. `firstParent` is newest first and ends above last good. */
export type History = {
  readonly head: CommitRecord;
  readonly good: CommitRecord;
  readonly all: readonly CommitRecord[];
  readonly firstParent: readonly CommitRecord[];
};

/**
 * Fetches the range without trees and reads it. The set of commits comes from GitHub, since a shallow clone cannot know which
 * commits an old side branch shares with last good; every commit itself is read from git.
 */
export async function readHistory(git: Plumbing, head: Sha, lastGood: Sha, range: RangeFacts): Promise<History> {
  await fetchCommits(git, head, range.commits.length + 1);
  const records = await readCommits(git, [...new Set([head, lastGood, ...range.commits])]);
  const bySha = new Map(records.map((record) => [record.sha, record]));
  const inRange = new Set(range.commits);
  return {
    head: found(bySha, head),
    good: found(bySha, lastGood),
    all: range.commits.map((sha) => found(bySha, sha)),
    firstParent: firstParentChain(bySha, head, inRange),
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

const FORMAT = "%H%n%T%n%P%n%an%n%ae%n%cn%n%ce%n%B";

async function readCommits(git: Plumbing, shas: readonly Sha[]): Promise<readonly CommitRecord[]> {
  const out = await git.run(["log", "-z", "--no-walk=unsorted", "--no-mailmap", `--format=${FORMAT}`, "--stdin"], {
    input: `${shas.join("\n")}\n`,
  });
  return out
    .split("\0")
    .filter((entry) => entry !== "")
    .map(parseRecord);
}

function parseRecord(entry: string): CommitRecord {
  const [
    sha = "",
    tree = "",
    parents = "",
    author = "",
    authorEmail = "",
    committer = "",
    committerEmail = "",
    ...rest
  ] = entry.split("\n");
  const message = rest.join("\n").trimEnd();
  return {
    sha,
    tree,
    parents: parents.split(" ").filter((parent) => parent !== ""),
    people: [
      { role: "author", name: author, email: authorEmail },
      { role: "committer", name: committer, email: committerEmail },
      ...coAuthors(message),
    ],
    message,
  };
}

function coAuthors(message: string): Identity[] {
  return [...message.matchAll(/^co-authored-by:[ \t]*([^<\n]*)<([^>\n]*)>/gim)].map(([, name = "", email = ""]) => ({
    role: "co-author" as const,
    name: name.trim(),
    email: email.trim(),
  }));
}
