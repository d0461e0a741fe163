import { afterAll, beforeAll, expect, test } from "vitest";
import { findIncident } from "../../src/action/find-incident.ts";
import { createGitHubApp, type GitHubApp } from "../../src/adapters/github-app.ts";
import { createIssue } from "../../src/adapters/github-app-acts.ts";
import { resolveSha } from "../../src/adapters/github-app-code.ts";
import { issueNumbered, openIncidents } from "../../src/adapters/github-app-issues.ts";
import { connectWithToken } from "../../src/adapters/github-token.ts";
import { INCIDENT_LABEL } from "../../src/incident/names.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { AT, type GitHubWorld, githubWorld, installationToken, octokit } from "../standins/github-world.ts";

/** What GitHub answers where one would expect something else. */
let world: GitHubWorld;
let app: GitHubApp;
beforeAll(async () => {
  world = await githubWorld();
  const { github, app: seed } = world;
  app = createGitHubApp({ apiUrl: github.apiUrl, appId: seed.id, key: new Secret(seed.privateKey) }, systemClock);
});
afterAll(async () => {
  app.close();
  await world.close();
});

const repo = () => ({ ...AT, owner: AT.owner, name: AT.repo, id: world.repo.id, url: "", defaultBranch: "main" });
const reader = () => app.reader(world.installation);

test("what our bot opened is ours though GitHub names no App on it; what others label is not", async () => {
  const powers = app.powers(world.installation, world.repo.id);
  const number = await createIssue(powers, repo(), { title: "down", body: "b", labels: [INCIDENT_LABEL] });
  await powers.end();
  const stranger = world.github.addApp({ slug: "stranger", name: "S", permissions: { issues: "write" }, events: [] });
  const { id: installation } = world.github.install("stranger", "acme", "all");
  const bot = octokit(world, await installationToken({ ...world, app: stranger, installation }, { issues: "write" }));
  const forged = { ...AT, title: "forged", labels: [INCIDENT_LABEL] };
  const { data } = await bot.request("POST /repos/{owner}/{repo}/issues", forged);

  expect((await openIncidents(reader(), repo())).map((issue) => issue.number)).toEqual([number]);
  expect(await issueNumbered(reader(), repo(), data.number)).toBeNull();
  const { data: seen } = await bot.request("GET /repos/{owner}/{repo}/issues/{issue_number}", {
    ...AT,
    issue_number: number,
  });
  expect(seen.performed_via_github_app).toBeNull();
});

test("a revision that GitHub does not know is none, and an incident of one is not found, though it says 422", async () => {
  expect(await resolveSha(reader(), repo(), "0".repeat(12))).toBeNull();
  expect(await resolveSha(reader(), repo(), world.first.slice(0, 12))).toBe(world.first);
  const owner = octokit(world, await installationToken(world, { administration: "write" }));
  await owner.request("POST /repos/{owner}/{repo}/rulesets", {
    ...AT,
    name: `sentinel hold main @${"0".repeat(12)} #9`,
    enforcement: "active",
    rules: [{ type: "update" }],
  });
  const job = connectWithToken(
    new Secret(await installationToken(world, { contents: "read", checks: "read" })),
    world.github.apiUrl,
  );
  const found = await findIncident(job, repo(), { incident: 9, appId: world.app.id });
  expect(found).toEqual({ kind: "refused", reason: "memory-not-found" });
});
