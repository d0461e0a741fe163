import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PLAIN_GIT } from "../plain-git.ts";
import { runDrill } from "./run-drill.ts";

/** A history that lacks something, as people have it on their machines: the line runs all the same, and says what it could not see. */
const work = mkdtempSync(join(tmpdir(), "sentinel-poor-"));
const origin = join(work, "origin");
const git = (...args: string[]) =>
  execFileSync("git", ["-C", origin, "-c", "user.name=A", "-c", "user.email=a@x.example", ...args], {
    encoding: "utf8",
    env: PLAIN_GIT,
  });

beforeAll(() => {
  mkdirSync(join(origin, "src"), { recursive: true });
  execFileSync("git", ["init", "-q", "-b", "main", origin], { env: PLAIN_GIT });
  git("config", "uploadpack.allowFilter", "true");
  for (const step of ["one", "two", "three"]) {
    writeFileSync(join(origin, "src/index.ts"), `export function ${step}() {}\n`);
    writeFileSync(join(origin, "src/other.ts"), `// ${step}\n`);
    git("add", ".");
    git("commit", "-qm", step);
    git("tag", step);
  }
});

afterAll(() => rmSync(work, { recursive: true, force: true }));

test.each([
  ["without its files' content", ["--filter=blob:none", "--no-checkout"]],
  ["cut off after three commits", ["--depth=3"]],
])("a clone %s is rehearsed to the end", { timeout: 90_000 }, async (name, options) => {
  const clone = join(work, name.replaceAll(" ", "-"));
  execFileSync("git", ["clone", "-q", "--no-local", ...options, `file://${origin}`, clone], { env: PLAIN_GIT });
  const good = git("rev-parse", "one").trim();
  const run = await runDrill("--repo", clone, "--good", good, "--answer", "approve");
  expect(run.exitCode, run.output).toBe(0);
  expect(run.result?.outcome).toBe("rolled-back");
  expect(run.result?.branch.tree).toBe(git("rev-parse", "one^{tree}").trim());
  await run.forget();
});
