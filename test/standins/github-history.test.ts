import { execFileSync } from "node:child_process";
import { readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RepoRef } from "../../drill/github/types.ts";
import { AT, type GitHubWorld, git, githubWorld, octokit } from "./github-world.ts";

let world: GitHubWorld;
let source: string;
beforeEach(async () => {
  world = await githubWorld();
  source = join(world.dir, "source");
  await git(world.dir, "init", "--quiet", "--initial-branch=main", source);
  for (const [name, text] of Object.entries({ one: "1\n", two: "2\n", three: "3\n" })) {
    await writeFile(join(source, `${name}.txt`), text);
    await git(source, "add", ".");
    await git(source, "commit", "--quiet", "-m", `Add ${name}`);
  }
});
afterEach(() => world.close());

const headOf = async (dir: string) => (await git(dir, "rev-parse", "HEAD")).said.trim();

/** Every file below a directory with size and time: what a reader must leave as it is. */
async function inventory(dir: string): Promise<readonly string[]> {
  const names = (await readdir(dir, { recursive: true })).sort();
  return Promise.all(
    names.map(async (name) => {
      const { size, mtimeMs } = await stat(join(dir, name));
      return `${name} ${size} ${mtimeMs}`;
    }),
  );
}

async function borrow(from: string, head: string): Promise<RepoRef> {
  return world.github.addRepository({
    owner: "acme",
    name: "old",
    private: true,
    defaultBranch: "main",
    collaborators: { lead: "write" },
    borrowFrom: from,
    branches: { main: head },
  });
}

/** Clones, commits an earlier tree on top, pushes: what a rollback does. */
async function pushOneCommit(repo: RepoRef, how = "--filter=blob:none"): Promise<string> {
  const url = `${world.github.url.replace("http://", `http://x:${world.github.userToken("lead", "hands")}@`)}/acme/old.git`;
  const dir = join(world.dir, "scratch");
  await rm(dir, { recursive: true, force: true });
  await git(world.dir, "clone", "--quiet", how, "--no-checkout", url, dir);
  const tree = (await git(dir, "rev-parse", "HEAD~1^{tree}")).said.trim();
  const commit = (await git(dir, "commit-tree", tree, "-p", "HEAD", "-m", "Undo")).said.trim();
  const { code, said } = await git(dir, "push", "origin", `${commit}:refs/heads/main`);
  expect(said).toContain("-> main");
  expect(code).toBe(0);
  expect(await world.github.state.head(repo, "main")).toBe(commit);
  return commit;
}

describe("history is borrowed, and what it is borrowed from stays as it was", () => {
  test("from a checkout", async () => {
    const before = await inventory(source);
    await pushOneCommit(await borrow(source, await headOf(source)));
    expect(await inventory(source)).toEqual(before);
  });

  test("from a linked worktree", async () => {
    const linked = join(world.dir, "linked");
    await git(source, "worktree", "add", "--quiet", "-b", "side", linked);
    await pushOneCommit(await borrow(linked, await headOf(linked)));
  });

  test("from a bare repository without a configuration", async () => {
    const bare = join(world.dir, "bare.git");
    await git(world.dir, "clone", "--quiet", "--bare", source, bare);
    await rm(join(bare, "config"));
    await pushOneCommit(await borrow(bare, await headOf(source)));
  });

  test("from a shallow clone", async () => {
    const shallow = join(world.dir, "shallow");
    await git(world.dir, "clone", "--quiet", "--depth=2", `file://${source}`, shallow);
    // A shallow server makes shallow clients; git refuses to deepen beyond what is there.
    await pushOneCommit(await borrow(shallow, await headOf(source)), "--depth=2");
  });

  test("from a clone that lacks most blobs", async () => {
    await git(source, "config", "uploadpack.allowFilter", "true");
    const partial = join(world.dir, "partial.git");
    await git(world.dir, "clone", "--quiet", "--bare", "--filter=blob:none", `file://${source}`, partial);
    await rm(source, { recursive: true });
    const repo = await borrow(partial, (await git(partial, "rev-parse", "HEAD")).said.trim());
    await pushOneCommit(repo);
    const lead = octokit(world, world.github.userToken("lead", "hands"));
    const { data } = await lead.rest.repos.compareCommitsWithBasehead({
      owner: "acme",
      repo: "old",
      basehead: "main~2...main~1",
    });
    expect(data.files?.map(({ filename, status }) => [filename, status])).toEqual([["three.txt", "added"]]);
  });
});

test("a comparison shows at most 250 commits and 300 files; with pages all commits, and files on the first alone", async () => {
  const { github, repo, first } = world;
  const files = Object.fromEntries(Array.from({ length: 310 }, (_, i) => [`f/${i}.txt`, `${i}\n`]));
  await github.commitFiles(repo, "main", files, "Add many files", "writer");
  const stream = Array.from({ length: 255 }, (_, i) => {
    const message = `Step ${i}`;
    return `commit refs/heads/main\ncommitter W <w@example.com> ${1_700_000_000 + i} +0000\ndata ${message.length}\n${message}\n${i === 0 ? "from refs/heads/main^0\n" : ""}\n`;
  });
  await writeFile(join(world.dir, "stream"), stream.join(""));
  const shell = `git --git-dir='${repo.gitDir}' fast-import --quiet < '${join(world.dir, "stream")}'`;
  execFileSync("sh", ["-c", shell]);
  const lead = octokit(world, github.userToken("lead", "hands"));
  const compare = lead.rest.repos.compareCommitsWithBasehead;
  const { data: whole } = await compare({ ...AT, basehead: `${first}...main` });
  expect(whole).toMatchObject({ status: "ahead", ahead_by: 256, total_commits: 256 });
  expect(whole.commits).toHaveLength(250);
  expect(whole.commits.at(-1)?.commit.message).toBe("Step 254");
  expect(whole.files).toHaveLength(300);
  const { data: third } = await compare({ ...AT, basehead: `${first}...main`, per_page: 100, page: 3 });
  expect(third.commits).toHaveLength(56);
  expect(third.files).toBeUndefined();
});
