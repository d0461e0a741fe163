import { execFile, execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { type Git, openRepository, openScratch } from "../src/adapters/git.ts";
import { Policy } from "../src/policy/schema.ts";
import { computePlan } from "../src/rollback/compute.ts";
import { readHistory } from "../src/rollback/history.ts";
import type { Plumbing } from "../src/rollback/plumbing.ts";
import { inverseTree } from "../src/rollback/revert-suspects.ts";
import { FORMAT, recordsOf } from "../test/rollback/workbench.ts";
import { asked, outputFile } from "./asked.ts";
import { type Served, serve } from "./plan/served.ts";

/**
 * What planning a rollback costs on the wire beside a clone that could do it with `git revert`, and whether the trees we compute
 * are those that `git revert` makes. The repository is only read, and served over loopback.
 */

const RANGE = 500;
const SAMPLES = 200;

const NAME = "bench:plan";
const values = asked(NAME, { repo: { type: "string" }, json: { type: "string" } });

async function main(): Promise<number> {
  if (values.repo === undefined || !existsSync(values.repo)) return usage("--repo wants a git repository");
  outputFile(NAME, values.json);
  const gitDir = resolve(git(values.repo, "rev-parse", "--absolute-git-dir"));
  const work = mkdtempSync(join(tmpdir(), "sentinel-plan-"));
  const served = await serve(gitDir);
  try {
    const head = git(gitDir, "rev-parse", "HEAD");
    const chain = lines(git(gitDir, "rev-list", "--first-parent", `--max-count=${RANGE + 1}`, "HEAD"));
    const good = chain.at(-1) ?? head;
    if (good === head) return usage("--repo has only one commit");
    const metrics = {
      commits: chain.length - 1,
      ...(await measureBytes(served, gitDir, work, head, good)),
      ...(await compareWithGit(gitDir, work, chain)),
    };
    console.table(metrics);
    const runs = Math.min(SAMPLES, metrics.compared);
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ metrics, runs }, null, 2)}\n`);
    return 0;
  } finally {
    await served.close();
    rmSync(work, { recursive: true, force: true });
  }
}

async function measureBytes(served: Served, gitDir: string, work: string, head: string, good: string) {
  const range = { status: "ahead", commits: recordsOf(git(gitDir, "log", "-z", FORMAT, `${good}..${head}`)) } as const;
  served.takeBytes();
  await readHistory(await scratch(served, work, "tree"), head, good, range);
  const treeBytes = served.takeBytes();

  const computed = await computePlan(await scratch(served, work, "risks"), {
    repoId: 1,
    repo: "bench/bench",
    branch: "main",
    incident: 1,
    kind: "restore-last-good",
    suspects: [],
    head,
    lastGood: good,
    range,
    policy: POLICY,
    severity: "sev2",
  });
  const risksBytes = served.takeBytes();

  const checkout = join(work, "checkout");
  const depth = String(depthTo(gitDir, head, good));
  // Not in this thread: it serves the bytes.
  await promisify(execFile)("git", ["clone", "--quiet", "--depth", depth, "--single-branch", served.url, checkout], {
    env: ENV,
  });
  const checkoutBytes = served.takeBytes();
  return {
    plan: computed.kind === "plan" ? "made" : computed.reason,
    risks: computed.kind === "plan" ? computed.plan.risks.length : 0,
    treeMb: megabytes(treeBytes),
    risksMb: megabytes(risksBytes),
    checkoutMb: megabytes(checkoutBytes),
    treeVsCheckout: ratio(treeBytes, checkoutBytes),
    risksVsCheckout: ratio(risksBytes, checkoutBytes),
  };
}

/** A clone that can revert the range needs the commits down to last good along the longest line. */
function depthTo(gitDir: string, head: string, good: string): number {
  return lines(git(gitDir, "rev-list", "--first-parent", `${good}..${head}`)).length + 1;
}

/** Single commits and short runs of neighbours, spread evenly over the range. */
async function compareWithGit(gitDir: string, work: string, chain: readonly string[]) {
  const head = chain[0] ?? "";
  const bottom = chain.at(-1) ?? "";
  // Everything is at hand here: what is compared are trees, not bytes.
  const whole = join(work, "whole");
  git(work, "clone", "--quiet", "--bare", "--shared", gitDir, whole);
  const ours = withoutFetching(openRepository(whole));
  const range = {
    status: "ahead",
    commits: recordsOf(git(gitDir, "log", "-z", FORMAT, `${bottom}..${head}`)),
  } as const;
  const history = await readHistory(ours, head, bottom, range);
  const oracle = join(work, "oracle");
  git(work, "clone", "--quiet", "--shared", gitDir, oracle);
  let [compared, agreed, conflicts] = [0, 0, 0];
  for (const commits of samples(history.firstParent.map(({ sha }) => sha))) {
    const parents = new Map(history.firstParent.map(({ sha, parents }) => [sha, parents.length]));
    const expected = byGit(oracle, head, commits, parents);
    const inverse = await inverseTree(ours, history, commits);
    const found = inverse.kind === "conflict" ? null : inverse.tree;
    compared++;
    if (expected === null) conflicts++;
    if (expected === found) agreed++;
    else console.log(`disagree on ${commits.join(" ")}: git ${expected}, we ${found}`);
  }
  return { compared, conflicts, agreeWithGit: ratio(agreed, compared) };
}

function samples(firstParent: readonly string[]): readonly (readonly string[])[] {
  const step = Math.max(1, firstParent.length / SAMPLES);
  const count = Math.min(SAMPLES, firstParent.length);
  return Array.from({ length: count }, (_, i) => {
    const start = Math.floor(i * step);
    return firstParent.slice(start, start + (i % 4 === 3 ? 2 + (i % 3) : 1));
  });
}

/** The tree of `git revert`, newest first; null for a conflict. */
function byGit(
  oracle: string,
  head: string,
  commits: readonly string[],
  parents: ReadonlyMap<string, number>,
): string | null {
  git(oracle, "reset", "--quiet", "--hard", head);
  for (const commit of commits) {
    const mainline = (parents.get(commit) ?? 1) > 1 ? ["-m", "1"] : [];
    const { status } = spawnSync("git", ["revert", "--no-commit", ...mainline, commit], { cwd: oracle, env: ENV });
    if (status !== 0) {
      spawnSync("git", ["revert", "--quit"], { cwd: oracle, env: ENV });
      return null;
    }
  }
  return git(oracle, "write-tree");
}

function withoutFetching(repository: Git): Plumbing {
  return { run: async (args, options) => (args.includes("fetch") ? "" : repository.run(args, options)) };
}

async function scratch(served: Served, work: string, name: string) {
  const dir = join(work, name);
  mkdirSync(dir);
  return openScratch(dir, served.url, null);
}

const POLICY = Policy.parse({
  version: 1,
  signals: [{ deployment: "production" }],
  people: [{ github: "lead", id: 1, auth0: "auth0|lead", approves: ["sev1", "sev2", "sev3"] }],
});

const ENV = {
  PATH: process.env.PATH,
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "b",
  GIT_AUTHOR_EMAIL: "b@b",
  GIT_COMMITTER_NAME: "b",
  GIT_COMMITTER_EMAIL: "b@b",
  GIT_LFS_SKIP_SMUDGE: "1",
};

function git(cwd: string, ...args: string[]): string {
  const options = {
    cwd,
    encoding: "utf8" as const,
    env: ENV,
    maxBuffer: 1 << 28,
    stdio: ["ignore" as const, "pipe" as const, "pipe" as const],
  };
  return execFileSync("git", ["-c", "safe.directory=*", ...args], options).trim();
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

function megabytes(bytes: number): number {
  return Math.round((bytes / 1e6) * 1000) / 1000;
}

function ratio(a: number, b: number): number {
  return Math.round((a / b) * 10_000) / 10_000;
}

function usage(problem: string): number {
  console.error(`bench:plan: ${problem}\nusage: npm run bench:plan -- --repo DIR [--json FILE]`);
  return 2;
}

process.exitCode = await main();
