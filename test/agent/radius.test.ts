import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { areasOf, manifestsAbove, toWorkspace } from "../../src/agent/radius/areas.ts";
import { blastRadius } from "../../src/agent/radius/blast-radius.ts";
import { importables, importsIt } from "../../src/agent/radius/dependents.ts";
import { touchesOf } from "../../src/agent/radius/touches.ts";
import { ownersOf } from "../../src/incident/codeowners.ts";
import { createRepository, type TestRepository } from "./repository.ts";

describe("owners", () => {
  const file = [
    "# who owns what",
    "*           @acme/all",
    "*.js        @js-owner # inline comment",
    "/build/     @ops",
    "docs/*      docs@example.com @docs",
    "apps/       @apps",
    "/deploy/**/*.yml @acme/ops",
    "/free",
    "!x @never",
  ].join("\n");
  test.each([
    ["README.md", ["@acme/all"]],
    ["deep/down/a.js", ["@js-owner"]],
    ["build/out/a.txt", ["@ops"]],
    ["sub/build/a.txt", ["@acme/all"]],
    ["docs/a.md", ["@docs"]],
    ["docs/deep/a.md", ["@acme/all"]],
    ["x/apps/y/z.txt", ["@apps"]],
    ["deploy/eu/live/a.yml", ["@acme/ops"]],
    ["free/a.txt", []],
  ])("of %s are %j: the last line that matches", (path, owners) => {
    expect(ownersOf(file, [path])).toEqual(owners);
  });
});

describe("areas", () => {
  const workspaces = [
    toWorkspace("package.json", '{ "name": "root" }'),
    toWorkspace("packages/pay/package.json", '{ "name": "@acme/pay" }'),
    toWorkspace("svc/go.mod", "module example.com/svc\n\ngo 1.24\n"),
    toWorkspace("py/pyproject.toml", '[project]\nname = "bill"\n'),
  ];
  test.each([
    ["packages/pay/src/a.ts", ["@acme/pay"]],
    ["svc/cmd/main.go", ["example.com/svc"]],
    ["py/bill/a.py", ["bill"]],
    ["lib/helpers/client.js", ["lib/helpers"]],
    ["index.js", ["root"]],
    ["db/001.sql", ["database"]],
  ])("%s belongs to %j", (path, areas) => {
    expect(areasOf([path], { database: ["db/**"] }, workspaces)).toEqual(areas);
  });

  test("only manifests above what changed are read, and none of test data", () => {
    const all = ["package.json", "a/package.json", "b/package.json", "a/fixtures/package.json", "a/x/go.mod"];
    expect(manifestsAbove(["a/x/y.go", "a/fixtures/z.js"], all, 9)).toEqual([
      "package.json",
      "a/package.json",
      "a/x/go.mod",
    ]);
  });
});

test("what others may rely on is named by kind, the worst first", () => {
  const paths = [
    "src/a.ts",
    "package-lock.json",
    "db/migrate/003.rb",
    "api/pay.proto",
    ".github/workflows/ci.yml",
    "infra/main.tf",
  ];
  expect(touchesOf(paths)).toEqual([
    "migration: db/migrate/003.rb",
    "interface: api/pay.proto",
    "workflow: .github/workflows/ci.yml",
    "infrastructure: infra/main.tf",
    "lock file: package-lock.json",
  ]);
});

describe("importers", () => {
  const go = [toWorkspace("go.mod", "module example.com/shop\n")];
  test.each([
    ["pay/charge.js", "web/page.js", 'import { charge } from "../pay/charge.js";', true],
    ["pay/charge.ts", "web/page.ts", 'const x = require("../pay/charge")', true],
    ["pay/index.ts", "web/page.ts", "export * from '../pay'", true],
    ["pay/charge.js", "web/page.js", 'import { charge } from "./charge.js";', false],
    ["pay/charge.js", "web/page.js", "charge(100)", false],
    ["src/pay/charge.py", "src/web/page.py", "from pay.charge import tax", true],
    ["src/pay/charge.py", "src/pay/page.py", "from . import charge", true],
    ["src/pay/charge.py", "src/web/page.py", "import pay.other, pay.charge as c", true],
    ["src/pay/charge.py", "src/web/page.py", "from pay import other", false],
    ["pay/charge.go", "web/page.go", '\t"example.com/shop/pay"', true],
    ["pay/charge.go", "pay/tax.go", '\t"example.com/shop/pay"', false],
  ])("%s is imported by %s: %s → %s", (path, importer, text, expected) => {
    const [target] = importables([path], go);
    if (!target) throw new Error("not importable");
    expect(importsIt({ path: importer, line: 1, text }, target)).toBe(expected);
  });
});

describe("read from a repository", () => {
  let repo: TestRepository;
  beforeEach(() => {
    repo = createRepository();
  });
  afterEach(() => repo.close());

  test("a blast radius names packages, owners, importers, dependent packages and what it did not look at", async () => {
    const good = repo.commit({
      ".github/CODEOWNERS": "* @acme/all\n/packages/pay/ @acme/payments\n",
      "package.json": '{ "name": "root", "workspaces": ["packages/*"] }\n',
      "packages/pay/package.json": '{ "name": "@acme/pay" }\n',
      "packages/pay/charge.js": "export const charge = 1;\n",
      "packages/pay/index.js": 'export * from "./charge.js";\n',
      "packages/web/package.json": '{ "name": "web", "dependencies": { "@acme/pay": "*" } }\n',
      "packages/docs/package.json": '{ "name": "docs", "dependencies": { "@acme/pay-api": "*" } }\n',
    });
    const bad = repo.commit({
      "packages/pay/charge.js": "export const charge = 2;\n",
      ".github/CODEOWNERS": "* @mallory\n",
      "db/migrations/2.sql": "drop table x;\n",
    });
    const radius = await blastRadius(await repo.open(good, bad), {
      paths: ["packages/pay/charge.js", "db/migrations/2.sql"],
      good,
      bad,
      policyAreas: { database: ["db/**"] },
      contains: new Set([bad]),
      environments: [
        { name: "staging", sha: bad, state: "success", at: "" },
        { name: "canary", sha: good, state: "success", at: "" },
      ],
      failing: "production",
    });
    expect(radius).toEqual({
      files: 2,
      paths: ["db/migrations/2.sql", "packages/pay/charge.js"],
      areas: ["@acme/pay", "database"],
      owners: ["@acme/all", "@acme/payments"],
      environments: ["production", "staging"],
      touches: ["migration: db/migrations/2.sql"],
      dependents: ["packages/pay/index.js", "packages/web/package.json"],
      notLookedAt: ["other repositories that depend on this one"],
      sentence:
        "2 changed files in @acme/pay, database, owned by acme/all, acme/payments, deployed to production, staging, relied on by packages/pay/index.js, packages/web/package.json, touching migration: db/migrations/2.sql.",
    });
  });

  test("what cannot be read is named", async () => {
    const good = repo.commit({ "a.js": "1\n" });
    const bad = repo.commit({ "a.js": "2\n" });
    const radius = await blastRadius(await repo.open(good, bad), {
      paths: ["a.js"],
      good,
      bad,
      policyAreas: {},
      contains: new Set([bad]),
      environments: null,
      failing: null,
    });
    expect(radius.notLookedAt).toEqual([
      "owners: there is no CODEOWNERS file",
      "environments: deployments could not be read",
      "other repositories that depend on this one",
    ]);
  });
});
