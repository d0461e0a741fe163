import type { BlameLine, CommitRange, FileChange, FoundLine, History, WantedDiff } from "../agent/ports.ts";
import { foldersOf } from "../kernel/folders.ts";
import type { Sha } from "../kernel/sha.ts";
import { type Git, GitError } from "./git.ts";
import { type Blobs, createBlobs } from "./git-blobs.ts";
import { readRange } from "./git-range.ts";

/**
 * The range last good → bad as the analysis reads it, out of a scratch repository that fetches commits and trees of the
 * range alone, and of the blobs only those that are looked at. It must never write a ref that leaves the scratch.
 */
export function openHistory(git: Git, good: Sha, bad: Sha, signal: AbortSignal): History {
  const blobs = createBlobs(git, signal);
  let range: Promise<CommitRange> | null = null;
  const readOnce = (): Promise<CommitRange> => {
    range ??= readRange(git, good, bad, signal);
    return range;
  };
  return {
    range: readOnce,
    diffs: async (wanted) => diffs(git, blobs, await readOnce(), wanted, signal),
    filesAt: (sha, wanted) => filesAt(git, blobs, sha, wanted),
    paths: (sha) => paths(git, sha, signal),
    blame: async (path, from, to) => blame(git, blobs, await readOnce(), { good, bad, path, from, to }, signal),
    search: (sha, texts, among) => search(git, blobs, { sha, texts, among }, signal),
  };
}

/** Takes every path for what it says: no pattern, no magic. */
const LITERAL = { GIT_LITERAL_PATHSPECS: "1" };
/** Content that one reading of diffs goes through at most. */
const DIFF_BYTES = 60_000_000;
const DIFF_ARGS = [
  "diff-tree",
  "-r",
  "-p",
  "--no-renames",
  "--no-color",
  "--no-ext-diff",
  "--no-textconv",
  "--full-index",
];

async function diffs(
  git: Git,
  blobs: Blobs,
  range: CommitRange,
  wanted: readonly WantedDiff[],
  signal: AbortSignal,
): Promise<ReadonlyMap<Sha, string>> {
  const bySha = new Map(range.commits.map((commit) => [commit.sha, commit]));
  const asked = wanted.flatMap(({ sha, paths: of }) => {
    const commit = bySha.get(sha);
    const parent = commit?.parents[0];
    if (!commit || !parent) return [];
    const picked = new Set(of);
    return [{ commit, parent, files: commit.files.filter(({ path }) => picked.has(path)) }];
  });
  const sides = asked.flatMap(({ files }) => files.flatMap(({ before, after }) => [before, after]));
  await blobs.bring(sides);
  const readable = blobs.readable(sides);
  const affordable = affordableFiles(
    asked.flatMap(({ files }) => files),
    readable,
  );
  const parts = asked.map(({ commit, parent, files }) => {
    const shown = files.filter((file) => affordable.has(file)).map(({ path }) => path);
    if (shown.length === commit.files.length) return { sha: commit.sha, parent, shown, isWhole: true };
    // By its path git would give all that lies in a folder of that name, asked for or not.
    const folders = new Set(commit.files.flatMap(({ path }) => foldersOf(path)));
    return { sha: commit.sha, parent, shown: shown.filter((path) => !folders.has(path)), isWhole: false };
  });
  const found = await wholeDiffs(
    git,
    parts.filter(({ isWhole }) => isWhole),
    signal,
  );
  for (const { sha, parent, shown } of parts.filter(({ isWhole, shown }) => !isWhole && shown.length > 0))
    found.set(sha, await git.run([...DIFF_ARGS, parent, sha, "--", ...shown], { env: LITERAL, signal }));
  return found;
}

/** The small ones first, until together they are too much. */
function affordableFiles(files: readonly FileChange[], sizes: ReadonlyMap<Sha, number>): ReadonlySet<FileChange> {
  const sized = files.flatMap((file) => {
    const sides = [file.before, file.after].map((side) => (side === null ? 0 : sizes.get(side)));
    return sides.includes(undefined) ? [] : [{ file, size: sides.reduce((sum: number, size) => sum + (size ?? 0), 0) }];
  });
  const chosen = new Set<FileChange>();
  let left = DIFF_BYTES;
  for (const { file, size } of sized.sort((a, b) => a.size - b.size)) {
    left -= size;
    if (left < 0) break;
    chosen.add(file);
  }
  return chosen;
}

