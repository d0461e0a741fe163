import { afterEach, expect, test } from "vitest";
import { exitCodeOf } from "../../src/action/respond/end.ts";
import { createJobOutput } from "../../src/action/toolkit.ts";

const before = process.exitCode;
afterEach(() => {
  process.exitCode = before;
});

test("a push that nobody answered ends with an exit code of its own, and so does a no", () => {
  expect(exitCodeOf("approval-expired")).toBe(75);
  for (const no of ["denied-by-approver", "denied-earlier", "denied-meanwhile"] as const)
    expect(exitCodeOf(no)).toBe(77);
  for (const other of ["head-moved", "auth0-unavailable", "internal-error", "cancelled"] as const)
    expect(exitCodeOf(other)).toBe(1);
});

test("a step fails with the exit code it is given, else with 1", () => {
  const output = createJobOutput();
  output.fail("Nobody answered in time.", 75);
  expect(process.exitCode).toBe(75);
  output.fail("Something else.");
  expect(process.exitCode).toBe(1);
});
