import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { getOctokit } from "@actions/github";
import { ProbotOctokit } from "probot";
import { startGitHub } from "../../drill/github/github.ts";
import type { GitHub, GitHubOptions, RepoRef } from "../../drill/github/types.ts";
import { createJournal, type Journal } from "../../drill/journal.ts";

/** One stand-in GitHub with an owner, a writer, two Apps and a repository with one commit, for the tests of it. */
export type GitHubWorld = {
  readonly github: GitHub;
  readonly journal: Journal;
  readonly repo: RepoRef;
  readonly first: string;
  readonly users: Readonly<Record<"acme" | "lead" | "writer", number>>;
  readonly app: ReturnType<GitHub["addApp"]>;
  readonly installation: number;
  readonly dir: string;
  close(): Promise<void>;
};

export const AT = { owner: "acme", repo: "shop" } as const;

export async function githubWorld(
  options: { readonly webhook?: { readonly url: string; readonly secret: string } } & Partial<GitHubOptions> = {},
): Promise<GitHubWorld> {
  const dir = await mkdtemp(join(tmpdir(), "stand-in-github-"));
  const journal = createJournal();
  const { webhook, ...rest } = options;
  const github = await startGitHub({ journal, dir, ...rest });
  const [acme, lead, writer] = ["acme", "lead", "writer"].map((login) => github.addUser({ login }).id);
  const app = github.addApp({
    slug: "sentinel",
    name: "Sentinel",
    permissions: {
      actions: "write",
      administration: "write",
      checks: "write",
      contents: "read",
      deployments: "read",
      issues: "write",
      pull_requests: "read",
      statuses: "read",
    },
    events: ["check_run", "deployment_status", "issue_comment", "issues", "push", "repository_ruleset", "workflow_run"],
    ...(webhook ? { webhook } : {}),
  });
  github.addApp({
    slug: "hands",
    name: "Hands",
    permissions: { contents: "write", workflows: "write", pull_requests: "write" },
    events: [],
  });
  github.addApp({ slug: "builder", name: "Builder", permissions: { contents: "write", checks: "write" }, events: [] });
  const repo = await github.addRepository({
    owner: "acme",
    name: "shop",
    private: true,
    defaultBranch: "main",
    collaborators: { lead: "write", writer: "write" },
  });
  const { id: installation } = github.install("sentinel", "acme", "all");
  github.install("hands", "acme", "all");
  github.install("builder", "acme", "all");
  const first = await github.commitFiles(repo, "main", { "README.md": "# Shop\n" }, "Open the shop", "writer");
  await github.idle();
  return {
    github,
    journal,
    repo,
    first,
    users: { acme: acme ?? 0, lead: lead ?? 0, writer: writer ?? 0 },
    app,
    installation,
    dir,
    close: async () => {
      await github.idle();
      await github.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** The SDK as the Action uses it. */
export function octokit(world: GitHubWorld, token: string): ReturnType<typeof getOctokit> {
  return getOctokit(token, { baseUrl: world.github.apiUrl });
}

/** The SDK as the App uses it, authenticated as the App itself. */
export function appOctokit(
  { github, app }: GitHubWorld,
  auth: Readonly<Record<string, unknown>> = {},
): InstanceType<typeof ProbotOctokit> {
  return new ProbotOctokit({
    baseUrl: github.apiUrl,
    auth: { appId: app.id, privateKey: app.privateKey, ...auth },
    throttle: { enabled: false },
    retry: { enabled: false },
  });
}

export async function installationToken(
  world: GitHubWorld,
  permissions: Readonly<Record<string, "read" | "write">>,
): Promise<string> {
  const { data } = await appOctokit(world).request("POST /app/installations/{installation_id}/access_tokens", {
    installation_id: world.installation,
    repository_ids: [world.repo.id],
    permissions,
  });
  return data.token;
}

/** Holds `main` as the App does, with `lead` as the only one let through. */
export async function holdMain(world: GitHubWorld): Promise<number> {
  const admin = octokit(world, await installationToken(world, { administration: "write" }));
  const { data } = await admin.request("POST /repos/{owner}/{repo}/rulesets", {
    ...AT,
    name: `hold main @${world.first.slice(0, 12)}`,
    enforcement: "active",
    target: "branch",
    conditions: { ref_name: { include: ["refs/heads/main"], exclude: [] } },
    rules: [{ type: "update" }, { type: "deletion" }, { type: "non_fast_forward" }],
    bypass_actors: [{ actor_type: "User", actor_id: world.users.lead, bypass_mode: "always" }],
  });
  return data.id;
}

/** How a request of an SDK was refused. */
export async function refusal(
  request: Promise<unknown>,
): Promise<{ readonly status: number; readonly message: string }> {
  try {
    await request;
  } catch (error) {
    if (error instanceof Error && "status" in error && typeof error.status === "number")
      return { status: error.status, message: error.message };
    throw error;
  }
  throw new Error("it was not refused");
}

const run = promisify(execFile);

/** Real git in a clone of its own; resolves with what it said, also when it fails. */
export async function git(dir: string, ...args: string[]): Promise<{ readonly code: number; readonly said: string }> {
  const env = { PATH: process.env.PATH, HOME: dir, GIT_CONFIG_NOSYSTEM: "1", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
  const identity = ["-c", "user.name=Writer", "-c", "user.email=writer@example.com"];
  return run("git", [...identity, ...args], { cwd: dir, env }).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      said: error.stdout + error.stderr,
    }),
  );
}

export function remote(world: GitHubWorld, token: string, user = "x-access-token"): string {
  return `${world.github.url.replace("http://", `http://${user}:${token}@`)}/acme/shop.git`;
}
