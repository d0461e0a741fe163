import { Writable } from "node:stream";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { connectWithToken } from "../../src/adapters/github-token.ts";
import { encodeBlock } from "../../src/audit/block.ts";
import { exportCommand } from "../../src/cli/export.ts";
import { verifyCommand } from "../../src/cli/verify.ts";
import { followIncident, newestIncident } from "../../src/cli/watch/from-github.ts";
import type { WatchEvent } from "../../src/cli/watch/watched.ts";
import { watchCommand } from "../../src/cli/watch.ts";
import { encodeMemory } from "../../src/incident/memory.ts";
import { CHECK_NAME, INCIDENT_LABEL } from "../../src/incident/names.ts";
import type { RecordEntry } from "../../src/incident/record.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { recordedIncident } from "../audit/record-fixture.ts";
import { closed } from "../notice/incident-fixture.ts";
import { AT, type GitHubWorld, githubWorld, installationToken, octokit } from "../standins/github-world.ts";

/** What somebody who may write to the repository adds, so that it passes for the App's. */
let world: GitHubWorld;
let ours: ReturnType<typeof octokit>;
let theirs: ReturnType<typeof octokit>;
const before = { token: process.env.GITHUB_TOKEN, url: process.env.GITHUB_API_URL };

beforeAll(async () => {
  world = await githubWorld();
  const permissions = { issues: "write", checks: "write" } as const;
  ours = octokit(world, await installationToken(world, permissions));
  const stranger = world.github.addApp({ slug: "stranger", name: "Stranger", permissions, events: [] });
  const { id: installation } = world.github.install("stranger", "acme", "all");
  theirs = octokit(world, await installationToken({ ...world, app: stranger, installation }, permissions));
  process.env.GITHUB_TOKEN = await installationToken(world, { issues: "read", checks: "read", contents: "read" });
  process.env.GITHUB_API_URL = world.github.apiUrl;
});

afterAll(async () => {
  await world.close();
  process.env.GITHUB_TOKEN = before.token ?? "";
  process.env.GITHUB_API_URL = before.url ?? "";
});

describe("a record that was written anew from its start", () => {
  it("is not anchored by a check run that another App made to agree with it", async () => {
    const number = await open(ours, recordedIncident(1, 1).app);
    await remember(theirs, number, recordedIncident(1, 1).app);
    expect((await run(verifyCommand, [`acme/shop#${number}`])).said).toContain("unanchored");
    await remember(ours, number, recordedIncident(1, 0).app);
    const { code, said } = await run(verifyCommand, [`https://github.com/acme/shop/issues/${number}`]);
    expect(said).toContain("(anchor-missing)");
    expect(code).toBe(1);
  });

  it("stands in the page and the jobs' comments alone: a stranger's comment neither adds to it nor breaks it", async () => {
    const { app, respond } = recordedIncident(2, 1);
    const number = await open(ours, app);
    await remember(ours, number, app);
    world.github.person.comment(world.repo, number, "github-actions[bot]", encodeBlock(respond));
    const [, ...cut] = respond;
    world.github.person.comment(world.repo, number, "writer", encodeBlock(cut));
    const { code, said } = await run(verifyCommand, [`acme/shop#${number}`]);
    expect(said).toMatch(/^app: 5 entries, anchored.*\nrespond:9001\/1: 6 entries, anchored.*\nintact, anchored\n$/);
    expect(code).toBe(0);
  });
});

describe("the incidents of a period", () => {
  afterEach(() => {
    delete process.env.SENTINEL_APP_ID;
  });

  it("are those that the App opened, whatever others label, and none is lost with its label or its marker", async () => {
    process.env.SENTINEL_APP_ID = String(world.app.id);
    const strangers = await open(theirs, recordedIncident(3, 1).app);
    await remember(theirs, strangers, recordedIncident(3, 1).app);
    const unlabelled = await open(ours, recordedIncident(4, 1).app, []);
    await remember(ours, unlabelled, recordedIncident(4, 1).app);
    const wiped = await open(ours, recordedIncident(5, 1).app);
    await ours.request("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
      ...AT,
      issue_number: wiped,
      body: "nothing happened",
    });
    const { code, said } = await run(exportCommand, [
      "--from",
      "2020-01-01",
      "--to",
      "2099-12-31",
      "--repo",
      "acme/shop",
    ]);
    const { incidents, unreadable } = JSON.parse(said);
    const numbers = incidents.map(({ incident }: { incident: number }) => incident);
    expect(numbers).toContain(unlabelled);
    expect(numbers).not.toContain(strangers);
    expect(unreadable).toMatchObject([{ repository: "acme/shop", incident: wiped }]);
    expect(code).toBe(1);
  });
});

