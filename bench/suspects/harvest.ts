import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { gzipSync } from "node:zlib";
import { tokenBags } from "../../src/agent/suspects/token-bags.ts";
import { seeded } from "./seeded.ts";
import { statedReason } from "./stated-reason.ts";

/**
 * Makes cases out of public clones: a revert whose message states a reason, the commit it took back, and the range a deploy
 * would have contained. It must never write anything but the file it is given.
 *
 * Usage: node bench/suspects/harvest.ts OUT.jsonl.gz MAX_PER_REPOSITORY CLONE...
 */
const [out, most, ...clones] = process.argv.slice(2);
if (!out || !most || clones.length === 0) throw new Error("usage: harvest.ts OUT.jsonl.gz MAX_PER_REPOSITORY CLONE...");
const cases: string[] = [];
for (const clone of clones) {
  const found = harvest(clone, Number(most));
  console.log(`${repositoryName(clone)}: ${found.length}`);
  cases.push(...found.map((one) => JSON.stringify(one)));
}
writeFileSync(out, gzipSync(`${cases.join("\n")}\n`));

type Line = { readonly sha: string; readonly parents: readonly string[]; readonly message: string };

function harvest(dir: string, limit: number): unknown[] {
  const repo = repositoryName(dir);
  const line = firstParentLine(dir);
  const index = new Map(line.map((commit, at) => [commit.sha, at]));
  const found: unknown[] = [];
  const reverts = line
    .map((_, at) => at)
    .filter((at) => /[Tt]his reverts (commit|merge)/.test(line[at]?.message ?? ""));
  for (const at of shuffled(reverts, repo)) {
    if (found.length >= limit) break;
    const revert = line[at];
    const culprits = [...(revert?.message ?? "").matchAll(/reverts (?:merge )?commit\s+([0-9a-f]{7,40})/g)].map(
      (m) => m[1] ?? "",
    );
    if (!revert || culprits.length === 0 || at < 8) continue;
    const places = culprits.map((sha) => placeOf(dir, sha, line, index, at)).filter((place) => place !== null);
    const first = Math.min(...places);
    if (places.length === 0 || at - first > 40 || places.some((place) => isRevert(line[place]))) continue;
    const titles = places.flatMap((place) =>
      (line[place]?.message ?? "")
        .split("\n")
        .filter((text) => text.length > 12)
        .slice(0, 3),
    );
    const reason = statedReason(revert.message, titles);
    if (reason === null) continue;
    const random = seeded(`${repo}${revert.sha}`);
    const start = Math.max(1, Math.min(first - 1 - Math.floor(random() ** 2 * 16), at - 6));
    const range = line.slice(Math.max(start, at - 48), at);
    found.push({
      id: `${repo.replace("/", "__")}__${revert.sha.slice(0, 10)}`,
      repo,
      language: "?",
      ...reason,
      culprit_shas: places.map((place) => line[place]?.sha),
      n_candidates: range.length,
      candidates: candidates(dir, range),
    });
  }
  return found;
}

function firstParentLine(dir: string): Line[] {
  const text = git(dir, ["log", "--first-parent", "--reverse", "--format=%H%x00%P%x00%B%x01", "HEAD"]);
  const inner = new Map(
    git(dir, ["log", "-E", "--grep=[Tt]his reverts (commit|merge)", "--format=%H%x00%B%x01", "HEAD"])
      .split("\x01")
      .map((entry) => entry.trim().split("\0"))
      .map(([sha, body]) => [sha ?? "", body ?? ""] as const),
  );
  return text.split("\x01\n").flatMap((entry) => {
    const [sha, parents, message] = entry.split("\0");
    if (!sha || parents === undefined || message === undefined) return [];
    const all = parents.split(" ").filter(Boolean);
    return [{ sha, parents: all, message: all[1] ? `${inner.get(all[1]) ?? ""}\n${message}` : message }];
  });
}

function placeOf(
  dir: string,
  sha: string,
  line: readonly Line[],
  index: Map<string, number>,
  before: number,
): number | null {
  const full = git(dir, ["rev-parse", "--verify", "--quiet", `${sha}^{commit}`]).trim();
  if (!full) return null;
  const own = index.get(full);
  if (own !== undefined) return own < before ? own : null;
  let low = Math.max(0, before - 45);
  let high = before - 1;
  if (isAncestor(dir, full, line[low]?.sha ?? "") || !isAncestor(dir, full, line[high]?.sha ?? "")) return null;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isAncestor(dir, full, line[middle]?.sha ?? "")) high = middle;
    else low = middle;
  }
  return high;
}

function candidates(dir: string, range: readonly Line[]): unknown[] {
  return range.flatMap(({ sha, parents }) => {
    const told = git(dir, ["log", "-1", "--format=%s%x00%b%x00%at%x00%ct", sha]).split("\0");
    const [innerSubject, innerBody] = parents[1]
      ? git(dir, ["log", "-1", "--format=%s%x00%b", parents[1]]).split("\0")
      : [];
    const against = parents[0] ?? "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
    const files = numstat(git(dir, ["diff", "--numstat", "--no-renames", against, sha]));
    const bags = tokenBags(git(dir, ["diff", "--no-color", "--no-ext-diff", "--no-renames", against, sha]));
    const body = `${innerBody ?? ""}\n\n${innerSubject ? told[0] : ""}\n${told[1] ?? ""}`.trim().slice(0, 2000);
    return {
      sha,
      subject: innerSubject ?? told[0] ?? "",
      body,
      author_time: Number(told[2]),
      commit_time: Number(told[3]),
      is_merge: parents.length > 1,
      n_files: files.length,
      additions: files.reduce((sum, file) => sum + file.additions, 0),
      deletions: files.reduce((sum, file) => sum + file.deletions, 0),
      files: files.slice(0, 60),
      added: Object.fromEntries(bags.added),
      removed: Object.fromEntries(bags.removed),
      around: Object.fromEntries(bags.around),
    };
  });
}

function numstat(text: string): { path: string; additions: number; deletions: number }[] {
  return text
    .split("\n")
    .filter(Boolean)
    .map((row) => row.split("\t"))
    .map(([additions, deletions, path]) => ({
      path: path ?? "",
      additions: Number(additions) || 0,
      deletions: Number(deletions) || 0,
    }))
    .sort((a, b) => b.additions + b.deletions - a.additions - a.deletions);
}

function isAncestor(dir: string, sha: string, of: string): boolean {
  return git(dir, ["merge-base", sha, of]).trim() === sha;
}

function git(dir: string, args: readonly string[]): string {
  try {
    const all = ["-c", "safe.directory=*", "-c", "core.quotePath=false", "-c", "diff.noprefix=false", ...args];
    return execFileSync("git", all, {
      cwd: dir,
      encoding: "utf8",
      maxBuffer: 2 ** 30,
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch {
    return "";
  }
}

/** Reverts of reverts bring changes back: their reasons speak of something else. */
function isRevert(commit: Line | undefined): boolean {
  return /^\W*(partial\w* )?(revert|undo|unrevert|back ?out|reland)/i.test(commit?.message.trim() ?? "");
}

function repositoryName(dir: string): string {
  const folder = basename(dir) === ".git" ? dirname(dir) : dir;
  return (basename(folder) === "repo" ? basename(dirname(folder)) : basename(folder)).replace("+", "/");
}

function shuffled<T>(items: readonly T[], seed: string): T[] {
  const random = seeded(seed);
  return items
    .map((item) => [random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}
