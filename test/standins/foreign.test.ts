import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const node = (script: string, ...args: string[]) =>
  promisify(execFile)(process.execPath, [join(ROOT, script), ...args], { cwd: ROOT });

test("other people's programs work against the stand-ins; what is not there is skipped aloud", async () => {
  const { stdout } = await node("scripts/foreign.ts");
  expect(stdout).toMatch(/^ok +git: /m);
  expect(stdout).toMatch(/^ok +openid-client: /m);
  expect(stdout).not.toContain("FAILED");
  for (const action of ["actions/create-github-app-token", "github/lock"])
    expect(stdout).toMatch(new RegExp(`^(ok|SKIPPED) +${action}`, "m"));
});

test("all four stand-ins start in under two seconds each and fit in 250 MB", async () => {
  const dir = await mkdtemp(join(tmpdir(), "sentinel-standins-test-"));
  try {
    const { stdout } = await node("drill/standins.ts", "--once", "--json", join(dir, "figures.json"));
    for (const service of ["GitHub", "Auth0", "Slack", "Gemini"]) expect(stdout).toContain(`${service}, started in`);
    const figures: { startedInMs: Record<string, number>; rssMb: number } = JSON.parse(
      await readFile(join(dir, "figures.json"), "utf8"),
    );
    for (const [service, ms] of Object.entries(figures.startedInMs)) expect(ms, service).toBeLessThan(2000);
    expect(figures.rssMb).toBeLessThan(250);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
