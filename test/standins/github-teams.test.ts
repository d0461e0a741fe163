import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RepoRef } from "../../drill/github/types.ts";
import { type GitHubWorld, git, githubWorld, octokit } from "./github-world.ts";

/** Teams of an organisation: what a team may do in a repository, its members may, and nobody else. */
let world: GitHubWorld;
let repo: RepoRef;
const dir = mkdtempSync(join(tmpdir(), "stand-in-teams-"));
const AT = { owner: "guild", repo: "forge" } as const;

beforeAll(async () => {
  world = await githubWorld();
  const { github } = world;
  github.addOrganization("guild");
  for (const slug of ["builder", "sentinel"]) github.install(slug, "guild", "all");
  repo = await github.addRepository({
    owner: "guild",
    name: "forge",
    private: true,
    defaultBranch: "main",
    collaborators: { lead: "admin" },
  });
  await github.commitFiles(repo, "main", { "a.txt": "a" }, "Begin", "lead");
});

afterAll(async () => {
  await world.close();
  rmSync(dir, { recursive: true, force: true });
});

const push = async (login: string, text: string) => {
  const clone = join(dir, `${login}-${text}`);
  const from = `http://x-access-token:${world.github.userToken(login, "builder")}@${new URL(world.github.url).host}/guild/forge.git`;
  const cloned = await git(dir, "clone", "-q", from, clone);
  if (cloned.code !== 0) return cloned;
  writeFileSync(join(clone, "a.txt"), text);
  await git(clone, "-c", "user.name=x", "-c", "user.email=x@x.example", "commit", "-qam", text);
  return git(clone, "push", "-q", "origin", "main");
};

test("a member gets the team's role, on REST and on a push; before that, a private repository is not there", async () => {
  expect((await push("writer", "before")).code).not.toBe(0);
  world.github.addTeam({
    organization: "guild",
    slug: "smiths",
    members: ["writer"],
    repositories: { forge: "write" },
  });
  expect(await push("writer", "after")).toMatchObject({ code: 0 });
  const lead = octokit(world, world.github.userToken("lead", "sentinel"));
  const { data } = await lead.request("GET /repos/{owner}/{repo}/collaborators/{username}/permission", {
    ...AT,
    username: "writer",
  });
  expect(data).toMatchObject({ permission: "write", role_name: "write" });
});

test("the repository's teams are listed with what each may do", async () => {
  const lead = octokit(world, world.github.userToken("lead", "sentinel"));
  const { data } = await lead.request("GET /repos/{owner}/{repo}/teams", AT);
  expect(data).toMatchObject([{ slug: "smiths", permission: "push" }]);
});
