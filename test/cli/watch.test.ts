import { execFile } from "node:child_process";
import { getEventListeners } from "node:events";
import { join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { renderToString } from "ink";
import { createElement } from "react";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectWithToken } from "../../src/adapters/github-token.ts";
import { followIncident, newestIncident } from "../../src/cli/watch/from-github.ts";
import { createPlainView } from "../../src/cli/watch/plain.ts";
import { createLogReader } from "../../src/cli/watch/read-log.ts";
import { IncidentView } from "../../src/cli/watch/view.ts";
import { type WatchEvent, watched, watching } from "../../src/cli/watch/watched.ts";
import { encodeMemory } from "../../src/incident/memory.ts";
import { CHECK_NAME, INCIDENT_LABEL } from "../../src/incident/names.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { closed } from "../notice/incident-fixture.ts";
import { AT, type GitHubWorld, githubWorld, installationToken, octokit } from "../standins/github-world.ts";

const LOG = [
  "2026-11-23T03:00:01.0000000Z ##[group]Run sentinel-ai/respond@v1",
  "2026-11-23T03:00:01.0000000Z with:",
  "2026-11-23T03:00:01.0000000Z   phase: analyse",
  "2026-11-23T03:00:01.0000000Z ##[endgroup]",
  "2026-11-23T03:00:02.0000000Z ##[group]Suspects",
  "2026-11-23T03:00:02.0000000Z agent suspects: 1. d2de56d8e8ac 62 % Accept coupons in any case",
  "2026-11-23T03:00:02.0000000Z agent suspects: 2. 5630087837e6 22 % Describe the answer's fields",
  "2026-11-23T03:00:02.0000000Z ##[endgroup]",
  "2026-11-23T03:00:02.0000000Z agent thinks: Look at the likeliest.",
  "2026-11-23T03:00:02.0000000Z agent calls: commit_diff {}",
  '2026-11-23T03:00:03.0000000Z {"phase":"analyse"}',
  "2026-11-23T03:00:04.0000000Z Plan O5DV-APLF: restore-last-good on main, needs sev2.",
  "2026-11-23T03:00:04.0000000Z   undoes         4 commits",
  "2026-11-23T03:00:05.0000000Z Refused (step-up-required): No standing power.",
  "2026-11-23T03:00:09.0000000Z Token Vault released a GitHub token of lead for plan O5DV-APLF alone.",
];

const readAll = (lines: readonly string[]): readonly WatchEvent[] => {
  const reader = createLogReader("respond");
  return lines.flatMap((line) => reader(line, 1000));
};
const screen = (events: readonly WatchEvent[], rows = 50) =>
  stripVTControlCharacters(
    renderToString(
      createElement(IncidentView, {
        watched: events.reduce(watched, watching("acme/shop#42")),
        now: 61_000,
        startedAt: 0,
        keys: "press a or d",
        rows,
      }),
      { columns: 80 },
    ),
  );

