import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DETECTORS } from "../../src/rollback/detectors.ts";
import { fetchObjects, type Plumbing } from "../../src/rollback/plumbing.ts";
import { changedFiles, findRisks } from "../../src/rollback/risks.ts";
import { createWorkbench, planBetween, type Workbench } from "./workbench.ts";

let bench: Workbench;
beforeEach(() => {
  bench = createWorkbench();
});
afterEach(() => bench.remove_all());

async function risksOf(
  before: Record<string, string>,
  after: Record<string, string | null>,
): Promise<readonly string[]> {
  for (const [path, text] of Object.entries(before)) bench.write(path, text);
  const good = bench.commit("good");
  for (const [path, text] of Object.entries(after)) text === null ? bench.remove(path) : bench.write(path, text);
  const computed = await planBetween(bench, good, bench.commit("bad"));
  if (computed.kind === "none") throw new Error(computed.reason);
  return computed.plan.risks.map(({ kind, path, line }) => `${kind} ${path}${line === null ? "" : `:${line}`}`);
}

describe("a rollback's risks, by file and line of the head", () => {
  test.each([
    ["a migration", { "db/migrations/001.sql": "CREATE TABLE a();\n" }, ["migration db/migrations/001.sql"]],
    [
      "a migration as .NET names its folder",
      { "src/Migrations/20260101_Init.cs": "class Init {}\n" },
      ["migration src/Migrations/20260101_Init.cs"],
    ],
    [
      "schema changes in code",
      { "src/setup.ts": "x\ny\ndb.run('ALTER TABLE a ADD b int');\n" },
      ["migration src/setup.ts:3"],
    ],
    [
      "infrastructure",
      { "infra/main.tf": "x\n", Dockerfile: "FROM x\n" },
      ["infrastructure Dockerfile", "infrastructure infra/main.tf"],
    ],
    ["workflows", { ".github/workflows/ci.yml": "on: push\n" }, ["workflow .github/workflows/ci.yml"]],
    [
      "lock files",
      { "web/package-lock.json": "{}\n", "go.sum": "x\n" },
      ["lockfile go.sum", "lockfile web/package-lock.json"],
    ],
    ["a new version", { "package.json": '{\n  "name": "x",\n  "version": "2.0.0"\n}\n' }, ["published package.json:3"]],
    ["a schema that grew", { "api/shop.proto": "a\nmessage B {}\n" }, ["interface api/shop.proto:1"]],
    ["new exports", { "src/index.ts": "const a = 1;\n\nexport function b() {}\n" }, ["interface src/index.ts:3"]],
    ["nothing of the kind", { "src/other.ts": "export const x = 1;\n", "docs/a.md": "x\n" }, []],
  ])("%s", async (_, after, expected) => {
    expect(await risksOf({ "README.md": "r\n" }, after)).toEqual(expected);
  });

  test("a line is that of the changed place, not of the file's first match", async () => {
    const before = "export const a = 1;\n\n\nexport const b = 1;\n";
    expect(await risksOf({ "src/index.ts": before }, { "src/index.ts": before.replace("b = 1", "b = 2") })).toEqual([
      "interface src/index.ts:4",
    ]);
  });

  test("lines that would only come back are no loss", async () => {
    expect(await risksOf({ "src/index.ts": "export const a = 1;\n", b: "b\n" }, { "src/index.ts": null })).toEqual([]);
  });

  test("text that looks like a patch header does not shift the others", async () => {
    const hostile = "x\rdiff --git a/z b/z\n--- a/z\n+++ b/z\n@@ -1,1 +900,1 @@\n+export const trap = 1;\n";
    expect(await risksOf({ a: "a\n" }, { "aa/index.ts": hostile, "src/index.ts": "export const real = 1;\n" })).toEqual(
      ["interface src/index.ts:1"],
    );
  });

  test.each([
    ["a byte that makes git take a file for binary", Buffer.from("/*\0*/ run('DROP TABLE a');\n")],
    ["letters of two bytes", Buffer.from("\ufeffrun('DROP TABLE a');\n", "utf16le")],
  ])("%s hides no line", async (_, content) => {
    const good = bench.commit("good");
    bench.write("src/setup.ts", content);
    const computed = await planBetween(bench, good, bench.commit("bad"));
    expect(computed.kind === "plan" && computed.plan.risks).toMatchObject([{ kind: "migration", line: 1 }]);
  });

  test("changes that are too large to be read are named by their file, and do not keep the others from being read", async () => {
    const good = bench.commit("good");
    bench.write("src/index.ts", "// generated\n".repeat(2000));
    bench.write("src/api.ts", "export const a = 1;\n");
    const bad = bench.commit("bad");
    const git = await bench.scratch();
    // As a repository would do it with files of many gigabytes.
    const run: Plumbing["run"] = (args, options = {}) =>
      git.run(args, args.includes("diff") ? { ...options, mostBytes: 9000 } : options);
    const [from, to] = [bench.tree(bad), bench.tree(good)];
    await fetchObjects({ run }, [from, to]);
    const risks = await findRisks({ run }, from, to, await changedFiles({ run }, from, to), DETECTORS);
    expect(risks.map(({ kind, path, line, why }) => [kind, path, line, why])).toEqual([
      ["interface", "src/api.ts", 1, "an export that others may use would go"],
      ["interface", "src/index.ts", null, "not looked into: its changes are too large"],
      ["migration", "src/index.ts", null, "not looked into: its changes are too large"],
    ]);
  });

  test("a file that became a link is named, not read, as everything that its lines could have been", async () => {
    bench.write("src/index.ts", "export const a = 1;\n");
    bench.write("src/target.ts", "x\n");
    const good = bench.commit("good");
    bench.link("src/index.ts", "target.ts");
    const computed = await planBetween(bench, good, bench.commit("bad"));
    expect(computed.kind === "plan" && computed.plan.risks).toEqual([
      { kind: "interface", path: "src/index.ts", line: null, why: "a file becomes a link or a link a file" },
      { kind: "migration", path: "src/index.ts", line: null, why: "a file becomes a link or a link a file" },
    ]);
  });

  test.each([
    ["a file that became a folder", "src/index.ts", "src/index.ts/readme.txt"],
    ["a folder that became a file", "src/index.ts/readme.txt", "src/index.ts"],
  ])("%s is named, not read", async (_, before, after) => {
    bench.write(before, "export const a = 1;\n");
    const good = bench.commit("good");
    bench.remove(before);
    if (after === "src/index.ts") bench.remove("src/index.ts");
    bench.write(after, "export const a = 2;\n");
    const computed = await planBetween(bench, good, bench.commit("bad"));
    const why = "a file becomes a folder or a folder a file";
    expect(computed.kind === "plan" && computed.plan.risks).toEqual([
      { kind: "interface", path: "src/index.ts", line: null, why },
      { kind: "migration", path: "src/index.ts", line: null, why },
    ]);
  });
});

