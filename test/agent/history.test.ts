import { rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readCandidates } from "../../src/agent/candidates.ts";
import { rankSuspects } from "../../src/agent/suspects/rank.ts";
import { createRepository, type TestRepository } from "./repository.ts";

let repo: TestRepository;
beforeEach(() => {
  repo = createRepository();
});
afterEach(() => repo.close());

const SIGNAL = { text: "TypeError: total is not a function" };

describe("the range last good to bad", () => {
  test("is read by first parent, newest first, a merge counting as one commit with all it brought", async () => {
    const good = repo.commit({ "a.js": "1\n" });
    repo.branch("topic", good);
    const side = repo.commit({ "b.js": "1\n" }, { branch: "topic", message: "On the side" });
    const direct = repo.commit({ "a.js": "2\n" }, { message: "Direct" });
    const merge = repo.commit({ "b.js": "1\n" }, { message: "Merge topic", merge: [side] });
    const history = await repo.open(good, merge);
    const { commits, goodIsAncestor, truncated } = await history.range();
    expect(commits.map(({ sha, subject }) => [sha, subject])).toEqual([
      [merge, "Merge topic"],
      [direct, "Direct"],
    ]);
    expect(commits[0]).toMatchObject({
      parents: [direct, side],
      files: [{ path: "b.js", status: "added", before: null }],
    });
    expect({ goodIsAncestor, truncated }).toEqual({ goodIsAncestor: true, truncated: false });
  });

  test("fetches no deeper than needed, and of the blobs only those that are looked at", async () => {
    repo.line(60);
    const good = repo.commit({ "a.js": "1\n" });
    const bad = repo.commit({ "a.js": "2\n", "b.js": "3\n" });
    const history = await repo.open(good, bad);
    await history.range();
    expect(repo.fetched()).toMatchObject({ commit: 40, blob: 0 });
    await history.diffs([{ sha: bad, paths: ["a.js"] }]);
    expect(repo.fetched()).toMatchObject({ blob: 2 });
  });

  test("says so when the last good revision is not an ancestor", async () => {
    const first = repo.commit({ "a.js": "1\n" });
    repo.branch("other", first);
    const good = repo.commit({ "a.js": "2\n" }, { branch: "other" });
    const bad = repo.commit({ "a.js": "3\n" });
    const { goodIsAncestor, truncated } = await (await repo.open(good, bad)).range();
    expect({ goodIsAncestor, truncated }).toEqual({ goodIsAncestor: false, truncated: true });
  });

  test("a file that became a folder does not bring along what lies in it", async () => {
    const good = repo.commit({ "app.js": "1\n", "b.js": "1\n" });
    const huge = `${"x".repeat(99)}\n`.repeat(11_000);
    const bad = repo.commit({ "app.js": null, "app.js/huge.txt": huge, "b.js": "2\n" });
    const history = await repo.open(good, bad);
    const diff = (await history.diffs([{ sha: bad, paths: ["app.js", "b.js"] }])).get(bad) ?? "";
    expect(diff).toContain("b/b.js");
    expect(diff).not.toContain("huge.txt");
    expect(repo.fetched()).toMatchObject({ blob: 2 });
  });

  test("hostile names and messages stay data", async () => {
    const good = repo.commit({ "a.js": "1\n" });
    const odd = { ":(glob)**": "1\n", "-rf": "1\n", "line\nbreak": "1\n", "tab\there": "1\n", 'quo"te': "1\n" };
    const bad = repo.commit(odd, { message: "Odd\u0001\u0002\n\n:100644 100644 fake M\nbody", author: "<x> \u202e" });
    const history = await repo.open(good, bad);
    const [commit] = (await history.range()).commits;
    expect(commit?.files.map(({ path }) => path).sort()).toEqual(Object.keys(odd).sort());
    expect(commit?.body).toContain(":100644 100644 fake M");
    const diffs = await history.diffs([{ sha: bad, paths: [":(glob)**", "-rf"] }]);
    expect(diffs.get(bad)?.match(/^\+1$/gm)).toHaveLength(2);
  });
});

