import { afterEach, beforeEach, expect, test } from "vitest";
import { AT, type GitHubWorld, githubWorld, installationToken, octokit } from "./github-world.ts";

let world: GitHubWorld;
beforeEach(async () => {
  world = await githubWorld();
});
afterEach(() => world.close());

async function look(token: string, mark?: string): Promise<{ status: number; etag: string | null; said: string }> {
  const response = await fetch(`${world.github.apiUrl}/repos/acme/shop/git/ref/heads/main`, {
    headers: {
      authorization: `Bearer ${token}`,
      "user-agent": "test",
      ...(mark === undefined ? {} : { "if-none-match": mark }),
    },
  });
  return { status: response.status, etag: response.headers.get("etag"), said: await response.text() };
}

test("who still has what a read says is told so, without it, until it says something else", async () => {
  const token = await installationToken(world, { contents: "read" });
  const first = await look(token);
  expect(first).toMatchObject({ status: 200, etag: expect.stringMatching(/^W\/"[0-9a-f]{64}"$/) });
  const mark = first.etag ?? "";
  expect(await look(token, mark)).toEqual({ status: 304, etag: mark, said: "" });
  expect((await look(token, `"other", ${mark.slice(2)}`)).status).toBe(304);

  await world.github.commitFiles(world.repo, "main", { a: "a" }, "Move", "writer");
  const moved = await look(token, mark);
  expect(moved.status).toBe(200);
  expect(moved.etag).not.toBe(mark);
  expect(moved.said).not.toBe(first.said);
});

test("a mark is good for nobody else, and opens nothing", async () => {
  const token = await installationToken(world, { contents: "read" });
  const mark = (await look(token)).etag ?? "";
  expect((await look(world.github.userToken("writer", "hands"), mark)).status).toBe(200);
  expect((await look(await installationToken(world, { issues: "read" }), mark)).status).toBe(403);
  expect((await look("ghs_wrong", "*")).status).toBe(401);
});

test("an SDK that asks so gets its 304", async () => {
  const client = octokit(world, await installationToken(world, { contents: "read" }));
  const { headers } = await client.rest.repos.getContent({ ...AT, path: "README.md" });
  const again = client.rest.repos.getContent({
    ...AT,
    path: "README.md",
    headers: { "if-none-match": String(headers.etag) },
  });
  await expect(again).rejects.toMatchObject({ status: 304 });
});
