import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const CHECKOUT = resolve(import.meta.dirname, "../..");

let temporary: string;
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), "sentinel-interrupted-"));
});
afterEach(() => rm(temporary, { recursive: true, force: true }));

test.each([
  ["SIGINT", "SIGNAL"],
  ["SIGTERM", "ASK"],
] as const)("a drill that gets %s when it says %s leaves no process and no file behind", async (signal, moment) => {
  const child = spawn(process.execPath, ["drill/main.ts", "--answer", "ignore"], {
    cwd: CHECKOUT,
    // Its own group, so that whatever it leaves can be looked for.
    detached: true,
    env: { PATH: process.env.PATH ?? "", HOME: temporary, TMPDIR: temporary },
  });
  let said = "";
  let isSent = false;
  const hear = (chunk: Buffer) => {
    said += chunk.toString();
    if (!isSent && said.includes(moment)) isSent = child.kill(signal);
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const code = await new Promise<number | null>((done) => child.on("close", done));
  expect(said).toContain("Interrupted. Everything it had started has ended.");
  expect(said).not.toContain("    at ");
  expect(code).toBe(1);
  expect(await readdir(temporary)).toEqual([]);
  expect(() => process.kill(-(child.pid ?? 0), 0)).toThrow("ESRCH");
});
