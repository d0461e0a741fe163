import { afterEach, describe, expect, test } from "vitest";
import { type LightGitHub, type LightRepo, shaOf, startLightGitHub } from "../../bench/app/light-github.ts";
import { createSender, deploymentStatus, POLICY, sign } from "../../bench/app/payloads.ts";
import { appEnvironment } from "../../bench/app/server-process.ts";
import { type App, startApp } from "../../src/app/app.ts";
import { createLog } from "../../src/app/log.ts";
import { checkSettings } from "../../src/app/settings.ts";
import { decodeMemory } from "../../src/incident/memory.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { until } from "./stage.ts";

/**
 * Three replicas that share nothing but GitHub, told of the same failure in the same moment. Nothing here depends on how long
 * anything takes: what is waited for is a state, and what is counted is what stands when no replica is left to change it.
 */
const REPOS = 6;
const apps: App[] = [];
let github: LightGitHub;
const sender = createSender(32);

afterEach(async () => {
  await stopAll();
  await github.close();
});

/** Each lets what it has begun end first. */
async function stopAll(): Promise<void> {
  await Promise.all(apps.splice(0).map((app) => app.stop()));
}

/** None dies here, so none may take another for dead, however slow the machine. */
const TIMING = { patienceMs: 60_000, againMs: 150 };
const LONG_MS = 240_000;

async function replica(): Promise<App> {
  const env = { ...appEnvironment(github.url), LOG_LEVEL: "silent", SENTINEL_SWEEP_SECONDS: "5" };
  const checked = checkSettings(env);
  if (checked.kind === "refused") throw new Error(checked.problems.join("\n"));
  const app = await startApp(checked.settings, systemClock, createLog("silent"), TIMING);
  apps.push(app);
  const url = `http://127.0.0.1:${app.port}/readyz`;
  const isReady = () =>
    fetch(url, { headers: { connection: "close" } }).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(isReady, "a replica is ready", LONG_MS);
  return app;
}

async function race(): Promise<void> {
  const replicas = await Promise.all([replica(), replica(), replica()]);
  const sent = Array.from({ length: REPOS }, (_, index) => {
    const repo = github.repo(index);
    repo.head = shaOf(index, 1);
    repo.deployments.push({ id: 20, sha: repo.head, state: "failure" });
    const signed = sign("deployment_status", deploymentStatus(repo, 20, repo.head, "failure", 900));
    return replicas.map(({ port }) => sender.post(`http://127.0.0.1:${port}`, signed));
  });
  // Taken, or still being taken when GitHub would not have waited any longer; never failed.
  for (const { status } of await Promise.all(sent.flat())) expect([200, 503]).toContain(status);
  await until(() => eachRepo(isRemembered).every(Boolean), "every incident knows its responder", LONG_MS);
  await stopAll();
  // Who lost may have opened an issue before it was seen; ready is who has looked at everything once.
  await replica();
  await stopAll();
}

function eachRepo<T>(see: (repo: LightRepo) => T): readonly T[] {
  return Array.from({ length: REPOS }, (_, index) => see(github.repo(index)));
}

/** The last thing that is done for an incident: its memory names the run. */
function isRemembered({ checks }: LightRepo): boolean {
  return checks.some(({ output }) => decodeMemory((output as { text?: string } | undefined)?.text ?? null)?.run);
}

function atRest() {
  return eachRepo(({ rulesets, issues, runs }) => ({
    holds: rulesets.length,
    open: issues.filter(({ state }) => state === "open").length,
    runs: runs.length,
  }));
}

const WAYS_OF_GITHUB = [
  { title: "where GitHub takes a name once", github: {} },
  { title: "where GitHub takes a name twice", github: { takesNamesTwice: true } },
  { title: "where a hold is made when the first bears its incident's number", github: { holdsLate: true } },
];

describe("three replicas that race for the same incident", { timeout: 600_000 }, () => {
  test.each(WAYS_OF_GITHUB)("leave one hold, one incident and one responder, $title", async (way) => {
    github = await startLightGitHub({ repos: REPOS, latencyMs: 15, policy: POLICY, ...way.github });
    await race();
    expect(atRest()).toEqual(Array(REPOS).fill({ holds: 1, open: 1, runs: 1 }));
  });
});
