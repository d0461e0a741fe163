import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { asked, outputFile, wholeNumber, wrongUsage } from "./asked.ts";
import { cpuToFirstRequest, openTrap } from "./start/cpu.ts";
import { inputsBeside, ownInputs, runnerEnvironment } from "./start/job-environment.ts";

/**
 * What a job pays before the Action does anything: CPU from the start of `dist/index.js` to its first request, beside an
 * empty Node script and, if asked, beside another Action's bundle. The candidates take turns, so that all share the weather.
 */

const NAME = "bench:start";
const values = asked(NAME, {
  json: { type: "string" },
  beside: { type: "string" },
  runs: { type: "string", default: "15" },
});
const runs = wholeNumber(NAME, "runs", values.runs);
outputFile(NAME, values.json);
const DIST = resolve(import.meta.dirname, "../dist");
process.exitCode = await main();

async function main(): Promise<number> {
  if (!existsSync(join(DIST, "index.js"))) return wrongUsage(NAME, "dist/index.js is missing: npm run build");
  const beside = values.beside === undefined ? null : resolve(values.beside);
  if (beside !== null && !existsSync(beside)) return wrongUsage(NAME, `--beside: there is no ${beside}`);

  const dir = mkdtempSync(join(tmpdir(), "sentinel-start-"));
  const trap = await openTrap();
  try {
    const empty = join(dir, "empty.mjs");
    writeFileSync(empty, "");
    writeFileSync(join(dir, "event.json"), "{}");
    const runner = runnerEnvironment(trap.url, dir);
    const candidates: Candidate[] = [
      { name: "empty", file: empty, env: runner, asks: false },
      { name: "analyse", file: join(DIST, "index.js"), env: { ...runner, ...ownInputs("analyse") }, asks: true },
      { name: "respond", file: join(DIST, "index.js"), env: { ...runner, ...ownInputs("respond") }, asks: true },
      ...(beside === null
        ? []
        : [{ name: "beside", file: beside, env: { ...runner, ...inputsBeside(beside) }, asks: false }]),
    ];
    const medians = await takeTurns(candidates);
    report(medians);
    return 0;
  } finally {
    await trap.close();
    rmSync(dir, { recursive: true, force: true });
  }

  async function takeTurns(candidates: readonly Candidate[]): Promise<ReadonlyMap<string, number>> {
    const samples = new Map(candidates.map(({ name }) => [name, [] as number[]]));
    // The first round fills the disk cache and does not count.
    for (let round = 0; round <= runs; round += 1) {
      for (const candidate of candidates) {
        const { cpuMs, requested } = await cpuToFirstRequest(candidate.file, candidate.env, trap);
        if (candidate.asks && !requested) throw new Error(`${candidate.name} ended without asking anything`);
        if (round > 0) samples.get(candidate.name)?.push(cpuMs);
      }
    }
    return new Map([...samples].map(([name, list]) => [name, median(list)]));
  }
}

type Candidate = {
  readonly name: string;
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;
  /** With valid inputs it must get as far as asking GitHub; else its figure would say nothing. */
  readonly asks: boolean;
};

function report(medians: ReadonlyMap<string, number>): void {
  const of = (name: string): number => medians.get(name) ?? Number.NaN;
  const slower = Math.max(of("analyse"), of("respond"));
  const metrics = {
    /** The slower of the two phases. */
    startVsEmptyNode: ratio(slower, of("empty")),
    analyseVsEmptyNode: ratio(of("analyse"), of("empty")),
    respondVsEmptyNode: ratio(of("respond"), of("empty")),
    emptyNodeCpuMs: of("empty"),
    startCpuMs: slower,
    distMb: Math.round((distBytes() / 1024 / 1024) * 100) / 100,
    ...(medians.has("beside") ? { besideCpuMs: of("beside"), startVsBeside: ratio(slower, of("beside")) } : {}),
  };
  console.table(metrics);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ metrics, runs }, null, 2)}\n`);
}

function distBytes(): number {
  return readdirSync(DIST, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function ratio(one: number, other: number): number {
  return Math.round((one / other) * 100) / 100;
}
