import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseDrillArguments, UsageError } from "../../drill/story/arguments.ts";
import { prepareRehearsal } from "../../drill/story/rehearsal.ts";
import { openRepository } from "../../src/adapters/git.ts";
import { PLAIN_GIT } from "../plain-git.ts";

const work = mkdtempSync(join(tmpdir(), "sentinel-test-"));
const origin = join(work, "origin");
const git = (dir: string, ...args: string[]) =>
  execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@x.example", ...args], {
    cwd: dir,
    encoding: "utf8",
    env: PLAIN_GIT,
  }).trim();
const prepare = (...argv: string[]) =>
  prepareRehearsal(parseDrillArguments(argv, false), mkdtempSync(join(work, "w-")));

beforeAll(() => {
  mkdirSync(origin);
  git(origin, "init", "-q", "-b", "trunk");
  for (const text of ["one", "two", "three"]) {
    writeFileSync(join(origin, "file"), text);
    git(origin, "add", ".");
    git(origin, "commit", "-qm", text);
    git(origin, "tag", text);
  }
  git(origin, "checkout", "-q", "-b", "side", "one");
  git(origin, "commit", "-q", "--allow-empty", "-m", "aside");
  git(origin, "checkout", "-q", "trunk");
});

afterAll(() => rmSync(work, { recursive: true, force: true }));

describe("what is rehearsed", () => {
  test("the sample's bad head fails its own check, and its good revision passes", async () => {
    const sample = await prepare();
    const from = openRepository(sample.gitDir);
    const bad = await sample.deploy(sample.bad, from);
    expect(bad.ok).toBe(false);
    expect(bad.log).toContain("TypeError: Cannot read properties of undefined (reading 'trim')");
    expect(await sample.deploy(sample.good, from)).toMatchObject({ ok: true });
  });

  test("a repository's branch and bad revision default to HEAD and its tip", async () => {
    const found = await prepare("--repo", origin, "--good", "one");
    expect(found).toMatchObject({ name: "origin", branch: "trunk", good: git(origin, "rev-parse", "one") });
    expect(found.bad).toBe(git(origin, "rev-parse", "trunk"));
  });

  test("a repository whose names GitHub does not have is refused, naming the flag", async () => {
    const other = mkdtempSync(join(work, "sha256-"));
    git(other, "init", "-q", "--object-format=sha256");
    for (const text of ["one", "two"]) {
      writeFileSync(join(other, "file"), text);
      git(other, "add", ".");
      git(other, "commit", "-qm", text);
    }
    await expect(prepare("--repo", other, "--good", "HEAD~1")).rejects.toThrow(/^--repo wants .*SHA-1/);
  });

  test("the deploy of the bad tree fails with the symptom, that of any other tree succeeds", async () => {
    const symptom = join(work, "symptom.txt");
    writeFileSync(symptom, "boom at file:1");
    const found = await prepare("--repo", origin, "--good", "one", "--bad", "two", "--symptom", symptom);
    const from = openRepository(found.gitDir);
    expect(await found.deploy(found.bad, from)).toEqual({ ok: false, log: "boom at file:1\n" });
    expect((await found.deploy(git(origin, "rev-parse", "three"), from)).ok).toBe(true);
  });

  test.each([
    ["a bare clone", ["--bare"]],
    ["a shallow clone", ["--depth=3", "--no-local"]],
    ["a clone without blobs", ["--filter=blob:none", "--no-checkout", "--no-local"]],
  ])("%s will do", async (_name, options) => {
    const clone = mkdtempSync(join(work, "clone-"));
    git(origin, "config", "uploadpack.allowFilter", "true");
    execFileSync("git", ["clone", "-q", ...options, `file://${origin}`, join(clone, "svc")], { env: PLAIN_GIT });
    expect(await prepare("--repo", join(clone, "svc"), "--good", "one")).toMatchObject({
      name: "svc",
      branch: "trunk",
    });
  });

  test.each([
    [["--repo", work, "--good", "one"], /--repo wants a git repository/],
    [["--repo", origin, "--good", "nope"], /--good wants a commit of --repo: unknown revision nope/],
    [["--repo", origin, "--good", "one", "--bad", "nope"], /--bad wants a commit .* nope/],
    [["--repo", origin, "--good", "one", "--branch", "nope"], /no branch nope/],
    [["--repo", origin, "--good", "three", "--bad", "one"], /--good must be an ancestor of --bad/],
    [["--repo", origin, "--good", "side", "--bad", "trunk"], /--good must be an ancestor of --bad/],
    [["--repo", origin, "--good", "one", "--bad", "one"], /same files/],
    [["--json", join(work, "no", "such", "folder.json")], /--json wants a file that can be written/],
    [["--keep", join(origin, "file", "under")], /--keep wants a folder that can be made/],
    [["--repo", origin, "--good", "one", "--symptom", join(work, "missing")], /--symptom wants a readable text file/],
  ])("%j is refused, and says which flag wants what", async (argv, words) => {
    const failure = await prepare(...argv).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UsageError);
    expect(String(failure)).toMatch(words);
  });
});
