import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Git, openScratch } from "../../src/adapters/git.ts";
import { Policy, type PolicyInput } from "../../src/policy/schema.ts";
import { type Computed, computePlan, type PlanRequest } from "../../src/rollback/compute.ts";
import { type CommitRecord, type RangeFacts, recordOf } from "../../src/rollback/history.ts";

/** A repository that a test writes with git itself, and scratch clones that fetch from it as from GitHub. */
export type Workbench = ReturnType<typeof createWorkbench>;

export function createWorkbench() {
  const root = mkdtempSync(join(tmpdir(), "sentinel-bench-"));
  const dir = join(root, "repo");
  mkdirSync(dir);
  let scratches = 0;
  const git = (...args: string[]): string => runGit(dir, args);
  git("init", "--quiet", "--initial-branch=main");
  for (const [key, value] of SERVER_SETTINGS) git("config", key, value);

  return {
    dir,
    git,
    write: (path: string, content: string | Buffer) => {
      mkdirSync(dirname(join(dir, path)), { recursive: true });
      writeFileSync(join(dir, path), content);
    },
    link: (path: string, target: string) => {
      rmSync(join(dir, path), { force: true });
      symlinkSync(target, join(dir, path));
    },
    mode: (path: string, bits: number) => chmodSync(join(dir, path), bits),
    remove: (path: string) => rmSync(join(dir, path), { recursive: true }),
    /** Commits everything in the working tree; gives the sha. */
    commit: (message: string, author = "Mallory <mallory@example.com>"): string => {
      git("add", "--all");
      git("commit", "--quiet", "--allow-empty", `--author=${author}`, "-m", message);
      return git("rev-parse", "HEAD");
    },
    /** So many empty-handed commits on top of one, all with this tree; gives the last. */
    chain: (from: string, tree: string, length: number): string => {
      const lines: string[] = [];
      for (let i = 0; i < length; i++)
        lines.push(
          "commit refs/heads/chain",
          `mark :${i + 1}`,
          "committer M <m@example.com> 1767225600 +0000",
          "data 1",
          "c",
          i === 0 ? `from ${from}` : `from :${i}`,
          `M 040000 ${tree} ""`,
        );
      runGit(dir, ["fast-import", "--quiet", "--force"], `${lines.join("\n")}\n`);
      const tip = git("rev-parse", "refs/heads/chain");
      git("update-ref", "-d", "refs/heads/chain");
      return tip;
    },
    tree: (rev: string) => git("rev-parse", `${rev}^{tree}`),
    scratch: async (): Promise<Git> => {
      const scratch = join(root, `scratch-${scratches++}`);
      mkdirSync(scratch);
      return openScratch(scratch, `file://${dir}`, null);
    },
    remove_all: () => rmSync(root, { recursive: true, force: true }),
  };
}

const SERVER_SETTINGS = [
  ["uploadpack.allowFilter", "true"],
  ["uploadpack.allowAnySHA1InWant", "true"],
  ["core.autocrlf", "false"],
] as const;

/** What GitHub's comparison would say, by git. */
export function rangeOf({ git }: Pick<Workbench, "git">, good: string, head: string): RangeFacts {
  const commits = recordsOf(git("log", "-z", FORMAT, `${good}..${head}`));
  const behind = git("rev-list", `${head}..${good}`).split("\n").filter(Boolean);
  if (behind.length > 0) return { status: commits.length > 0 ? "diverged" : "behind", commits };
  return { status: commits.length > 0 ? "ahead" : "identical", commits };
}

/** Commits as GitHub's comparison gives them, of what `git log -z` says in that format. */
export function recordsOf(log: string): readonly CommitRecord[] {
  return log
    .split("\0")
    .filter((entry) => entry.trim() !== "")
    .map((entry) => {
      const [sha = "", tree = "", parents = "", name = "", email = "", ...message] = entry
        .replace(/^\n/, "")
        .split("\n");
      const people = [{ role: "author" as const, name, email }];
      return recordOf({ sha, tree, parents: parents.split(" ").filter(Boolean), people, message: message.join("\n") });
    });
}

export const FORMAT = "--format=%H%n%T%n%P%n%an%n%ae%n%B";

export const POLICY: PolicyInput = {
  version: 1,
  signals: [{ deployment: "production" }],
  people: [{ github: "lead", id: 7, auth0: "auth0|lead", approves: ["sev1", "sev2", "sev3"] }],
};

/** Plans from `good` to `head` as the job does: in a fresh scratch clone. */
export async function planBetween(
  bench: Workbench,
  good: string,
  head: string,
  wish: Partial<PlanRequest> & { readonly policyInput?: Partial<PolicyInput> } = {},
): Promise<Computed> {
  const { policyInput, ...rest } = wish;
  return computePlan(await bench.scratch(), {
    repoId: 1,
    repo: "acme/shop",
    branch: "main",
    incident: 3,
    kind: "restore-last-good",
    suspects: [],
    head,
    lastGood: good,
    range: rangeOf(bench, good, head),
    policy: Policy.parse({ ...POLICY, ...policyInput }),
    severity: "sev2",
    ...rest,
  });
}

function runGit(cwd: string, args: readonly string[], input?: string): string {
  return execFileSync("git", [...args], {
    cwd,
    encoding: "utf8",
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    ...(input === undefined ? {} : { input }),
    env: {
      PATH: process.env.PATH,
      HOME: cwd,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_AUTHOR_NAME: "Mallory",
      GIT_AUTHOR_EMAIL: "mallory@example.com",
      GIT_COMMITTER_NAME: "Mallory",
      GIT_COMMITTER_EMAIL: "mallory@example.com",
      GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
      GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
      GIT_EDITOR: "true",
    },
  }).trim();
}
