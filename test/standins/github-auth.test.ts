import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { type JWTPayload, SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { AT, appOctokit, type GitHubWorld, githubWorld, installationToken, octokit, refusal } from "./github-world.ts";

let world: GitHubWorld;
/** How far the stand-in's clock is ahead of ours, in milliseconds. */
let ahead = 0;
beforeAll(async () => {
  world = await githubWorld({ now: () => Date.now() + ahead });
});
afterEach(() => {
  ahead = 0;
});
afterAll(() => world.close());

describe("an App", () => {
  test("proves itself with its own signature", async () => {
    const { data } = await appOctokit(world).request("GET /app");
    expect(data).toMatchObject({ id: world.app.id, slug: "sentinel" });
  });

  test("is refused with another key", async () => {
    const { privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs1", format: "pem" },
    });
    const stranger = appOctokit(world, { privateKey });
    expect(await refusal(stranger.request("GET /app"))).toMatchObject({
      status: 401,
      message: expect.stringContaining("A JSON web token could not be decoded"),
    });
  });

  test("is refused under another number", async () => {
    const stranger = appOctokit(world, { appId: 999 });
    expect((await refusal(stranger.request("GET /app"))).message).toContain("Integration not found");
  });

  test("is refused with claims that are too old, too far ahead or from the future", async () => {
    const now = Math.floor(Date.now() / 1000);
    expect(await asked({ iat: now - 60, exp: now + 540 })).toBe(200);
    expect(await asked({ iat: now - 700, exp: now - 100 })).toContain("'Expiration time' claim ('exp')");
    expect(await asked({ iat: now, exp: now + 3600 })).toContain("is too far in the future");
    expect(await asked({ iat: now + 300, exp: now + 540 })).toContain("'Issued at' claim ('iat')");
    expect(await asked({ iat: now - 60, exp: now + 540 }, world.app.clientId)).toBe(200);
  });

  test("finds its installation and gets a token for it", async () => {
    const app = appOctokit(world);
    const { data } = await app.request("GET /repos/{owner}/{repo}/installation", { ...AT });
    expect(data.id).toBe(world.installation);
    const installed = appOctokit(world, { installationId: world.installation });
    const { data: list } = await installed.request("GET /installation/repositories");
    expect(list.repositories.map(({ full_name }) => full_name)).toEqual(["acme/shop"]);
  });

  test("cannot mint a token with more than it was granted", async () => {
    const asked = installationToken(world, { contents: "write" });
    expect(await refusal(asked)).toMatchObject({
      status: 422,
      message: expect.stringContaining("The permissions requested are not granted to this installation."),
    });
  });
});

describe("a narrowed installation token", () => {
  test("does what it was narrowed to, and nothing else", async () => {
    const issues = octokit(world, await installationToken(world, { issues: "write" }));
    const { data } = await issues.rest.issues.create({ ...AT, title: "Something happened" });
    expect(data.user?.login).toBe("sentinel[bot]");
    const ruleset = issues.request("POST /repos/{owner}/{repo}/rulesets", { ...AT, name: "x", enforcement: "active" });
    await expect(ruleset).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining("Resource not accessible by integration"),
      response: { headers: { "x-accepted-github-permissions": "administration=write" } },
    });
  });

  test("is dead after it was revoked", async () => {
    const once = octokit(world, await installationToken(world, { issues: "read" }));
    expect((await once.request("DELETE /installation/token")).status).toBe(204);
    expect(await refusal(once.rest.issues.listForRepo({ ...AT }))).toMatchObject({ status: 401 });
  });

  test("is dead after an hour", async () => {
    const once = octokit(world, await installationToken(world, { issues: "read" }));
    ahead = 59 * 60_000;
    expect((await once.rest.issues.listForRepo({ ...AT })).status).toBe(200);
    ahead = 61 * 60_000;
    expect(await refusal(once.rest.issues.listForRepo({ ...AT }))).toMatchObject({ status: 401 });
  });

  test("shows in the journal what it was narrowed to", async () => {
    const deployments = octokit(world, await installationToken(world, { deployments: "read" }));
    await deployments.rest.repos.listDeployments({ ...AT });
    expect(world.journal.entries.at(-1)).toMatchObject({
      method: "GET",
      path: "/repos/acme/shop/deployments",
      actor: "installation:sentinel[deployments:read]",
      status: 200,
    });
  });

  test("does not see a private repository that it does not cover", async () => {
    await world.github.addRepository({ owner: "acme", name: "vault", private: true, defaultBranch: "main" });
    const shopOnly = octokit(world, await installationToken(world, { contents: "read" }));
    expect(await refusal(shopOnly.rest.repos.get({ owner: "acme", repo: "vault" }))).toMatchObject({ status: 404 });
  });
});

