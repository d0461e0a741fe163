import type { Sha } from "../kernel/sha.ts";
import { count } from "./count.ts";
import type { CommitRange, History, RangeCommit, WantedDiff } from "./ports.ts";
import { tokenBags } from "./suspects/token-bags.ts";
import type { Candidate, ChangedFile, Ranking, Signal } from "./suspects/types.ts";

/** The ranking as the rest of the analysis sees it: a pure function of words and candidates. */
export type RankSuspects = (signal: Signal, candidates: readonly Candidate[]) => Ranking;

export type ReadCandidates = {
  readonly candidates: readonly Candidate[];
  readonly diffs: ReadonlyMap<Sha, string>;
  readonly notLookedAt: readonly string[];
};

/**
 * The commits of the range with their diffs, as far as the limits allow. In a long range the diffs of those commits are read
 * that names, paths and subjects alone make likeliest: the rest stays in the ranking, by names only.
 */
export async function readCandidates(
  history: History,
  range: CommitRange,
  signal: Signal,
  rank: RankSuspects,
): Promise<ReadCandidates> {
  const byName = range.commits.map((commit) => toCandidate(commit, ""));
  const chosen = worthReading(byName, signal, rank);
  const wanted = pickFiles(range.commits.filter(({ sha }) => chosen.has(sha)));
  const read = await history.diffs(wanted).catch(() => new Map<Sha, string>());
  const diffs = new Map([...read].map(([sha, diff]) => [sha, shortened(diff)]));
  return {
    candidates: range.commits.map((commit) => toCandidate(commit, diffs.get(commit.sha) ?? "")),
    diffs,
    notLookedAt: gaps(range, wanted, diffs),
  };
}

const LIMITS = {
  diffCommits: 150,
  filesPerCommit: 40,
  files: 1500,
  fileChars: 30_000,
  commitChars: 150_000,
} as const;

/** A generated file must not crowd out the rest of its commit, nor a commit the rest of the range. */
function shortened(diff: string): string {
  if (diff.length <= LIMITS.fileChars) return diff;
  return filesOf(diff)
    .map(({ text }) => (text.length <= LIMITS.fileChars ? text : `${text.slice(0, LIMITS.fileChars)}\n…\n`))
    .join("")
    .slice(0, LIMITS.commitChars);
}

function worthReading(candidates: readonly Candidate[], signal: Signal, rank: RankSuspects): ReadonlySet<Sha> {
  if (candidates.length <= LIMITS.diffCommits) return new Set(candidates.map(({ sha }) => sha));
  return new Set(
    rank(signal, candidates)
      .ranked.slice(0, LIMITS.diffCommits)
      .map(({ sha }) => sha),
  );
}

/** Code before prose, generated files last. */
function pickFiles(commits: readonly RangeCommit[]): readonly WantedDiff[] {
  let left: number = LIMITS.files;
  return commits.map(({ sha, files }) => {
    const readable = files.filter(({ path, before, after }) => (before ?? after) !== null && !isOpaque(path));
    const paths = readable.map(({ path }) => path).sort((a, b) => weight(a) - weight(b));
    const picked = paths.slice(0, Math.min(LIMITS.filesPerCommit, left));
    left -= picked.length;
    return { sha, paths: picked };
  });
}

function weight(path: string): number {
  if (isLockFile(path) || GENERATED.test(path)) return 3;
  if (/\.(?:md|rst|txt|adoc)$/i.test(path)) return 2;
  return /(?:^|\/)(?:tests?|__tests__|spec|fixtures?|docs?|examples?)\//i.test(path) ? 1 : 0;
}

export function isLockFile(path: string): boolean {
  return /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|go\.sum|Cargo\.lock|poetry\.lock|uv\.lock|Pipfile\.lock|composer\.lock|Gemfile\.lock|packages\.lock\.json)$/.test(
    path,
  );
}

