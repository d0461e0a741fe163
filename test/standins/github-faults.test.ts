import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { verify } from "@octokit/webhooks-methods";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { faultTable } from "../../scripts/fault-table.ts";
import { AT, type GitHubWorld, git, githubWorld, installationToken, octokit, refusal, remote } from "./github-world.ts";

const ISSUES = "POST /repos/{owner}/{repo}/issues";
const SECRET = "it is signed";

let world: GitHubWorld;
let server: Server;
let heard: { readonly event: string; readonly guid: string; readonly verified: boolean }[];
let client: ReturnType<typeof octokit>;
/** What the stand-in takes for now is this far ahead of the start of the test; it stands still until a test moves it. */
let ahead: number;
beforeEach(async () => {
  heard = [];
  ahead = 0;
  const start = Date.now();
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString("utf8");
    heard.push({
      event: String(request.headers["x-github-event"]),
      guid: String(request.headers["x-github-delivery"]),
      verified: await verify(SECRET, body, String(request.headers["x-hub-signature-256"])),
    });
    response.end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  world = await githubWorld({
    now: () => start + ahead,
    webhook: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, secret: SECRET },
  });
  heard.length = 0;
  client = octokit(world, await installationToken(world, { issues: "write" }));
});
afterEach(async () => {
  const unused = world.github.faults.unused();
  await world.close();
  server.closeAllConnections();
  server.close();
  expect(unused).toEqual([]);
});

const open = (title: string) => client.rest.issues.create({ ...AT, title });
const titles = () => world.github.state.issues(world.repo).map(({ title }) => title);

describe("a request", () => {
  test("can fail before and after it took effect", async () => {
    const faults = world.github.faults.of(ISSUES);
    faults.failBefore = 1;
    expect(await refusal(open("one"))).toMatchObject({ status: 502 });
    expect(titles()).toEqual([]);
    Object.assign(faults, { failAfter: 1, failStatus: 503 });
    expect(await refusal(open("two"))).toMatchObject({ status: 503 });
    expect(titles()).toEqual(["two"]);
    await open("three");
    expect(titles()).toEqual(["two", "three"]);
  });

  test("can get no answer, with and without effect", async () => {
    const faults = world.github.faults.of(ISSUES);
    const impatient = (title: string) =>
      client.request(ISSUES, { ...AT, title, request: { signal: AbortSignal.timeout(150) } });
    faults.hangBefore = 1;
    await expect(impatient("one")).rejects.toThrow();
    faults.hangAfter = 1;
    await expect(impatient("two")).rejects.toThrow();
    faults.loseAnswer = 1;
    await expect(open("three")).rejects.toThrow();
    expect(titles()).toEqual(["two", "three"]);
  });

  test("can meet either limit, with and without Retry-After", async () => {
    const { all } = world.github.faults;
    const headers = async () => {
      const error: unknown = await open("x").then(
        () => null,
        (caught: unknown) => caught,
      );
      return (error as { response: { status: number; headers: Record<string, string> } }).response;
    };
    all.primaryLimit = 1;
    expect(await headers()).toMatchObject({ status: 403, headers: { "x-ratelimit-remaining": "0" } });
    all.secondaryLimit = 2;
    all.retryAfterSeconds = 7;
    expect((await headers()).headers["retry-after"]).toBe("7");
    all.retryAfterSeconds = null;
    expect((await headers()).headers).not.toHaveProperty("retry-after");
    expect(titles()).toEqual([]);
  });

  test("can be answered late", async () => {
    world.github.faults.all.latencyMs = 120;
    const started = Date.now();
    await open("one");
    expect(Date.now() - started).toBeGreaterThanOrEqual(119);
  });

  test("can be cut off while all others work", async () => {
    world.github.faults.of(ISSUES).refuse = true;
    await expect(open("one")).rejects.toThrow();
    expect((await client.rest.issues.listForRepo({ ...AT })).status).toBe(200);
  });

  test("can be answered with half a body, by HTTP or by JSON, which the SDK hands on as text", async () => {
    const faults = world.github.faults.of(ISSUES);
    faults.truncate = 1;
    expect(typeof (await open("one")).data).toBe("string");
    faults.malform = 1;
    expect(typeof (await open("two")).data).toBe("string");
    expect(titles()).toEqual(["one", "two"]);
  });
});

test("a read can be stale for a while after a write", async () => {
  await open("one");
  ahead += 10;
  const list = async () =>
    (await client.rest.issues.listForRepo({ ...AT, state: "all" })).data.map(({ title }) => title);
  world.github.faults.of("GET /repos/{owner}/{repo}/issues").staleMs = 300;
  expect(await list()).toEqual([]);
  ahead += 301;
  expect(await list()).toEqual(["one"]);
  ahead += 100;
  await open("two");
  expect(await list()).toEqual(["one"]);
  ahead += 301;
  expect(await list()).toEqual(["two", "one"]);
});

describe("a push", () => {
  test("can take effect although nobody hears so", async () => {
    const token = world.github.userToken("lead", "hands");
    await git(world.dir, "clone", "--quiet", remote(world, token), "clone");
    const dir = `${world.dir}/clone`;
    await git(dir, "commit", "--quiet", "--allow-empty", "-m", "Unheard");
    const faults = world.github.faults.of("git-receive-pack");
    faults.failBefore = 1;
    expect((await git(dir, "push", "origin", "main")).code).not.toBe(0);
    faults.secondaryLimit = 1;
    expect((await git(dir, "push", "origin", "main")).code).not.toBe(0);
    expect(await world.github.state.head(world.repo, "main")).toBe(world.first);
    faults.loseAnswer = 1;
    expect((await git(dir, "push", "origin", "main")).code).not.toBe(0);
    const head = (await git(dir, "rev-parse", "HEAD")).said.trim();
    await world.github.idle();
    expect(await world.github.state.head(world.repo, "main")).toBe(head);
  });
});

describe("webhooks", () => {
  test("can be doubled, lost, late, forged or in the wrong order", async () => {
    const { webhooks } = world.github.faults;
    webhooks.duplicate = 1;
    await open("doubled");
    await world.github.idle();
    expect(heard.map(({ guid }) => guid)).toEqual([heard[0]?.guid, heard[0]?.guid]);

    heard.length = 0;
    webhooks.drop = 1;
    await open("lost");
    await world.github.idle();
    expect(heard).toEqual([]);

    webhooks.badSignature = 1;
    await open("forged");
    await world.github.idle();
    expect(heard.map(({ verified }) => verified)).toEqual([false]);

    heard.length = 0;
    webhooks.reorder = 1;
    const { data } = await open("first");
    await client.rest.issues.createComment({ ...AT, issue_number: data.number, body: "second" });
    await world.github.idle();
    expect(heard.map(({ event }) => event)).toEqual(["issue_comment", "issues"]);
  });
});

test("an unknown operation cannot be disturbed by accident", () => {
  expect(() => world.github.faults.of("POST /repos/{owner}/{repo}/isues")).toThrow("no operation is called");
});

test("the page of faults is what the code says", () => {
  expect(readFileSync(new URL("../../docs/faults.md", import.meta.url), "utf8")).toBe(faultTable());
});
