import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseWorkflow } from "../../drill/runner/workflow.ts";
import { findings, RULE_NAMES, type Rule } from "./rules.ts";

const ROOT = join(import.meta.dirname, "../..");
const FILES = globSync([".github/workflows/*.yml", "examples/*workflow*.yml"], { cwd: ROOT }).sort();

test("there are workflows to look at", () => {
  expect(FILES).toEqual(expect.arrayContaining([".github/workflows/ci.yml", "examples/sentinel-workflow.yml"]));
});

describe.each(FILES)("%s", (file) => {
  test("keeps every rule", () => {
    expect(findings(readFileSync(join(ROOT, file), "utf8"))).toEqual([]);
  });
});

test("the stand-in runner understands the workflow that users copy", () => {
  const workflow = parseWorkflow(readFileSync(join(ROOT, "examples/sentinel-workflow.yml"), "utf8"));
  expect(Object.keys(workflow.jobs)).toEqual(["analyse", "respond"]);
});

const GOOD = `
on: push
permissions: {}
jobs:
  a:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    environment: prod
    permissions: { contents: write }
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
        with: { persist-credentials: false }
      - uses: actions/setup-node@820762786026740c76f36085b0efc47a31fe5020
        with: { package-manager-cache: false }
      - run: echo "$TITLE"
        env: { TITLE: "\${{ github.event.issue.title }}", KEY: "\${{ secrets.KEY }}" }
`;

const BREAKS: Readonly<Record<Rule, readonly [good: string, bad: string]>> = {
  "pinned-by-sha": ["setup-node@820762786026740c76f36085b0efc47a31fe5020", "setup-node@v7"],
  "no-permissions-on-top": ["permissions: {}", "permissions: read-all"],
  "no-pull-request-target": ["on: push", "on: [push, pull_request_target]"],
  "no-outside-text-in-scripts": ['echo "$TITLE"', `echo "\${{ github.event.issue.title }}"`],
  "checkout-keeps-no-credentials": ["{ persist-credentials: false }", "{ fetch-depth: 0 }"],
  "no-cache-beside-secrets": ["{ package-manager-cache: false }", "{ cache: npm }"],
  "secrets-only-in-environments": ["    environment: prod\n", ""],
  "every-job-ends": ["    timeout-minutes: 5\n", ""],
};

describe("each rule sees what breaks it, and nothing else", () => {
  test("a good workflow has no findings", () => {
    expect(findings(GOOD)).toEqual([]);
  });

  test.each(RULE_NAMES)("%s", (rule) => {
    const [good, bad] = BREAKS[rule];
    expect(GOOD).toContain(good);
    expect(findings(GOOD.replace(good, bad)).map((finding) => finding.rule)).toEqual([rule]);
  });

  test("a secret for every job of a workflow is seen", () => {
    const bad = GOOD.replace("jobs:", `env: { KEY: "\${{ secrets.KEY }}" }\njobs:`);
    expect(findings(bad)).toEqual([{ rule: "secrets-only-in-environments", where: "env" }]);
  });

  test("inputs and needs' outputs are outside text too", () => {
    for (const source of ["inputs.incident", "needs.a.outputs.b", "github.head_ref"])
      expect(findings(GOOD.replace('echo "$TITLE"', `echo "\${{ ${source} }}"`))).toHaveLength(1);
  });
});
