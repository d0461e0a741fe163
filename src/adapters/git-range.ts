import type { CommitRange, FileChange, RangeCommit } from "../agent/ports.ts";
import type { Sha } from "../kernel/sha.ts";
import type { Git } from "./git.ts";

/** Enough for any range worth analysing; older commits of a longer one are said to be not looked at. */
const MAX_COMMITS = 500;
/** Each step asks only for what the one before left out. The last leaves room for side branches longer than the main line. */
const DEPTHS = [40, 160, MAX_COMMITS + 1, 2000];

/**
 * Fetches commits and trees of the range, no deeper than needed, and reads it by first parent. Throws `GitError` when the
 * remote cannot be read or the bad head is not there.
 */
export async function readRange(git: Git, good: Sha, bad: Sha, signal: AbortSignal): Promise<CommitRange> {
  const goodIsAncestor = await fetchRange(git, good, bad, signal);
  const found = await readCommits(git, goodIsAncestor ? [`^${good}`, bad] : [bad], signal);
  const commits = found.slice(0, MAX_COMMITS);
  const changes = await readChanges(git, commits, signal);
  return {
    commits: commits.map((commit) => ({ ...commit, files: changes.get(commit.sha) ?? [] })),
    goodIsAncestor,
    truncated: !goodIsAncestor || found.length > MAX_COMMITS,
  };
}

async function fetchRange(git: Git, good: Sha, bad: Sha, signal: AbortSignal): Promise<boolean> {
  for (const depth of DEPTHS) {
    await git.run(
      [
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-write-fetch-head",
        "--recurse-submodules=no",
        "--filter=blob:none",
        `--depth=${depth}`,
        "origin",
        bad,
      ],
      { signal },
    );
    const reached = await git.run(["rev-list", bad], { signal });
    if (reached.includes(good)) return true;
    if (reached.split("\n").length <= depth && !(await isShallow(git))) return false;
  }
  return false;
}

async function isShallow(git: Git): Promise<boolean> {
  return (await git.run(["rev-parse", "--is-shallow-repository"])).trim() === "true";
}

const FIELDS = ["%H", "%P", "%an", "%at", "%ct", "%s", "%b"];

type CommitHead = Omit<RangeCommit, "files">;

async function readCommits(git: Git, revisions: readonly string[], signal: AbortSignal): Promise<CommitHead[]> {
  const format = `--format=${FIELDS.join("%x00")}`;
  const out = await git.run(
    ["log", "--first-parent", `--max-count=${MAX_COMMITS + 1}`, "-z", "--encoding=UTF-8", format, ...revisions, "--"],
    { signal },
  );
  const cells = out.split("\0");
  const commits: CommitHead[] = [];
  for (let at = 0; at + FIELDS.length <= cells.length; at += FIELDS.length) {
    const [sha = "", parents = "", author = "", authorTime, commitTime, subject = "", body = ""] = cells.slice(at);
    commits.push({
      sha,
      parents: parents.split(" ").filter((parent) => parent !== ""),
      author,
      authorTime: Number(authorTime),
      commitTime: Number(commitTime),
      subject,
      body,
    });
  }
  return commits;
}

/** What each commit changed against its first parent, by names alone: no content is fetched for it. */
async function readChanges(
  git: Git,
  commits: readonly CommitHead[],
  signal: AbortSignal,
): Promise<Map<Sha, readonly FileChange[]>> {
  const pairs = commits.flatMap(({ sha, parents }) => (parents[0] === undefined ? [] : [`${sha} ${parents[0]}\n`]));
  if (pairs.length === 0) return new Map();
  const args = ["diff-tree", "--stdin", "-r", "--raw", "-z", "--no-renames", "--no-abbrev"];
  return parseChanges(await git.run(args, { input: pairs.join(""), signal }));
}

function parseChanges(out: string): Map<Sha, readonly FileChange[]> {
  const found = new Map<Sha, FileChange[]>();
  let files: FileChange[] = [];
  const cells = out.split("\0");
  for (let at = 0; at < cells.length; at++) {
    const cell = cells[at] ?? "";
    const meta = META.exec(cell);
    if (meta) {
      at += 1;
      files.push(toChange(meta, cells[at] ?? ""));
    } else if (/^[0-9a-f]{40}$/.test(cell)) {
      files = [];
      found.set(cell, files);
    }
  }
  return found;
}

const META = /^:(\d{6}) (\d{6}) ([0-9a-f]{40}) ([0-9a-f]{40}) ([A-Z])$/;

function toChange(meta: RegExpExecArray, path: string): FileChange {
  const [, modeBefore, modeAfter, before = "", after = "", letter = ""] = meta;
  return {
    path,
    status: STATUS[letter] ?? "typechange",
    before: modeBefore?.startsWith("100") ? before : null,
    after: modeAfter?.startsWith("100") ? after : null,
  };
}

const STATUS: Readonly<Record<string, FileChange["status"]>> = { A: "added", M: "modified", D: "deleted" };
