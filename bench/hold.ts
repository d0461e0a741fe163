import { writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { type Call, type LightGitHub, shaOf, startLightGitHub } from "./app/light-github.ts";
import { createSender, deploymentStatus, POLICY, sign } from "./app/payloads.ts";
import { appEnvironment, compileApp, type ServerProcess, startServer } from "./app/server-process.ts";
import { asked, outputFile, wholeNumber } from "./asked.ts";

/**
 * From a failed deployment's webhook to a held branch, in round trips of a GitHub that takes 80 ms for every call; and beside
 * it Probot as it comes, making the same three calls.
 */
const NAME = "bench:hold";
const values = asked(NAME, { json: { type: "string" }, runs: { type: "string", default: "7" } });
outputFile(NAME, values.json);
const RTT_MS = 80;
const IDLE_MS = 6500;
const runs = wholeNumber(NAME, "runs", values.runs);
const shipped = compileApp();
const sender = createSender(16);
let status = 100_000;
const revisions = new Map<number, number>();

const metrics = {
  ...(await ours()),
  stockWarmAll: await stock(),
};
sender.close();
for (const [name, value] of Object.entries(metrics)) console.log(`${name.padEnd(26)}${value.toFixed(2)}`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ metrics, runs }, null, 2)}\n`);

async function ours() {
  const github = await startLightGitHub({ repos: 5, latencyMs: RTT_MS, policy: POLICY });
  try {
    const first: number[] = [];
    for (let run = 0; run < Math.min(runs, 5); run++) {
      const fresh = await startServer(shipped.file, appEnvironment(github.url), true, shipped.flags);
      first.push((await incident(github, fresh, 0)).hold);
      await recover(github, fresh, 0);
      await fresh.stop();
    }
    const app = await startServer(shipped.file, appEnvironment(github.url), true, shipped.flags);
    for (let warmUp = 0; warmUp < 6; warmUp++) {
      for (const index of [0, 1, 2, 3, 4]) await recover(github, app, index);
      await Promise.all([0, 1, 2, 3, 4].map((index) => incident(github, app, index)));
    }
    const warm: Timing[] = [];
    const spreads: number[] = [];
    for (let run = 0; run < runs; run++) {
      for (const index of [0, 1, 2, 3, 4]) await recover(github, app, index);
      warm.push(await incident(github, app, 0));
      await recover(github, app, 0);
      const together = await Promise.all([0, 1, 2, 3, 4].map((index) => incident(github, app, index)));
      spreads.push(
        Math.max(...together.map(({ holdAt }) => holdAt)) - Math.min(...together.map(({ holdAt }) => holdAt)),
      );
    }
    await recover(github, app, 0);
    await delay(IDLE_MS);
    const after = await incident(github, app, 0);
    await app.stop();
    return {
      warmHold: median(warm.map(({ hold }) => hold)),
      firstHold: median(first),
      warmAll: median(warm.map(({ all }) => all)),
      spreadOfFive: median(spreads) / RTT_MS,
      newConnectionsAfterIdle: after.newConnections,
      holdAfterIdle: after.hold,
    };
  } finally {
    await github.close();
  }
}

type Timing = { readonly hold: number; readonly all: number; readonly holdAt: number; readonly newConnections: number };

/** One failed deployment of a new head; the times in round trips. */
async function incident(github: LightGitHub, app: ServerProcess, index: number): Promise<Timing> {
  const repo = github.repo(index);
  const sha = nextRevision(index);
  repo.head = sha;
  const id = nextStatus();
  repo.deployments.push({ id, sha, state: "failure" });
  const before = github.calls.length;
  const signed = sign("deployment_status", deploymentStatus(repo, id, sha, "failure", nextStatus()));
  const start = performance.now();
  await sender.post(app.url, signed);
  const mine = () => github.calls.slice(before).filter((call) => call.repo === repo.name);
  const call = (method: string, path: RegExp) => mine().find((one) => one.method === method && path.test(one.path));
  const wanted = (): (Call | undefined)[] => [
    call("POST", /\/rulesets$/),
    call("POST", /\/issues$/),
    call("POST", /\/check-runs$/),
    call("POST", /\/dispatches$/),
  ];
  while (wanted().some((one) => one === undefined)) await delay(5);
  const calls = wanted().filter((one) => one !== undefined);
  const [held] = calls;
  const newConnections = mine().filter((one) => one.isNewConnection && one.at <= (held?.answeredAt ?? 0)).length;
  await quiet(github);
  const trips = (at: number) => (at - start) / RTT_MS;
  return {
    hold: trips(held?.answeredAt ?? 0),
    all: trips(Math.max(...calls.map(({ answeredAt }) => answeredAt))),
    holdAt: held?.at ?? 0,
    newConnections,
  };
}

/** A green deployment of a new head: the hold goes, and the next failure is green → red again. */
async function recover(github: LightGitHub, app: ServerProcess, index: number): Promise<void> {
  const repo = github.repo(index);
  const sha = nextRevision(index);
  repo.head = sha;
  const id = nextStatus();
  repo.deployments.push({ id, sha, state: "success" });
  if (repo.deployments.length > 12) repo.deployments.splice(0, repo.deployments.length - 12);
  await sender.post(app.url, sign("deployment_status", deploymentStatus(repo, id, sha, "success", nextStatus())));
  await quiet(github);
  repo.rulesets.length = 0;
  for (const issue of repo.issues) issue.state = "closed";
}

/** Until the App has asked nothing for a while. */
async function quiet(github: LightGitHub): Promise<void> {
  for (let seen = -1; seen !== github.calls.length; ) {
    seen = github.calls.length;
    await delay(RTT_MS * 2.5);
  }
}

/** Holds nothing of its own that must be let go. */
async function stock(): Promise<number> {
  const github = await startLightGitHub({ repos: 1, latencyMs: RTT_MS, policy: POLICY });
  const app = await startServer("bench/app/stock-probot.ts", appEnvironment(github.url), false);
  const times: number[] = [];
  for (let run = 0; run < 4; run++) {
    const repo = github.repo(0);
    const sha = nextRevision(0);
    const before = github.calls.length;
    const start = performance.now();
    await sender.post(
      app.url,
      sign("deployment_status", deploymentStatus(repo, nextStatus(), sha, "failure", nextStatus())),
    );
    const dispatched = () => github.calls.slice(before).find(({ path }) => path.endsWith("/dispatches"));
    while (!dispatched()) await delay(5);
    times.push(((dispatched()?.answeredAt ?? 0) - start) / RTT_MS);
  }
  await app.stop();
  await github.close();
  return median(times.slice(1));
}

function nextRevision(index: number): string {
  const revision = (revisions.get(index) ?? 0) + 1;
  revisions.set(index, revision);
  return shaOf(index, revision);
}

function nextStatus(): number {
  status += 1;
  return status;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
