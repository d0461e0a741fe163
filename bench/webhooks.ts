import { writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { shaOf, startLightGitHub } from "./app/light-github.ts";
import { checkRun, createSender, other, POLICY, type Signed, sign } from "./app/payloads.ts";
import { appEnvironment, compileApp, type ServerProcess, startServer } from "./app/server-process.ts";
import { asked, outputFile, wholeNumber } from "./asked.ts";

/**
 * Deliveries that the App handles in one second of CPU, beside the least that any webhook server must do (read, verify the
 * signature, parse the JSON); and what memory it takes at rest and after 100,000 deliveries.
 */
const NAME = "bench:webhooks";
const values = asked(NAME, {
  json: { type: "string" },
  runs: { type: "string", default: "5" },
  deliveries: { type: "string", default: "100000" },
});
const runs = wholeNumber(NAME, "runs", values.runs);
const total = wholeNumber(NAME, "deliveries", values.deliveries);
outputFile(NAME, values.json);
const CONNECTIONS = 16;
const PER_ROUND = 4000;
const shipped = compileApp();
const sender = createSender(CONNECTIONS);

const github = await startLightGitHub({ repos: 1, latencyMs: 0, policy: POLICY });
const env = appEnvironment(github.url);
const app = await startServer(shipped.file, env, true, shipped.flags);
const bare = await startServer("bench/app/bare-server.ts", env, false);
await delay(3000);
const rssIdleMb = app.rssMb();

const repo = github.repo(0);
const ignored = sign("pull_request", other(repo, 7));
const duplicate = sign("check_run", checkRun(repo, 77, "test", "failure", shaOf(0, 0)));
await sender.post(app.url, duplicate);
const callsBefore = github.calls.length;

const kinds = [
  { name: "ignored", signed: ignored },
  { name: "duplicate", signed: duplicate },
] as const;
const ratios: Record<string, number[]> = { ignored: [], duplicate: [] };
for (const { signed } of kinds) for (const server of [bare, app]) await load(server, signed, PER_ROUND);
for (let run = 0; run < runs; run++) {
  for (const { name, signed } of kinds) {
    // Turn and turn about, so that both see the same weather.
    const before = await load(bare, signed, PER_ROUND);
    const ours = await load(app, signed, PER_ROUND);
    const after = await load(bare, signed, PER_ROUND);
    ratios[name]?.push(ours / ((before + after) / 2));
  }
}
let sent = 4 * PER_ROUND + runs * 2 * PER_ROUND;
for (; sent < total; sent += PER_ROUND) await load(app, sent % (2 * PER_ROUND) === 0 ? ignored : duplicate, PER_ROUND);
await delay(1000);
const metrics = {
  ignoredVsBare: median(ratios.ignored ?? []),
  duplicateVsBare: median(ratios.duplicate ?? []),
  rssIdleMb,
  rssLoadedMb: app.rssMb(),
  callsForThem: github.calls.length - callsBefore,
};
await app.stop();
await bare.stop();
await github.close();
sender.close();
for (const [name, value] of Object.entries(metrics)) console.log(`${name.padEnd(20)}${value.toFixed(2)}`);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ metrics, runs }, null, 2)}\n`);

/** Sends the same delivery many times; deliveries per second of the server's CPU. */
async function load(server: ServerProcess, signed: Signed, count: number): Promise<number> {
  const before = server.cpuMs();
  let left = count;
  const worker = async () => {
    while (left-- > 0) {
      const { status } = await sender.post(server.url, signed);
      if (status !== 200) throw new Error(`answered ${status}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  return count / ((server.cpuMs() - before) / 1000);
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
