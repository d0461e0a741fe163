import { expect, test } from "vitest";
import { pointedLines } from "../../src/agent/pointed-lines.ts";
import { CULPRIT, lookedFixture } from "./looked-fixture.ts";

const RANKED = [{ sha: CULPRIT, score: 0.9, reasons: [] }];
const SPEAKS = { ranked: RANKED, none: 0.1, speaks: true };
const SILENT = { ...SPEAKS, speaks: false };
const DIFF = `diff --git a/pay/charge.js b/pay/charge.js
index 1..2 100644
--- a/pay/charge.js
+++ b/pay/charge.js
@@ -1,4 +1,5 @@
 one
 two
-three
+drei
+vier
@@ -20,3 +21,2 @@ function charge() {
 twenty
-@@ -9 +9 @@
 end
diff --git "a/\\t::.js" "b/\\t::.js"
--- "a/\\t::.js"
+++ "b/\\t::.js"
@@ -0,0 +1 @@
+odd
`;

test("the lines of the stack trace that the first suspect wrote are pointed at, and no one else's", () => {
  const mine = { path: "pay/charge.js", line: 2, sha: CULPRIT };
  const blamed = [{ ...mine, sha: "a".repeat(40) }, ...Array.from({ length: 9 }, () => mine)];
  const found = pointedLines(lookedFixture({ ranking: SILENT, blamed }));
  expect(found).toEqual(Array.from({ length: 5 }, () => ({ ...mine, why: "stack-trace" })));
});

test("without a stack trace, the culprit's changes are pointed at where each begins", () => {
  const found = pointedLines(lookedFixture({ ranking: SPEAKS, diffs: new Map([[CULPRIT, DIFF]]) }));
  const at = { path: "pay/charge.js", sha: CULPRIT, why: "changed" };
  expect(found).toEqual([
    { ...at, line: 3 },
    { ...at, line: 22 },
  ]);
});

test("a suspect that nothing speaks clearly against is not pointed at", () => {
  expect(pointedLines(lookedFixture({ ranking: SILENT, diffs: new Map([[CULPRIT, DIFF]]) }))).toEqual([]);
});
