import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";

/** Prints `N passed, N failed` from the report of vitest's JSON reporter: a closing line that any reader understands. */

const Report = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});

const [path = ""] = process.argv.slice(2);
if (!existsSync(path)) {
  console.log("0 passed, 1 failed");
  process.exitCode = 1;
} else {
  const report = Report.parse(JSON.parse(readFileSync(path, "utf8")));
  // A file that could not even be loaded has no tests to count, yet it must not pass unseen.
  const unloadable = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  const failed = report.numFailedTests + unloadable.length;
  const skipped = report.numPendingTests + report.numTodoTests;
  console.log(`${report.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  if (failed > 0 || report.numPassedTests === 0) process.exitCode = 1;
}
