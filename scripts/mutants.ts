import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { MUTANTS, type Mutant } from "./mutants/list.ts";

/**
 * `npm run mutants`: breaks the product in one small way at a time, in a copy, and expects red tests each time: a misspelt
 * field, a missing permission, a wrong media type, a stale token. With words behind it, only those whose name has them.
 * Exit 1 names what the stand-ins let pass.
 */
const ROOT = resolve(import.meta.dirname, "..");
const COPIED = [
  "package.json",
  "tsconfig.json",
  "vitest.config.ts",
  "action.yml",
  "dist",
  "src",
  "drill",
  "test",
  "examples",
  "schema",
];

const words = process.argv.slice(2).join(" ");
const chosen = MUTANTS.filter(({ what }) => what.includes(words));

const dir = await mkdtemp(join(tmpdir(), "sentinel-mutants-"));
try {
  for (const name of COPIED) await cp(join(ROOT, name), join(dir, name), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(dir, "node_modules"));
  process.exitCode = await main();
} finally {
  await rm(dir, { recursive: true, force: true, maxRetries: 3 });
}

async function main(): Promise<number> {
  const suites = [...new Set(chosen.map(({ tests }) => tests))];
  if (!(await isGreen(suites))) {
    console.error(`mutants: ${suites.join(" and ")} must be green before anything is broken`);
    return 2;
  }
  let survivors = 0;
  for (const mutant of chosen) {
    const isCaught = await withMutant(mutant, async () => !(await isGreen([mutant.tests])));
    if (!isCaught) survivors += 1;
    console.log(`${isCaught ? "caught  " : "SURVIVED"} ${mutant.what}`);
  }
  console.log(`${chosen.length - survivors} of ${chosen.length} caught`);
  return survivors === 0 && chosen.length > 0 ? 0 : 1;
}

async function withMutant<T>({ file, from, to, what }: Mutant, run: () => Promise<T>): Promise<T> {
  const path = join(dir, file);
  const text = await readFile(path, "utf8");
  if (text.split(from).length !== 2) throw new Error(`"${what}" does not fit ${file} any more`);
  await writeFile(
    path,
    text.replace(from, () => to),
  );
  try {
    return await run();
  } finally {
    await writeFile(path, text);
  }
}

function isGreen(tests: readonly string[]): Promise<boolean> {
  const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
  const args = [vitest, "run", "--bail", "1", ...tests];
  const child = spawn(process.execPath, args, { cwd: dir, stdio: "ignore", detached: true });
  return new Promise((done) =>
    child.on("close", (code) => {
      // A run that stops at its first failure does not stop the servers that its tests have started.
      if (child.pid !== undefined) endGroup(child.pid);
      done(code === 0);
    }),
  );
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // Nothing was left.
  }
}
