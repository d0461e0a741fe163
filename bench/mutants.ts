import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { asked, outputFile, wholeNumber, wrongUsage } from "./asked.ts";
import { SEEDS, type Seed } from "./mutants/seeds.ts";

/**
 * Puts one mistake at a time into a copy of the sources and runs the gate's checks there: a mistake that no check sees is a hole
 * in the checks.
 */

const ROOT = resolve(import.meta.dirname, "..");
/** What guards the gate, without servers and without git, so that a copy is judged within seconds. */
const CHECKS = [
  "test/approval/grant.test.ts",
  "test/approval/outcome.test.ts",
  "test/approval/seal.test.ts",
  "test/approval/wait.test.ts",
  "test/approval/who.test.ts",
  "test/rollback/perform.test.ts",
  "test/action/objection.test.ts",
  "test/action/take-up.test.ts",
  "test/action/trajectories.test.ts",
];
const TRAJECTORIES = "1500";

async function main(): Promise<number> {
  const name = "bench:mutants";
  const values = asked(name, { json: { type: "string" }, only: { type: "string" } });
  const only = values.only === undefined ? null : wholeNumber(name, "only", values.only, 0);
  if (only !== null && only >= SEEDS.length)
    wrongUsage(name, `--only wants a number below ${SEEDS.length}, not ${only}`);
  outputFile(name, values.json);
  const dir = mkdtempSync(join(tmpdir(), "sentinel-mutants-"));
  try {
    prepare(dir);
    if (!(await passes(dir))) {
      console.error("bench:mutants: the checks fail without any mistake in the sources");
      return 1;
    }
    const seeds = SEEDS.filter((_, i) => only === null || only === i);
    const survivors: Seed[] = [];
    for (const [i, seed] of seeds.entries()) {
      const isCaught = await isSeen(dir, seed);
      if (!isCaught) survivors.push(seed);
      console.log(
        `${i + 1}/${seeds.length} ${isCaught ? "caught " : "MISSED "} ${seed.file}: ${seed.from.trim()} → ${seed.to.trim()}`,
      );
    }
    const metrics = { seeded: seeds.length, caught: seeds.length - survivors.length };
    console.table(metrics);
    if (values.json !== undefined)
      writeFileSync(values.json, `${JSON.stringify({ metrics, runs: seeds.length }, null, 2)}\n`);
    return survivors.length === 0 ? 0 : 1;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function prepare(dir: string): void {
  cpSync(join(ROOT, "src"), join(dir, "src"), { recursive: true });
  for (const folder of ["approval", "rollback", "action", "incident"]) {
    mkdirSync(join(dir, "test", folder), { recursive: true });
    cpSync(join(ROOT, "test", folder), join(dir, "test", folder), { recursive: true });
  }
  cpSync(join(ROOT, "package.json"), join(dir, "package.json"));
  symlinkSync(join(ROOT, "node_modules"), join(dir, "node_modules"));
  writeFileSync(
    join(dir, "vitest.config.ts"),
    'export default { test: { pool: "threads", maxWorkers: 2, isolate: false } };\n',
  );
}

async function isSeen(dir: string, { file, from, to }: Seed): Promise<boolean> {
  const path = join(dir, file);
  const original = readFileSync(path, "utf8");
  if (original.split(from).length !== 2) throw new Error(`${file} does not hold this exactly once: ${from}`);
  try {
    writeFileSync(
      path,
      original.replace(from, () => to),
    );
    return !(await passes(dir));
  } finally {
    writeFileSync(path, original);
  }
}

function passes(dir: string): Promise<boolean> {
  const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
  const child = spawn(process.execPath, [vitest, "run", "--bail=1", "--reporter=dot", ...CHECKS], {
    cwd: dir,
    stdio: "ignore",
    env: { ...process.env, SENTINEL_TRAJECTORIES: TRAJECTORIES },
    timeout: 120_000,
  });
  return new Promise((done) => child.on("close", (code) => done(code === 0)));
}

process.exitCode = await main();