describe("a person's token through an App", () => {
  test("can do only what both can", async () => {
    const lead = octokit(world, world.github.userToken("lead", "hands"));
    expect((await lead.rest.users.getAuthenticated()).data.login).toBe("lead");
    expect(await refusal(lead.rest.issues.create({ ...AT, title: "x" }))).toMatchObject({ status: 403 });
    const reader = world.github.addUser({ login: "reader" });
    const token = world.github.userToken(reader.login, "hands");
    expect(await refusal(octokit(world, token).rest.repos.get({ ...AT }))).toMatchObject({ status: 404 });
  });

  test("ends when it is revoked", async () => {
    const token = world.github.userToken("lead", "hands");
    world.github.revokeUserToken(token);
    expect(await refusal(octokit(world, token).rest.users.getAuthenticated())).toMatchObject({ status: 401 });
  });

  test("ends after eight hours", async () => {
    const lead = octokit(world, world.github.userToken("lead", "hands"));
    ahead = 8 * 3_600_000 + 1000;
    expect(await refusal(lead.rest.users.getAuthenticated())).toMatchObject({ status: 401 });
  });
});

describe("a check run", () => {
  test("can be changed only by the App that made it", async () => {
    const mine = octokit(world, await installationToken(world, { checks: "write" }));
    const made = { ...AT, name: "Sentinel", head_sha: world.first, status: "in_progress" as const };
    const { data } = await mine.rest.checks.create(made);
    const output = { title: "Held", summary: "The branch is held.", text: "remembered" };
    await mine.rest.checks.update({ ...AT, check_run_id: data.id, output });
    const person = octokit(world, world.github.userToken("lead", "builder"));
    const forged = person.rest.checks.update({ ...AT, check_run_id: data.id, conclusion: "success" });
    expect(await refusal(forged)).toMatchObject({ status: 403 });
    const intruder = await anotherApp();
    const overwritten = intruder.rest.checks.update({
      ...AT,
      check_run_id: data.id,
      output: { title: "x", summary: "x" },
    });
    expect(await refusal(overwritten)).toMatchObject({
      status: 403,
      message: expect.stringContaining("can only be modified by the GitHub App that created it"),
    });
    const { data: read } = await mine.rest.checks.listForRef({ ...AT, ref: "main", app_id: world.app.id });
    expect(read.check_runs.map(({ output: { text } }) => text)).toEqual(["remembered"]);
  });
});

describe("anonymous and unknown requests", () => {
  test("get no answer about a private repository", async () => {
    const answer = await fetch(`${world.github.apiUrl}/repos/acme/shop`, { headers: { "user-agent": "test" } });
    expect(answer.status).toBe(404);
    expect(world.journal.entries.at(-1)?.actor).toBe("anonymous");
  });

  test("are refused loudly where the stand-in knows no answer", async () => {
    const token = await installationToken(world, { contents: "read" });
    const unknown = octokit(world, token).request("GET /repos/{owner}/{repo}/stargazers", { ...AT });
    expect(await refusal(unknown)).toMatchObject({ status: 501 });
    await expect(world.github.idle()).rejects.toThrow("GET /api/v3/repos/acme/shop/stargazers is not implemented");
    await world.github.idle();
  });
});

/** An App that may write check runs as well. */
async function anotherApp(): Promise<ReturnType<typeof octokit>> {
  const seed = { slug: "intruder", name: "Intruder", permissions: { checks: "write" }, events: [] } as const;
  const app = world.github.addApp(seed);
  const { id } = world.github.install("intruder", "acme", "all");
  const { data } = await appOctokit({ ...world, app }).request(
    "POST /app/installations/{installation_id}/access_tokens",
    { installation_id: id },
  );
  return octokit(world, data.token);
}

/** GET /app with a token of these claims: 200, or what was said against it. */
async function asked(claims: JWTPayload, issuer = String(world.app.id)): Promise<number | string> {
  const jwt = await new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256" })
    .setIssuer(issuer)
    .sign(createPrivateKey(world.app.privateKey));
  const headers = { authorization: `Bearer ${jwt}`, "user-agent": "test" };
  const answer = await fetch(`${world.github.apiUrl}/app`, { headers });
  const body = (await answer.json()) as { readonly message?: string };
  return answer.ok ? answer.status : (body.message ?? "");
}
