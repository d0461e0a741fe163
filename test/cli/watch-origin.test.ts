import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PLAIN_GIT } from "../plain-git.ts";

/** Which repository `sentinel watch` takes, where none is named: the one that the remote `origin` names. */
const SENTINEL = join(import.meta.dirname, "../../src/cli/sentinel.ts");
const clone = mkdtempSync(join(tmpdir(), "sentinel-origin-"));
beforeAll(() => {
  execFileSync("git", ["init", "-q", clone], { env: PLAIN_GIT });
  execFileSync("git", ["-C", clone, "remote", "add", "origin", "x"], { env: PLAIN_GIT });
});
afterAll(() => rmSync(clone, { recursive: true, force: true }));

/** Without a token it ends right after it knows which. */
function watchFrom(origin: string): string {
  execFileSync("git", ["-C", clone, "remote", "set-url", "origin", origin], { env: PLAIN_GIT });
  const env = { PATH: process.env.PATH ?? "" };
  const { stdout, stderr } = spawnSync(process.execPath, [SENTINEL, "watch"], { cwd: clone, env, encoding: "utf8" });
  return stdout + stderr;
}

test.each([
  "https://github.com/acme/shop.git",
  "https://github.com/acme/shop",
  "git@github.com:acme/shop.git",
  "ssh://git@github.com:22/acme/shop.git",
])("%s names one", (origin) => {
  expect(watchFrom(origin)).toMatch(/^Set GITHUB_TOKEN/);
});

test.each(["/srv/git/shop", "../upstream/shop.git", "file:///srv/git/shop"])("%s names none on GitHub", (origin) => {
  expect(watchFrom(origin)).toMatch(/^Name a repository: there is no remote `origin` here that names one/);
});