describe("a job's log, watched", () => {
  test("becomes thoughts, calls, suspects, plan and phases; the runner's own words are dropped", () => {
    const events = readAll(LOG);
    expect(events.map(({ kind }) => kind)).toEqual([
      "said",
      "suspect",
      "suspect",
      "agent",
      "agent",
      "reached",
      "plan-line",
      "plan-line",
      "said",
      "reached",
    ]);
    expect(JSON.stringify(events)).not.toMatch(/phase: analyse|\{\\"phase/);
  });
});

describe("the live view", () => {
  const asked: WatchEvent = { kind: "asked", who: "lead", shows: "O5DV-APLF:rollback", expiresAt: 300_000, at: 2000 };

  test("shows what the agent thinks, the suspects, the plan and the countdown within 80 columns", () => {
    const shown = screen([...readAll(LOG), asked]);
    for (const words of ["Look at the likeliest", "Accept coupons", "O5DV-APLF", "3:59 left", "press a or d"])
      expect(shown).toContain(words);
    expect(Math.max(...shown.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test.each([
    ["1", false],
    ["", true],
  ])("NO_COLOR=%j: what is drawn on a terminal has colours: %s, and says the same", async (noColor, hasColors) => {
    const drawn = await drawnBy(
      `
      import { PassThrough } from "node:stream";
      import { createLiveView } from "./src/cli/watch/live.ts";
      const stdout = Object.assign(new PassThrough(), { columns: 70, rows: 50, isTTY: true });
      stdout.pipe(process.stdout);
      const now = () => 1000;
      const view = createLiveView({ subject: "acme/shop#42", startedAt: 0, now, keys: null, stdout });
      view.show({ kind: "reached", phase: "hold", text: "held ".repeat(40), at: 1 });
      view.show({ kind: "agent", what: "concludes", text: "rollback", at: 2 });
      view.show({ kind: "asked", who: "lead", shows: "O5DV", expiresAt: 300000, at: 3 });
      view.show({ kind: "ended", isWell: true, text: "rolled back", at: 4 });
      await view.close();
    `,
      noColor,
    );
    expect(COLOUR.test(drawn)).toBe(hasColors);
    const text = stripVTControlCharacters(drawn);
    for (const words of ["acme/shop#42", "held held", "lead's phone shows", "rolled back"])
      expect(text).toContain(words);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(70);
  });

  test("an answer ends the countdown", () => {
    const shown = screen([asked, { kind: "answered", answer: "denied", at: 3000 }]);
    expect(shown).toContain("denied");
    expect(shown).not.toContain("left");
  });

  test("a small terminal gets fewer lines, not a torn screen", () => {
    expect(screen([...readAll(LOG), asked], 24).split("\n").length).toBeLessThanOrEqual(30);
  });

  test("a phase that was reached stays reached when a re-run tells it again", () => {
    const twice = [
      { kind: "reached", phase: "plan", text: "first", at: 1 },
      { kind: "failed", phase: "plan", text: "again", at: 2 },
    ] as const;
    expect(twice.reduce(watched, watching("x")).phases.find(({ name }) => name === "plan")).toMatchObject({
      state: "done",
      text: "first",
    });
  });
});

/** A foreground colour as terminals take one. */
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[(?:3[0-8]|9[0-7])`);

/** A process of its own: whether a terminal takes colours is asked once, when Ink is loaded. */
async function drawnBy(script: string, noColor: string): Promise<string> {
  const env = { ...process.env, FORCE_COLOR: "1", NO_COLOR: noColor, CI: "", NODE_NO_WARNINGS: "1" };
  const args = ["--input-type=module", "--eval", script];
  return (await promisify(execFile)(process.execPath, args, { env, cwd: join(import.meta.dirname, "../..") })).stdout;
}

describe("sentinel watch, on GitHub", () => {
  let world: GitHubWorld;
  const reader = async () =>
    connectWithToken(
      new Secret(await installationToken(world, { issues: "read", checks: "read", actions: "read" })),
      world.github.apiUrl,
    );

  beforeAll(async () => {
    world = await githubWorld();
    const app = octokit(world, await installationToken(world, { issues: "write", checks: "write" }));
    const body = `page\n\n<!-- sentinel ${world.repo.id} main ${world.first} -->`;
    const issue = await app.request("POST /repos/{owner}/{repo}/issues", {
      ...AT,
      title: "down",
      body,
      labels: [INCIDENT_LABEL],
    });
    const memory = { ...closed.memory, badHead: world.first, incident: issue.data.number, run: null };
    await app.request("POST /repos/{owner}/{repo}/check-runs", {
      ...AT,
      name: CHECK_NAME,
      head_sha: world.first,
      output: { title: "closed", summary: "closed", text: encodeMemory(memory) },
    });
  });

  afterAll(() => world.close());

  test("finds the newest open incident and tells it until it is closed", async () => {
    const github = await reader();
    const number = await newestIncident(github, AT.owner, AT.repo);
    expect(number).toBe(1);
    const lines: string[] = [];
    const show = createPlainView((line) => lines.push(line), { color: false, startedAt: 0 });
    const signal = AbortSignal.timeout(5000);
    await followIncident(github, { ...AT, number: 1 }, show, { pauseMs: 20, signal, now: Date.now });
    for (const words of ["SIGNAL", "INCIDENT", "ASK", "RELEASE", "closed"]) expect(lines.join("\n")).toContain(words);
    expect(signal.aborted).toBe(false);
  });

  test("says that GitHub is away, and goes on when it answers again; Ctrl-C ends it at once", async () => {
    const at = { now: Date.now, sleep: async () => {} };
    const token = new Secret(await installationToken(world, { issues: "read", checks: "read" }));
    const github = connectWithToken(token, world.github.apiUrl, at);
    const issue = world.github.faults.of("GET /repos/{owner}/{repo}/issues/{issue_number}");
    issue.failBefore = 9;
    const texts: string[] = [];
    const show = (event: WatchEvent) => texts.push("text" in event ? event.text : event.kind);
    const never = new AbortController();
    const options = { pauseMs: 20, signal: never.signal, now: Date.now };
    expect(await followIncident(github, { ...AT, number: 1 }, show, options)).toBe(true);
    expect(texts.filter((text) => text.includes("does not answer"))).toHaveLength(1);
    expect(texts.at(-1)).toContain("closed");

    issue.failBefore = 1000;
    const stop = new AbortController();
    const following = followIncident(github, { ...AT, number: 1 }, show, {
      ...options,
      pauseMs: 60_000,
      signal: stop.signal,
    });
    stop.abort();
    expect(await following).toBe(true);
    issue.failBefore = 0;
    expect(getEventListeners(never.signal, "abort")).toEqual([]);
  });
});
