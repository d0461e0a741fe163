import { afterEach, describe, expect, test } from "vitest";
import { type LightGitHub, shaOf, startLightGitHub } from "../../bench/app/light-github.ts";
import { createSender, deploymentStatus, POLICY, sign } from "../../bench/app/payloads.ts";
import { appEnvironment } from "../../bench/app/server-process.ts";
import { type App, startApp } from "../../src/app/app.ts";
import { createLog } from "../../src/app/log.ts";
import { checkSettings } from "../../src/app/settings.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { until } from "./stage.ts";

/** Three replicas that share nothing but GitHub, told of the same failure in the same moment. */
const REPOS = 6;
const apps: App[] = [];
let github: LightGitHub;
const sender = createSender(32);

afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.stop()));
  await github.close();
});

async function replica(): Promise<App> {
  const checked = checkSettings({ ...appEnvironment(github.url), LOG_LEVEL: "silent" });
  if (checked.kind === "refused") throw new Error(checked.problems.join("\n"));
  const app = await startApp(checked.settings, systemClock, createLog("silent"), { patienceMs: 8000, againMs: 150 });
  apps.push(app);
  const url = `http://127.0.0.1:${app.port}/readyz`;
  await until(
    () =>
      fetch(url, { headers: { connection: "close" } }).then(
        ({ ok }) => ok,
        () => false,
      ),
    "a replica is ready",
  );
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
  for (const { status } of await Promise.all(sent.flat())) expect(status).toBe(200);
  await quiet();
}

async function quiet(): Promise<void> {
  for (let seen = -1; seen !== github.calls.length; ) {
    seen = github.calls.length;
    await new Promise((done) => setTimeout(done, 400));
  }
}

function atRest() {
  return Array.from({ length: REPOS }, (_, index) => {
    const { rulesets, issues, runs } = github.repo(index);
    return { holds: rulesets.length, open: issues.filter(({ state }) => state === "open").length, runs: runs.length };
  });
}

describe("three replicas that race for the same incident", () => {
  test("hold once, open one incident and start one responder, where GitHub takes a name once", async () => {
    github = await startLightGitHub({ repos: REPOS, latencyMs: 15, policy: POLICY });
    await race();
    expect(atRest()).toEqual(Array(REPOS).fill({ holds: 1, open: 1, runs: 1 }));
  });

  test("are left with one hold and one incident after the next look, where GitHub takes a name twice", async () => {
    github = await startLightGitHub({ repos: REPOS, latencyMs: 15, policy: POLICY, takesNamesTwice: true });
    await race();
    await replica();
    await quiet();
    expect(atRest()).toEqual(Array(REPOS).fill({ holds: 1, open: 1, runs: 1 }));
  });
});