/** Nothing to read in these, whatever they hold. */
function isOpaque(path: string): boolean {
  return /\.(?:png|jpe?g|gif|webp|avif|ico|svgz|pdf|zip|gz|tgz|bz2|xz|7z|jar|war|class|so|dll|dylib|exe|wasm|woff2?|ttf|otf|eot|mp[34]|mov|webm|ogg|wav|bin|dat|db|sqlite|pyc|map)$/i.test(
    path,
  );
}

const GENERATED = /(?:^|\/)(?:dist|vendor|third_party|node_modules|generated)\/|\.min\.(?:js|css)$|\.pb\.go$|\.snap$/;

export function toCandidate(commit: RangeCommit, diff: string): Candidate {
  const counted = countLines(diff);
  const files: readonly ChangedFile[] = commit.files.slice(0, MAX_LISTED_FILES).map(({ path }) => ({
    path,
    additions: counted.get(path)?.additions ?? 0,
    deletions: counted.get(path)?.deletions ?? 0,
  }));
  return {
    sha: commit.sha,
    subject: commit.subject,
    body: commit.body,
    authorTime: commit.authorTime,
    commitTime: commit.commitTime,
    isMerge: commit.parents.length > 1,
    nFiles: commit.files.length,
    additions: files.reduce((sum, { additions }) => sum + additions, 0),
    deletions: files.reduce((sum, { deletions }) => sum + deletions, 0),
    files,
    ...tokenBags(diff),
  };
}

const MAX_LISTED_FILES = 400;

/** Changed lines by file, from the text that was read. */
function countLines(diff: string): ReadonlyMap<string, { additions: number; deletions: number }> {
  const found = new Map<string, { additions: number; deletions: number }>();
  for (const { path, text } of filesOf(diff)) {
    const lines = text.slice(Math.max(0, text.indexOf("\n@@"))).split("\n");
    found.set(path, {
      additions: lines.filter((line) => line.startsWith("+")).length,
      deletions: lines.filter((line) => line.startsWith("-")).length,
    });
  }
  return found;
}

/** A unified diff by file. Names with unusual characters stay as git quotes them. */
export function filesOf(diff: string): readonly { readonly path: string; readonly text: string }[] {
  return diff
    .split(/(?:^|(?<=\n))(?=diff --git )/)
    .filter((text) => text.startsWith("diff --git "))
    .map((text) => ({ path: pathOf(text), text }));
}

/** From the heading alone: what follows is the author's. */
function pathOf(text: string): string {
  const hunks = text.indexOf("\n@@");
  const heading = (hunks === -1 ? text : text.slice(0, hunks)).split("\n");
  const named = (mark: string): string | undefined =>
    heading
      .find((line) => line.startsWith(mark))
      ?.slice(mark.length)
      .replace(/\t$/, "");
  return named("+++ b/") ?? named("--- a/") ?? /^diff --git a\/(.+) b\/\1$/.exec(heading[0] ?? "")?.[1] ?? "";
}

function gaps(range: CommitRange, wanted: readonly WantedDiff[], diffs: ReadonlyMap<Sha, string>): readonly string[] {
  const found: string[] = [];
  if (range.truncated) found.push(`commits beyond the newest ${range.commits.length} of the range`);
  const unread = range.commits.length - wanted.length;
  if (unread > 0) found.push(`the diffs of ${count(unread, "less likely commit")}`);
  const isRead = new Set(wanted.map(({ sha }) => sha));
  const files = range.commits.reduce((sum, { sha, files: of }) => sum + (isRead.has(sha) ? of.length : 0), 0);
  const asked = wanted.reduce((sum, { paths }) => sum + paths.length, 0);
  if (files > asked) found.push(`the content of ${files - asked} of ${count(files, "changed file")}`);
  const absent = wanted.filter(({ sha, paths }) => paths.length > 0 && !diffs.has(sha)).length;
  if (absent > 0)
    found.push(`the diffs of ${count(absent, "commit")} whose content could not be fetched or is too large`);
  return found;
}