describe("sentinel watch", () => {
  it("passes over an issue that a person labelled, and says so of one that it is pointed at", async () => {
    const last = await open(ours, recordedIncident(6, 1).app);
    const github = connectWithToken(new Secret(process.env.GITHUB_TOKEN ?? ""), world.github.apiUrl);
    expect(await newestIncident(github, "acme", "shop")).toBe(last);
    const pointedAt = await run(watchCommand, [`acme/shop#${last}`, "--plain"]);
    expect(pointedAt.said).toContain(`#${last} is no incident of Sentinel's`);
    expect(pointedAt.code).toBe(1);
  });

  it("draws nothing that a person's words could do to the terminal", async () => {
    const number = await open(ours, recordedIncident(7, 1).app);
    const released = {
      by: "anna",
      at: "2026-11-23T03:40:00Z",
      reason: "\u001b]0;owned\u0007fixed\u202e",
      head: world.first,
    };
    await remember(ours, number, recordedIncident(7, 1).app, { released });
    const events: WatchEvent[] = [];
    const github = connectWithToken(new Secret(process.env.GITHUB_TOKEN ?? ""), world.github.apiUrl);
    const place = { owner: "acme", repo: "shop", number };
    const signal = AbortSignal.timeout(5000);
    const options = { pauseMs: 20, signal, now: Date.now };
    expect(await followIncident(github, place, (event) => events.push(event), options)).toBe(true);
    expect(events.at(-1)).toMatchObject({ kind: "ended", text: "closed: released by anna, ]0;ownedfixed" });
    expect(JSON.stringify(events)).not.toMatch(/\\u001b|\u202e/);
  });

  it.each([
    [["a/b/c"], "a/b/c names neither an incident nor a repository."],
    [["--every", "0"], '--every wants 1 to 3600 seconds, not "0".'],
    [["a/b", "c/d"], "Name one incident or repository."],
    [["--what"], "Unknown option '--what'."],
  ])("says what is wrong with %j", async (args, sentence) => {
    const { code, said } = await run(watchCommand, args);
    expect(said.split("\n")[0]).toBe(sentence);
    expect(code).toBe(2);
  });
});

/** The page of an incident, opened by whoever `as` is. */
async function open(
  as: typeof ours,
  record: readonly RecordEntry[],
  labels: readonly string[] = [INCIDENT_LABEL],
): Promise<number> {
  const body = `page\n\n${encodeBlock(record)}\n\n<!-- sentinel ${world.repo.id} main ${world.first} -->`;
  const issue = await as.request("POST /repos/{owner}/{repo}/issues", {
    ...AT,
    title: "down",
    body,
    labels: [...labels],
  });
  return issue.data.number;
}

async function remember(
  as: typeof ours,
  incident: number,
  record: readonly RecordEntry[],
  change: Partial<typeof closed.memory> = {},
): Promise<void> {
  const memory = {
    ...closed.memory,
    badHead: world.first,
    lastGood: null,
    incident,
    run: null,
    record: [...record],
    ...change,
  };
  await as.request("POST /repos/{owner}/{repo}/check-runs", {
    ...AT,
    name: CHECK_NAME,
    head_sha: world.first,
    output: { title: "closed", summary: "closed", text: encodeMemory(memory) },
  });
}

type CommandOf = (args: readonly string[], out: NodeJS.WriteStream) => Promise<number>;

async function run(command: CommandOf, args: readonly string[]): Promise<{ code: number; said: string }> {
  let said = "";
  const out = new Writable({
    write: (chunk, _encoding, done) => {
      said += String(chunk);
      done();
    },
  });
  return { code: await command(args, out as NodeJS.WriteStream), said };
}
