import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { PLAIN_GIT } from "../plain-git.ts";
import { runDrill } from "./run-drill.ts";

const work = mkdtempSync(join(tmpdir(), "sentinel-letters-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

test("folder, branch, files and people in any letters are rehearsed to the end", { timeout: 90_000 }, async () => {
  const repo = join(work, "dépôt d'été");
  mkdirSync(repo);
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", repo, "-c", 'user.name=Ünal "Q" <b>', "-c", "user.email=ä@x.example", ...args], {
      encoding: "utf8",
      env: PLAIN_GIT,
    });
  git("init", "-q", "-b", "haupt/zweig-ü", ".");
  for (const step of ['erstes `ü` "q"', "zweites → 🎉 @everyone"]) {
    writeFileSync(join(repo, 'dätei "x" #1?.txt'), `${step}\n`);
    git("add", ".");
    git("commit", "-qm", step);
  }
  const run = await runDrill("--repo", repo, "--good", "HEAD~1", "--answer", "approve");
  expect(run.exitCode, run.output).toBe(0);
  expect(run.result?.outcome).toBe("rolled-back");
  expect(run.result?.branch.tree).toBe(git("rev-parse", "HEAD~1^{tree}").trim());
  await run.forget();
});
