import { expect, test } from "vitest";
import { filesOf, isLockFile, toCandidate } from "../../src/agent/candidates.ts";
import type { FileChange, RangeCommit } from "../../src/agent/ports.ts";

const DIFF = `diff --git a/db/old.sql b/db/old.sql
deleted file mode 100644
--- a/db/old.sql
+++ /dev/null
@@ -1,2 +0,0 @@
--- a comment in SQL
-drop table x;
diff --git a/src/new file.js b/src/new file.js
new file mode 100644
--- /dev/null
+++ b/src/new file.js\t
@@ -0,0 +1,2 @@ function pay
+++counter;
+diff --git a/fake b/fake
diff --git a/logo.svg b/logo.svg
old mode 100644
new mode 100755
`;

const change = (path: string): FileChange => ({ path, status: "modified", before: null, after: null });

function commit(files: readonly FileChange[]): RangeCommit {
  return {
    sha: "a".repeat(40),
    parents: ["b".repeat(40), "c".repeat(40)],
    author: "x",
    authorTime: 1,
    commitTime: 2,
    subject: "s",
    body: "",
    files,
  };
}

test("a diff is taken apart by file, whatever its lines look like", () => {
  expect(filesOf(DIFF).map(({ path }) => path)).toEqual(["db/old.sql", "src/new file.js", "logo.svg"]);
  const names = ["db/old.sql", "src/new file.js", "logo.svg", "not-read.bin"];
  const candidate = toCandidate(commit(names.map(change)), DIFF);
  expect(candidate.files).toEqual([
    { path: "db/old.sql", additions: 0, deletions: 2 },
    { path: "src/new file.js", additions: 2, deletions: 0 },
    { path: "logo.svg", additions: 0, deletions: 0 },
    { path: "not-read.bin", additions: 0, deletions: 0 },
  ]);
  expect(candidate).toMatchObject({ isMerge: true, nFiles: 4, additions: 2, deletions: 2 });
});

test("a line that somebody committed begins no file and names none", () => {
  const diff = `diff --git a/old.js b/old.js
deleted file mode 100644
--- a/old.js
+++ /dev/null
@@ -1,1 +0,0 @@
-x\rdiff --git a/innocent.js b/innocent.js\r+++ b/innocent.js\u2028diff --git a/other.js b/other.js
`;
  expect(filesOf(diff)).toEqual([{ path: "old.js", text: diff }]);
});

test("a commit of very many files lists some and counts all", () => {
  const many = Array.from({ length: 5000 }, (_, i) => change(`f${i}`));
  expect(toCandidate(commit(many), "")).toMatchObject({ nFiles: 5000 });
  expect(toCandidate(commit(many), "").files.length).toBeLessThan(1000);
});

test.each(["package-lock.json", "a/go.sum", "pnpm-lock.yaml"])("%s is a lock file", (path) => {
  expect(isLockFile(path)).toBe(true);
  expect(isLockFile(`${path}.md`)).toBe(false);
});