describe("what a risk does is the policy's to say", () => {
  async function withMigration(rule: "note" | "sev1" | "sev3" | "hold") {
    bench.write("a", "a\n");
    const good = bench.commit("good");
    bench.write("db/migrations/1.sql", "x\n");
    const risks = { migration: rule };
    return planBetween(bench, good, bench.commit("bad"), { policyInput: { rollback: { risks } } });
  }

  test("it raises the severity needed", async () => {
    expect(await withMigration("sev1")).toMatchObject({ plan: { severity: "sev1" } });
  });

  test("it never lowers it", async () => {
    expect(await withMigration("sev3")).toMatchObject({ plan: { severity: "sev2" } });
  });

  test("it is only noted", async () => {
    expect(await withMigration("note")).toMatchObject({ plan: { severity: "sev2", risks: [{ kind: "migration" }] } });
  });

  test("it leaves only hold", async () => {
    expect(await withMigration("hold")).toMatchObject({ kind: "none", reason: "risk-holds" });
  });

  test("changed paths raise the severity too", async () => {
    bench.write("a", "a\n");
    const good = bench.commit("good");
    bench.write("billing/pay.ts", "x\n");
    const severity = [{ paths: ["billing/**"], severity: "sev1" as const }];
    expect(await planBetween(bench, good, bench.commit("bad"), { policyInput: { severity } })).toMatchObject({
      plan: { severity: "sev1" },
    });
  });

  test("a detector of the policy's own finds its line", async () => {
    bench.write("a", "a\n");
    const good = bench.commit("good");
    bench.write("flags/live.yml", "old: on\nnew_checkout: on\n");
    const detectors = [
      { kind: "infrastructure" as const, paths: ["flags/**"], lines: "new_\\w+: on", why: "a flag that is live" },
    ];
    const computed = await planBetween(bench, good, bench.commit("bad"), { policyInput: { rollback: { detectors } } });
    expect(computed).toMatchObject({
      plan: { severity: "sev1", risks: [{ path: "flags/live.yml", line: 2, why: "a flag that is live" }] },
    });
  });
});
