import { writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { type LightRepo, shaOf, startLightGitHub } from "./app/light-github.ts";
import {
  checkRun,
  checkSuite,
  createSender,
  deploymentStatus,
  other,
  POLICY,
  type Signed,
  sign,
} from "./app/payloads.ts";
import { appEnvironment, compileApp, startServer } from "./app/server-process.ts";
import { asked, outputFile, wholeNumber, wrongUsage } from "./asked.ts";

/**
 * A storm of webhooks over three replicas that share nothing but GitHub: duplicates, disorder, forgeries, and a few real
 * incidents hidden inside, each told to all three replicas in the same moment.
 */
const NAME = "bench:storm";
const values = asked(NAME, {
  json: { type: "string" },
  "per-minute": { type: "string", default: "10000" },
  minutes: { type: "string", default: "2" },
  incidents: { type: "string", default: "20" },
});
const perMinute = wholeNumber(NAME, "per-minute", values["per-minute"]);
const minutes = Number(values.minutes);
if (!(minutes > 0)) wrongUsage(NAME, `--minutes wants a number above 0, not "${values.minutes}"`);
const count = Math.round(perMinute * minutes);
const incidents = wholeNumber(NAME, "incidents", values.incidents);
outputFile(NAME, values.json);
const REPLICAS = 3;
/** As many repositories again have no incident at all. */
const QUIET = 20;

type Shot = {
  readonly at: number;
  readonly replica: number;
  readonly signed: Signed;
  readonly expects: number;
  readonly isQuiet: boolean;
  readonly before?: () => void;
};

const github = await startLightGitHub({ repos: incidents + QUIET, latencyMs: 20, policy: POLICY });
const { file, flags } = compileApp();
const replicas = await Promise.all(
  Array.from({ length: REPLICAS }, () => startServer(file, appEnvironment(github.url), true, flags)),
);
github.clearCalls();
const sender = createSender(64);
const random = seeded(20_261_123);
const shots = plan();
const acks: number[] = [];
const wrong: string[] = [];
const start = performance.now();
const under: Promise<void>[] = [];
for (const shot of shots) {
  const wait = start + shot.at - performance.now();
  if (wait > 1) await delay(wait);
  shot.before?.();
  under.push(fire(shot));
}
await Promise.all(under);
// A replica that lost a race looks once more after ten seconds.
await delay(14_000);

const held = Array.from({ length: incidents }, (_, at) => github.repo(at));
const quiet = new Set(Array.from({ length: QUIET }, (_, at) => github.repo(incidents + at).name));
const open = (repo: LightRepo) => repo.issues.filter(({ state }) => state === "open").length;
const metrics = {
  deliveries: shots.length,
  duplicateIncidents: sum(held.map((repo) => Math.max(0, open(repo) - 1) + Math.max(0, repo.rulesets.length - 1))),
  duplicateRuns: sum(held.map((repo) => Math.max(0, repo.runs.length - 1))),
  issuesEverOpened: sum(held.map((repo) => repo.issues.length)),
  missed: held.filter((repo) => open(repo) === 0 || repo.rulesets.length === 0 || repo.runs.length === 0).length,
  callsForIrrelevant: github.calls.filter(({ repo }) => repo !== null && quiet.has(repo)).length,
  heldWithoutReason: Array.from({ length: QUIET }, (_, at) => github.repo(incidents + at)).filter(
    ({ rulesets }) => rulesets.length > 0,
  ).length,
  wrongAnswers: wrong.length,
  ackP99Ms: percentile(acks, 0.99),
};
for (const replica of replicas) await replica.stop();
sender.close();
await github.close();
for (const [name, value] of Object.entries(metrics)) console.log(`${name.padEnd(22)}${value.toFixed(2)}`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ metrics, runs: 1 }, null, 2)}\n`);

async function fire({ replica, signed, expects, isQuiet }: Shot): Promise<void> {
  const { status, ms } = await sender.post(replicas[replica]?.url ?? "", signed);
  if (status !== expects) wrong.push(`${signed.headers["x-github-event"]}: ${status}`);
  if (isQuiet) acks.push(ms);
}

function plan(): readonly Shot[] {
  const gap = 60_000 / perMinute;
  const shots: Shot[] = [];
  for (let at = 0; at < count; at++) {
    const repo = github.repo(incidents + Math.floor(random() * QUIET));
    const forged = random() < 0.01;
    const [event, payload] = irrelevant(repo, at);
    const signed = sign(event, payload, undefined, forged ? "a guess" : undefined);
    const time = at * gap + (random() < 0.05 ? 2000 * random() : 0);
    const shot: Shot = { at: time, replica: at % REPLICAS, signed, expects: forged ? 401 : 200, isQuiet: true };
    shots.push(shot);
    if (random() < 0.1) shots.push({ ...shot, at: time + 500 * random(), replica: (at + 1) % REPLICAS });
  }
  for (let index = 0; index < incidents; index++) {
    const time = (0.05 + (0.9 * index) / incidents) * count * gap;
    shots.push(...incident(github.repo(index), index, time));
  }
  return shots.toSorted((a, b) => a.at - b.at);
}

/** What a busy organisation sends and nobody here needs. */
function irrelevant(repo: LightRepo, at: number): readonly [string, unknown] {
  const kind = at % 8;
  if (kind === 0) return ["pull_request", other(repo, at)];
  if (kind === 1) return ["push", other(repo, at)];
  if (kind === 2) return ["check_run", checkRun(repo, at, "lint", "failure", shaOf(1, at))];
  if (kind === 3) return ["check_run", checkRun(repo, at, "test", "failure", shaOf(1, at), `feature-${at}`)];
  if (kind === 4) return ["check_run", checkRun(repo, at, "test", "cancelled", repo.head)];
  if (kind === 5) return ["check_suite", checkSuite(repo, at, "failure", "circle")];
  if (kind === 6) return ["check_suite", checkSuite(repo, at, "cancelled", "github-actions")];
  return ["workflow_job", other(repo, at)];
}

/** One failed deployment, told to every replica at once, and again a little later. */
function incident(repo: LightRepo, index: number, time: number): readonly Shot[] {
  const sha = shaOf(index, 1);
  const id = 20 + index;
  const payload = deploymentStatus(repo, id, sha, "failure", 900 + index);
  const happen = () => {
    if (repo.head === sha) return;
    repo.head = sha;
    repo.deployments.push({ id, sha, state: "failure" });
  };
  return Array.from(
    { length: 2 * REPLICAS },
    (_, at): Shot => ({
      at: time + (at < REPLICAS ? 0 : 700 * random()),
      replica: at % REPLICAS,
      signed: sign("deployment_status", payload),
      expects: 200,
      isQuiet: false,
      before: happen,
    }),
  );
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function percentile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