/** Commits of which everything is read take one process together: git heads each diff with the commit's name. */
async function wholeDiffs(
  git: Git,
  commits: readonly { readonly sha: Sha; readonly parent: Sha }[],
  signal: AbortSignal,
): Promise<Map<Sha, string>> {
  if (commits.length === 0) return new Map();
  const input = commits.map(({ sha, parent }) => `${sha} ${parent}\n`).join("");
  const out = await git.run([...DIFF_ARGS, "--stdin"], { input, signal });
  const found = new Map<Sha, string>();
  for (const part of out.split(COMMIT_HEADING)) {
    if (part !== "") found.set(part.slice(0, 40), part.slice(41));
  }
  return found;
}

/** Git ends lines with a line feed alone; `^` and `$` would also take a carriage return that somebody committed. */
const COMMIT_HEADING = /(?:^|(?<=\n))(?=[0-9a-f]{40}\n)/;

async function filesAt(
  git: Git,
  blobs: Blobs,
  sha: Sha,
  wanted: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = await entries(git, sha, wanted);
  await blobs.bring(found.map(({ blob }) => blob));
  const readable = blobs.readable(found.map(({ blob }) => blob));
  const texts = new Map<string, string>();
  for (const { path, blob } of found.filter((one) => readable.has(one.blob))) {
    const text = await git.run(["cat-file", "blob", blob]);
    if (!text.includes("\0")) texts.set(path, text);
  }
  return texts;
}

async function paths(git: Git, sha: Sha, signal: AbortSignal): Promise<readonly string[]> {
  const out = await git.run(["ls-tree", "-r", "-z", "--name-only", "--full-tree", sha], { signal });
  return out.split("\0").filter((path) => path !== "");
}

async function blame(
  git: Git,
  blobs: Blobs,
  range: CommitRange,
  at: { readonly good: Sha; readonly bad: Sha; readonly path: string; readonly from: number; readonly to: number },
  signal: AbortSignal,
): Promise<readonly BlameLine[]> {
  const touched = range.commits.flatMap(({ files }) => files.filter(({ path }) => path === at.path));
  await blobs.bring(touched.flatMap(({ before, after }) => [before, after]));
  const inRange = new Set(range.commits.map(({ sha }) => sha));
  const lines = `${at.from},${at.to}`;
  const args = ["blame", "--porcelain", "--first-parent", "-L", lines, `${at.good}..${at.bad}`, "--", at.path];
  const out = await git.run(args, { env: LITERAL, signal });
  const found: BlameLine[] = [];
  let current: { sha: Sha; line: number } | null = null;
  for (const row of out.split("\n")) {
    const head = /^([0-9a-f]{40}) \d+ (\d+)/.exec(row);
    if (head?.[1] && head[2]) current = { sha: head[1], line: Number(head[2]) };
    else if (row.startsWith("\t") && current)
      found.push({ line: current.line, sha: inRange.has(current.sha) ? current.sha : null, text: row.slice(1) });
  }
  return found;
}

async function search(
  git: Git,
  blobs: Blobs,
  wanted: { readonly sha: Sha; readonly texts: readonly string[]; readonly among: readonly string[] },
  signal: AbortSignal,
): Promise<readonly FoundLine[]> {
  const among = await entries(git, wanted.sha, wanted.among);
  await blobs.bring(among.map(({ blob }) => blob));
  const readable = blobs.readable(among.map(({ blob }) => blob));
  const searchable = among.filter(({ blob }) => readable.has(blob)).map(({ path }) => path);
  if (searchable.length === 0) return [];
  const patterns = wanted.texts.flatMap((text) => ["-e", text]);
  const args = ["grep", "-z", "-n", "-I", "-F", "--no-color", "--full-name", ...patterns, wanted.sha, "--"];
  const out = await git.run([...args, ...searchable], { env: LITERAL, signal, okCodes: [1] });
  return out.split("\n").flatMap((row) => {
    const [name, line, ...rest] = row.split("\0");
    if (name === undefined || line === undefined) return [];
    return [{ path: name.slice(wanted.sha.length + 1), line: Number(line), text: rest.join("\0") }];
  });
}

/** The regular files among `wanted` at this revision. */
async function entries(git: Git, sha: Sha, wanted: readonly string[]): Promise<{ path: string; blob: Sha }[]> {
  if (wanted.length === 0) return [];
  const isWanted = new Set(wanted);
  const one = wanted.length === 1 ? ["--", ...wanted] : [];
  try {
    const out = await git.run(["ls-tree", "-r", "-z", "--full-tree", sha, ...one], { env: LITERAL });
    return out.split("\0").flatMap((row) => {
      const match = /^100\d{3} blob ([0-9a-f]{40})\t([\s\S]+)$/.exec(row);
      return match?.[1] && match[2] !== undefined && isWanted.has(match[2]) ? [{ path: match[2], blob: match[1] }] : [];
    });
  } catch (error) {
    if (error instanceof GitError) return [];
    throw error;
  }
}
