import { existsSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PlanRequest } from "../../src/rollback/compute.ts";
import { createWorkbench, planBetween, type Workbench } from "./workbench.ts";

/** Every case is judged by git itself: `git revert` in a checkout is what a person would have got. */
let bench: Workbench;
beforeEach(() => {
  bench = createWorkbench();
  bench.write("README.md", "start\n");
});
afterEach(() => bench.remove_all());

function revertOf(...suspects: string[]): Partial<PlanRequest> {
  return { kind: "revert-suspects", suspects };
}

/** The tree of `git revert` in a checkout; null where git finds a conflict. */
function byGit(commits: readonly string[], mainline = false): string | null {
  bench.git("checkout", "--quiet", "--force", "-B", "oracle", "main");
  try {
    for (const commit of commits) bench.git("revert", "--no-edit", ...(mainline ? ["-m", "1"] : []), commit);
    return bench.tree("HEAD");
  } catch {
    bench.git("revert", "--abort");
    return null;
  } finally {
    bench.git("checkout", "--quiet", "--force", "main");
  }
}

describe("reverting suspects gives what git revert gives", () => {
  test("for one commit in the middle, keeping later work", async () => {
    bench.write("a.txt", "1\n2\n3\n4\n5\n6\n7\n8\n");
    const good = bench.commit("good");
    bench.write("a.txt", "1\ntwo\n3\n4\n5\n6\n7\n8\n");
    const bad = bench.commit("bad");
    bench.write("a.txt", "1\ntwo\n3\n4\n5\n6\n7\neight\n");
    const head = bench.commit("later");
    const computed = await planBetween(bench, good, head, revertOf(bad));
    expect(computed).toMatchObject({ kind: "plan", plan: { undoes: [bad], resultingTree: byGit([bad]) } });
  });

  test("for several, newest first, whatever order they are named in", async () => {
    bench.write("a.txt", "1\n");
    const good = bench.commit("good");
    bench.write("a.txt", "1\n2\n");
    const first = bench.commit("first");
    bench.write("a.txt", "1\n2\n3\n");
    const second = bench.commit("second");
    bench.write("b.txt", "b\n");
    const head = bench.commit("later");
    const computed = await planBetween(bench, good, head, revertOf(first, second));
    expect(computed).toMatchObject({ plan: { undoes: [second, first], resultingTree: byGit([second, first]) } });
  });

  test("for a merge, along its mainline", async () => {
    const good = bench.commit("good");
    bench.git("checkout", "--quiet", "-b", "topic");
    bench.write("topic.txt", "t\n");
    const topic = bench.commit("topic", "Tess <tess@example.com>");
    bench.git("checkout", "--quiet", "main");
    bench.write("main.txt", "m\n");
    bench.commit("main");
    bench.git("merge", "--quiet", "--no-ff", "-m", "merge", "topic");
    const merge = bench.git("rev-parse", "HEAD");
    bench.write("later.txt", "l\n");
    const head = bench.commit("later");
    const computed = await planBetween(bench, good, head, revertOf(merge));
    expect(computed).toMatchObject({ plan: { undoes: [merge], resultingTree: byGit([merge], true) } });
    expect(computed.kind === "plan" && computed.undone.map(({ sha }) => sha).sort()).toEqual([merge, topic].sort());
  });

  test("for an octopus merge", async () => {
    const good = bench.commit("good");
    for (const name of ["one", "two", "three"]) {
      bench.git("checkout", "--quiet", "-b", name, good);
      bench.write(`${name}.txt`, `${name}\n`);
      bench.commit(name);
    }
    bench.git("checkout", "--quiet", "main");
    bench.git("merge", "--quiet", "-m", "octopus", "one", "two", "three");
    const merge = bench.git("rev-parse", "HEAD");
    bench.write("later.txt", "l\n");
    const head = bench.commit("later");
    expect(bench.git("log", "-1", "--format=%P", merge).split(" ").length).toBeGreaterThan(2);
    const computed = await planBetween(bench, good, head, revertOf(merge));
    expect(computed).toMatchObject({ plan: { resultingTree: byGit([merge], true) } });
  });

  test("for a revert of a revert", async () => {
    bench.write("a.txt", "1\n");
    const good = bench.commit("good");
    bench.write("a.txt", "2\n");
    const change = bench.commit("change");
    bench.git("revert", "--no-edit", change);
    bench.git("revert", "--no-edit", "HEAD");
    const again = bench.git("rev-parse", "HEAD");
    const computed = await planBetween(bench, good, again, revertOf(again));
    expect(computed).toMatchObject({ plan: { resultingTree: byGit([again]) } });
  });

  test("for a renamed file that was changed later under its new name", async () => {
    const lines = Array.from({ length: 40 }, (_, i) => `line ${i}`);
    bench.write("old.txt", `${lines.join("\n")}\n`);
    const good = bench.commit("good");
    bench.git("mv", "old.txt", "new.txt");
    const rename = bench.commit("rename");
    bench.write("new.txt", `${lines.with(30, "changed").join("\n")}\n`);
    const head = bench.commit("change");
    const computed = await planBetween(bench, good, head, revertOf(rename));
    expect(computed).toMatchObject({ plan: { resultingTree: byGit([rename]) } });
  });

  test("for a mode change, a symlink, a binary file and a submodule pointer", async () => {
    bench.write("run.sh", "#!/bin/sh\n");
    bench.write("link", "was a file\n");
    bench.write("logo.png", Buffer.from([137, 80, 78, 71, 0, 1, 2, 3]));
    bench.git("update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},vendor`);
    bench.git("add", "--all", "--", "run.sh", "link", "logo.png", "README.md");
    bench.git("commit", "--quiet", "-m", "good");
    const good = bench.git("rev-parse", "HEAD");
    bench.mode("run.sh", 0o755);
    bench.link("link", "README.md");
    bench.write("logo.png", Buffer.from([137, 80, 78, 71, 0, 9, 9, 9]));
    bench.git("add", "--all", "--", "run.sh", "link", "logo.png");
    bench.git("update-index", "--cacheinfo", `160000,${"2".repeat(40)},vendor`);
    bench.git("commit", "--quiet", "-m", "bad");
    const bad = bench.git("rev-parse", "HEAD");
    bench.write("later.txt", "l\n");
    bench.git("add", "later.txt");
    bench.git("commit", "--quiet", "-m", "later");
    const head = bench.git("rev-parse", "HEAD");
    const computed = await planBetween(bench, good, head, revertOf(bad));
    expect(computed).toMatchObject({ plan: { resultingTree: byGit([bad]) } });
    const restored = await planBetween(bench, good, head);
    expect(restored).toMatchObject({ plan: { resultingTree: bench.tree(good) } });
  });

  test("for files with hostile names", async () => {
    const names = [
      'quote".txt',
      "new\nline.txt",
      "tab\t.txt",
      "-rf",
      "$(id).ts",
      "päth/ünï.ts",
      ":(glob)**",
      "a b/.gitattributes",
    ];
    for (const name of names) bench.write(name, "1\n");
    const good = bench.commit("good");
    for (const name of names) bench.write(name, "2\n");
    const bad = bench.commit("bad");
    bench.write("later.txt", "l\n");
    const head = bench.commit("later");
    expect(await planBetween(bench, good, head, revertOf(bad))).toMatchObject({
      plan: { resultingTree: byGit([bad]) },
    });
    expect(await planBetween(bench, good, head)).toMatchObject({ plan: { resultingTree: bench.tree(good) } });
  });

  test("and finds a conflict where git finds one, naming the file", async () => {
    bench.write("a.txt", "1\n");
    const good = bench.commit("good");
    bench.write("a.txt", "2\n");
    const bad = bench.commit("bad");
    bench.write("a.txt", "3\n");
    const head = bench.commit("later");
    expect(byGit([bad])).toBeNull();
    const computed = await planBetween(bench, good, head, revertOf(bad));
    expect(computed).toMatchObject({ kind: "none", reason: "revert-conflicts" });
    expect(computed.kind === "none" && computed.detail).toContain("a.txt");
  });
});

describe("there is no plan", () => {
  test("when the head already has the good tree", async () => {
    bench.write("a.txt", "1\n");
    const good = bench.commit("good");
    bench.write("a.txt", "2\n");
    bench.commit("bad");
    bench.write("a.txt", "1\n");
    const head = bench.commit("fixed by hand");
    expect(await planBetween(bench, good, head)).toMatchObject({ kind: "none", reason: "nothing-to-do" });
    expect(await planBetween(bench, head, head)).toMatchObject({ kind: "none", reason: "nothing-to-do" });
  });

  test("when nothing of the suspect is left", async () => {
    bench.write("a.txt", "1\n");
    const good = bench.commit("good");
    bench.write("a.txt", "2\n");
    const bad = bench.commit("bad");
    bench.git("revert", "--no-edit", bad);
    bench.write("b.txt", "b\n");
    const head = bench.commit("later");
    expect(await planBetween(bench, good, head, revertOf(bad))).toMatchObject({ reason: "nothing-to-do" });
  });

  test("when last good is no ancestor of the head", async () => {
    const root = bench.commit("root");
    bench.git("checkout", "--quiet", "-b", "side");
    bench.write("s.txt", "s\n");
    const good = bench.commit("good");
    bench.git("checkout", "--quiet", "main");
    bench.write("a.txt", "a\n");
    const head = bench.commit("head");
    expect(await planBetween(bench, good, head)).toMatchObject({ kind: "none", reason: "good-not-ancestor" });
    expect(await planBetween(bench, head, root)).toMatchObject({ kind: "none", reason: "good-not-ancestor" });
  });

  test("when a suspect is not a first-parent commit of the range", async () => {
    const good = bench.commit("good");
    bench.write("a.txt", "a\n");
    const head = bench.commit("head");
    expect(await planBetween(bench, good, head, revertOf(good))).toMatchObject({ reason: "revert-conflicts" });
    expect(await planBetween(bench, good, head, revertOf("f".repeat(40)))).toMatchObject({ kind: "none" });
    expect(await planBetween(bench, good, head, revertOf(head, "f".repeat(40)))).toMatchObject({
      kind: "none",
      reason: "revert-conflicts",
    });
  });

  test("when more than 500 commits would be undone, but there is one for 500", async () => {
    const good = bench.commit("good");
    const tree = bench.tree(good);
    const chain = (from: string, length: number) => bench.chain(from, tree, length);
    bench.write("a.txt", "a\n");
    const changed = bench.commit("change");
    const changedTree = bench.tree(changed);
    const at500 = bench.chain(changed, changedTree, 499);
    const at501 = bench.chain(at500, changedTree, 1);
    expect(chain(good, 1)).not.toBe(good);
    const computed = await planBetween(bench, good, at500);
    expect(computed.kind === "plan" && computed.plan.undoes).toHaveLength(500);
    expect(await planBetween(bench, good, at501)).toMatchObject({ kind: "none", reason: "range-too-large" });
  });
});

test("an old side branch that was merged late is not taken for new history", async () => {
  bench.write("a.txt", "0\n");
  const root = bench.commit("root");
  bench.git("checkout", "--quiet", "-b", "old");
  bench.write("old.txt", "o\n");
  const old = bench.commit("old work");
  bench.git("checkout", "--quiet", "main");
  const tree = bench.tree(root);
  bench.git("reset", "--quiet", "--hard", bench.chain(root, tree, 40));
  bench.write("g.txt", "g\n");
  const good = bench.commit("good");
  bench.git("merge", "--quiet", "--no-ff", "-m", "merge old", "old");
  const merge = bench.git("rev-parse", "HEAD");
  const computed = await planBetween(bench, good, merge);
  expect(computed).toMatchObject({ kind: "plan", plan: { undoes: [merge], resultingTree: bench.tree(good) } });
  expect(computed.kind === "plan" && computed.undone.map(({ sha }) => sha).sort()).toEqual([merge, old].sort());
});

test("a repository full of hooks, filters and attributes runs nothing", async () => {
  bench.write(".gitattributes", "* filter=evil diff=evil merge=evil text eol=crlf\n");
  bench.write("a.txt", "1\n");
  const good = bench.commit("good");
  bench.git("config", "filter.evil.smudge", "touch /tmp/sentinel-was-here");
  bench.write("a.txt", "2\n");
  bench.write(".gitmodules", '[submodule "x"]\n\tpath = x\n\turl = file:///etc\n');
  bench.write("hooks/post-checkout", "#!/bin/sh\ntouch /tmp/sentinel-was-here\n");
  const bad = bench.commit("bad");
  const computed = await planBetween(bench, good, bad, revertOf(bad));
  expect(computed).toMatchObject({ kind: "plan", plan: { resultingTree: bench.tree(good) } });
  expect(existsSync("/tmp/sentinel-was-here")).toBe(false);
});

test("the same request gives the same plan", async () => {
  bench.write("a.txt", "1\n");
  const good = bench.commit("good");
  bench.write("a.txt", "2\n");
  const head = bench.commit("bad");
  const [one, two] = [await planBetween(bench, good, head), await planBetween(bench, good, head)];
  expect(one).toEqual(two);
});