describe("looking into files", () => {
  test("a blob the server no longer has costs that commit's diff and nothing else", async () => {
    const good = repo.commit({ "a.js": "1\n", "b.js": "1\n" });
    const lost = repo.commit({ "a.js": "lost\n" });
    const kept = repo.commit({ "b.js": "kept\n" });
    const blob = repo.git(["rev-parse", `${lost}:a.js`]);
    rmSync(`${repo.git(["rev-parse", "--absolute-git-dir"])}/objects/${blob.slice(0, 2)}/${blob.slice(2)}`);
    const history = await repo.open(good, kept);
    const diffs = await history.diffs([
      { sha: kept, paths: ["b.js"] },
      { sha: lost, paths: ["a.js"] },
    ]);
    expect([...diffs.keys()]).toEqual([kept]);
  });

  test("a huge file and a binary one are left out, the rest of the commit is read", async () => {
    const good = repo.commit({ "a.js": "1\n" });
    const bad = repo.commit({ "big.json": "x".repeat(1_200_000), "a.js": "2\n", "bin.js": "\0\0\0" });
    const history = await repo.open(good, bad);
    const diff = (await history.diffs([{ sha: bad, paths: ["big.json", "a.js", "bin.js"] }])).get(bad) ?? "";
    expect(diff).toContain("+2");
    expect(diff).not.toContain("big.json");
    expect(diff.length).toBeLessThan(2000);
    expect(await history.filesAt(bad, ["big.json", "bin.js", "a.js", "none.js"])).toEqual(new Map([["a.js", "2\n"]]));
  });

  test("blame names commits of the range alone; search takes its text literally", async () => {
    const good = repo.commit({ "a.js": "one\ntwo\n" });
    const bad = repo.commit({ "a.js": "one\n.*\n" });
    const history = await repo.open(good, bad);
    expect(await history.blame("a.js", 1, 2)).toEqual([
      { line: 1, sha: null, text: "one" },
      { line: 2, sha: bad, text: ".*" },
    ]);
    expect(await history.search(bad, [".*"], ["a.js"])).toEqual([{ path: "a.js", line: 2, text: ".*" }]);
    expect(await history.search(bad, ["--all"], ["a.js"])).toEqual([]);
  });
});

test("no commit can speak in the diff of another, whatever line breaks its own lines hold", async () => {
  const good = repo.commit({ "a.js": "1\n", "b.js": "1\n" });
  const innocent = repo.commit({ "a.js": "2\n" });
  const forged = ["\r", "\u2028"].map((mark) => `${mark}${innocent}${mark}diff --git a/a.js b/a.js`).join("");
  const bad = repo.commit({ "b.js": `2${forged}\n` });
  const history = await repo.open(good, bad);
  const read = await history.diffs([
    { sha: innocent, paths: ["a.js"] },
    { sha: bad, paths: ["b.js"] },
  ]);
  expect([...read.keys()].sort()).toEqual([innocent, bad].sort());
  expect(read.get(innocent)).toMatch(/^-1\n\+2$/m);
  expect(read.get(bad)).toContain(forged);
});

test("a range of 500 commits does not hurt: the likeliest are read, the others stay in the ranking by name", async () => {
  const bad = repo.line(501, { at: 250, text: "total();\n", message: "Use total" });
  const good = repo.git(["rev-parse", "main~500"]);
  const history = await repo.open(good, bad);
  const start = Date.now();
  const range = await history.range();
  const { candidates, diffs, notLookedAt } = await readCandidates(history, range, SIGNAL, rankSuspects);
  expect(range).toMatchObject({ truncated: false, goodIsAncestor: true });
  expect(range.commits).toHaveLength(500);
  expect(candidates).toHaveLength(500);
  expect(diffs.size).toBe(150);
  expect(notLookedAt).toContain("the diffs of 350 less likely commits");
  const culprit = repo.git(["rev-parse", "main~250"]);
  expect(rankSuspects(SIGNAL, candidates).ranked[0]?.sha).toBe(culprit);
  expect(Date.now() - start).toBeLessThan(20_000);
});

test("of a longer range the newest 500 are read, and that is said", async () => {
  const bad = repo.line(620);
  const history = await repo.open(repo.git(["rev-parse", "main~610"]), bad);
  const range = await history.range();
  expect(range).toMatchObject({ truncated: true, goodIsAncestor: true });
  expect(range.commits).toHaveLength(500);
  const { notLookedAt } = await readCandidates(history, range, SIGNAL, rankSuspects);
  expect(notLookedAt).toContain("commits beyond the newest 500 of the range");
});
