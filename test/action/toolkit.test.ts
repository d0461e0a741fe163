import { afterEach, expect, test, vi } from "vitest";
import { createJobOutput } from "../../src/action/toolkit.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test("a summary that cannot be written ends no job; a warning says so", async () => {
  const said: string[] = [];
  vi.stubEnv("GITHUB_STEP_SUMMARY", "/nonexistent/summary.md");
  vi.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
  await createJobOutput().summary("# Response");
  expect(said.join("")).toContain("::warning::The summary could not be written");
});
