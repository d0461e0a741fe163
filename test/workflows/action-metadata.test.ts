import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { INPUT_NAMES } from "../../src/action/inputs.ts";
import { OUTPUT_NAMES } from "../../src/action/outputs.ts";

const ROOT = join(import.meta.dirname, "../..");
const metadata: {
  inputs: Record<string, { description?: string }>;
  outputs: Record<string, unknown>;
  runs: { using: string; main: string };
} = parse(readFileSync(join(ROOT, "action.yml"), "utf8"));

test("action.yml names exactly the inputs that the code reads", () => {
  expect(Object.keys(metadata.inputs).sort()).toEqual([...INPUT_NAMES].sort());
});

test("action.yml names exactly the outputs that the code sets", () => {
  expect(Object.keys(metadata.outputs).sort()).toEqual([...OUTPUT_NAMES].sort());
});

test("it runs on Node 24 from a file that is there", () => {
  expect(metadata.runs.using).toBe("node24");
  expect(existsSync(join(ROOT, metadata.runs.main))).toBe(true);
});

test("the workflow that users copy gives only inputs that exist", () => {
  const workflow: { jobs: Record<string, { steps: { with?: Record<string, unknown> }[] }> } = parse(
    readFileSync(join(ROOT, "examples/sentinel-workflow.yml"), "utf8"),
  );
  const given = Object.values(workflow.jobs).flatMap((job) =>
    job.steps.flatMap((step) => Object.keys(step.with ?? {})),
  );
  expect(given.filter((name) => !INPUT_NAMES.some((input) => input === name))).toEqual([]);
});

test("the workflow that users copy gives each job the permissions that the README explains, and no other", () => {
  const workflow: { jobs: Record<string, { permissions: Record<string, string> }> } = parse(
    readFileSync(join(ROOT, "examples/sentinel-workflow.yml"), "utf8"),
  );
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  for (const [job, { permissions }] of Object.entries(workflow.jobs)) {
    const [, said = ""] = new RegExp(`^\\| job \`${job}\` \\| ([^|]+) \\|`, "m").exec(readme) ?? [];
    const explained = said.split(";").flatMap((part) => {
      const [names = "", level = ""] = part.split(":");
      return names.split(",").map((name) => [name.trim(), level.trim()]);
    });
    expect(permissions).toEqual(Object.fromEntries(explained));
  }
});
