import { afterEach, beforeEach, expect, test } from "vitest";
import { AT, type GitHubWorld, git, githubWorld, octokit, refusal, remote } from "./github-world.ts";

let world: GitHubWorld;
beforeEach(async () => {
  world = await githubWorld();
});
afterEach(() => world.close());

/** A pull request of two commits, while `main` goes on beside it. */
async function pull(files: Readonly<Record<string, string>>): Promise<number> {
  const { github, repo, first } = world;
  const writer = octokit(world, github.userToken("writer", "hands"));
  await writer.rest.git.createRef({ ...AT, ref: "refs/heads/topic", sha: first });
  await github.commitFiles(repo, "topic", { "one.txt": "1\n" }, "Say one", "writer");
  await github.commitFiles(repo, "topic", files, "Say two", "lead");
  await github.commitFiles(repo, "main", { "beside.txt": "b\n" }, "Go on", "acme");
  const { data } = await writer.rest.pulls.create({ ...AT, head: "topic", base: "main", title: "Count" });
  return data.number;
}

test("a merge by rebase puts each commit on the base, with its author and message, by the one who merges", async () => {
  const pull_number = await pull({ "two.txt": "2\n" });
  const lead = octokit(world, world.github.userToken("lead", "hands"));
  const { data } = await lead.rest.pulls.merge({ ...AT, pull_number, merge_method: "rebase" });
  expect(await world.github.state.head(world.repo, "main")).toBe(data.sha);
  const clone = await git(world.dir, "clone", "--quiet", remote(world, world.github.userToken("lead", "hands")), "c");
  expect(clone.code, clone.said).toBe(0);
  const log = await git(`${world.dir}/c`, "log", "--format=%s|%an|%cn|%P", "-3");
  const [two, one, base] = log.said.trim().split("\n");
  expect(two).toMatch(/^Say two\|lead\|lead\|[0-9a-f]{40}$/);
  expect(one).toMatch(/^Say one\|writer\|lead\|[0-9a-f]{40}$/);
  expect(base).toMatch(/^Go on\|acme\|acme\|/);
  const files = await git(`${world.dir}/c`, "ls-files");
  expect(files.said.trim().split("\n")).toEqual(["README.md", "beside.txt", "one.txt", "two.txt"]);
  expect((await lead.rest.pulls.get({ ...AT, pull_number })).data).toMatchObject({ merged: true, state: "closed" });
});

test("commits that do not fit on the base are not rebased, and nothing moves", async () => {
  const pull_number = await pull({ "beside.txt": "another\n" });
  const before = await world.github.state.head(world.repo, "main");
  const lead = octokit(world, world.github.userToken("lead", "hands"));
  expect(await refusal(lead.rest.pulls.merge({ ...AT, pull_number, merge_method: "rebase" }))).toMatchObject({
    status: 405,
    message: expect.stringContaining("This branch can't be rebased"),
  });
  expect(await world.github.state.head(world.repo, "main")).toBe(before);
});
