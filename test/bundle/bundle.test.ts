import { execFile } from "node:child_process";
import { appendFile, cp, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "sentinel-build-"));
  for (const name of ["package.json", "tsconfig.json", "tsconfig.build.json", "src", "scripts", "drill"])
    await cp(join(ROOT, name), join(dir, name), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(dir, "node_modules"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test("a second build gives the same bytes, and the check names what differs", { timeout: 120_000 }, async () => {
  expect((await node("scripts/build.ts")).code).toBe(0);
  const [missing = ""] = (await readdir(join(dir, "dist"))).filter((name) => name !== "index.js");
  await appendFile(join(dir, "dist/index.js"), "\n");
  await rm(join(dir, "dist", missing));
  await appendFile(join(dir, "dist/added.js"), "");

  const { code, said } = await node("scripts/build.ts", "--check");
  expect(code).toBe(1);
  const named = [...said.matchAll(/dist\/(\S+) is not what the sources give/g)].map(([, name]) => name);
  expect(named.sort()).toEqual(["added.js", "index.js", missing].sort());
});

test("the bundle runs far from any node_modules", async () => {
  const alone = await mkdtemp(join(tmpdir(), "sentinel-alone-"));
  try {
    await cp(join(ROOT, "dist"), alone, { recursive: true });
    const { code, said } = await run(alone, [join(alone, "index.js")]);
    expect(code).toBe(1);
    expect(said).toContain("GITHUB_REPOSITORY is not set: this runs as a step of a workflow");
  } finally {
    await rm(alone, { recursive: true, force: true });
  }
});

function node(...args: string[]) {
  return run(dir, args);
}

function run(cwd: string, args: readonly string[]): Promise<{ readonly code: number; readonly said: string }> {
  return new Promise((resolve) =>
    execFile(process.execPath, args, { cwd, env: { PATH: process.env.PATH } }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, said: stdout + stderr }),
    ),
  );
}
