import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";

/** Prints `N passed, N failed` from reports of vitest's JSON reporter: a closing line that any reader understands. */

const Report = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

type Counts = { readonly passed: number; readonly failed: number; readonly skipped: number };

const counts = process.argv.slice(2).map(countsOf);
const passed = total((count) => count.passed);
const failed = total((count) => count.failed);
const skipped = total((count) => count.skipped);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
if (failed > 0 || passed === 0) process.exitCode = 1;

/** A run that left no report broke before it could count: that is a failure too. */
function countsOf(path: string): Counts {
  if (!existsSync(path)) return { passed: 0, failed: 1, skipped: 0 };
  const report = Report.parse(JSON.parse(readFileSync(path, "utf8")));
  // A file that could not even be loaded has no tests to count, yet it must not pass unseen.
  const unloadable = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloadable.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function total(of: (count: Counts) => number): number {
  return counts.reduce((sum, count) => sum + of(count), 0);
}
