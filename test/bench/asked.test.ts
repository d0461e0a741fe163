import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";

/** What a benchmark says of wrong usage, and what its JSON holds when it was asked rightly. */
const dir = mkdtempSync(join(tmpdir(), "sentinel-asked-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const inDir = (name: string, content: string | Buffer): string => {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
};

const candidate = (sha: string, subject: string) => ({
  ...{ sha: sha.repeat(40), subject, body: "", author_time: 1_760_000_000, commit_time: 1_760_000_000 },
  ...{
    is_merge: false,
    n_files: 1,
    additions: 1,
    deletions: 0,
    files: [{ path: "a.bin", additions: -1, deletions: -1 }],
  },
  ...{ added: { taxRate: 2 }, removed: {}, around: {} },
});
const CASES = ["one", "two"].map((repo) => ({
  ...{ id: repo, repo: `never/${repo}`, language: "?", signal: "taxRate is not defined", evidence: null, tags: ["t"] },
  ...{ failure_like: true, culprit_shas: ["a".repeat(40)], extra: "not known" },
  candidates: [candidate("a", "Take the taxRate from the settings"), candidate("b", "Make links red")],
}));
const LINES = CASES.map((one) => `${JSON.stringify(one)}\n`).join("");

describe("a benchmark that was asked wrongly ends with one sentence that names the flag, and measures nothing", () => {
  const broken = inDir("broken.jsonl", `${LINES}\n{"id":`);
  const noCase = inDir("no-case.jsonl", `{"id":"x","repo":"r","signal":1}\n`);
  const cut = inDir("cut.jsonl.gz", gzipSync(LINES).subarray(0, 60));
  const noText = inDir("no-text.jsonl", '{"text":"x"}\n{"texts":"x"}\n');
  const missing = join(dir, "missing");
  it.each([
    ["suspects/main", [], "--cases wants a file"],
    ["suspects/main", ["--cases", missing], `--cases: ${missing} cannot be read (ENOENT)`],
    ["suspects/main", ["--cases", broken], `--cases: ${broken}:4 is no JSON`],
    ["suspects/main", ["--cases", noCase], `--cases: ${noCase}:1 is no case: signal: `],
    ["suspects/main", ["--cases", cut], `--cases: ${cut} is cut off or no gzip`],
    ["suspects/main", ["--cases", broken, "--withhold", "1"], '--withhold wants a share from 0 up to 1, not "1"'],
    ["record", ["--runs", "many"], '--runs wants a whole number of at least 1, not "many"'],
    ["injections", ["--corpus", missing], `--corpus: ${missing} cannot be read (ENOENT)`],
    ["injections", ["--corpus", noText], `--corpus: ${noText}:2 has no "text"`],
    ["engine", ["--loop", "3"], "Unknown option '--loop'"],
    ["start", ["--json", dir], "is a directory"],
    ["hold", ["--runs", "x"], '--runs wants a whole number of at least 1, not "x"'],
    ["webhooks", ["--deliveries", "0"], '--deliveries wants a whole number of at least 1, not "0"'],
    ["storm", ["--minutes", "soon"], '--minutes wants a number above 0, not "soon"'],
    ["approval", ["--json", dir], "is a directory"],
    ["mutants", ["--only", "9999"], "--only wants a number below"],
    ["plan", ["--repository", dir], "Unknown option '--repository'"],
  ])("%s %j", async (script, args, sentence) => {
    const { code, stderr } = await run(script, args);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(code).toBe(2);
  });
});

it.each([
  ["plain", inDir("cases.jsonl", LINES)],
  ["gzipped", inDir("cases.jsonl.gz", gzipSync(LINES))],
])("cases of repositories that nobody has seen are measured, %s", async (_, cases) => {
  const json = join(dir, "suspects.json");
  const { code, stderr } = await run("suspects/main", ["--cases", cases, "--withhold", "0.2", "--json", json]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(existsSync(json)).toBe(true);
  const figures = JSON.parse(readFileSync(json, "utf8")) as Record<string, unknown>;
  const named = ["n", "top1", "top3", "top5", "mrr", "byRepo", "byTag", "ece"];
  const whenWithheld = ["falseAccusations", "coverage", "top1WhereItSpeaks"];
  for (const name of [...named, ...whenWithheld]) expect(figures).toHaveProperty(name);
  expect(figures).toMatchObject({ n: 2, top1: 1, mrr: 1, unresolved: 0, weights: "shipped" });
  expect(Object.keys(figures.byRepo as object)).toEqual(["never/one", "never/two"]);
  expect(Object.keys(figures.byTag as object)).toEqual(["failure-like", "t"]);
});

function run(script: string, args: readonly string[]): Promise<{ readonly code: number; readonly stderr: string }> {
  const file = join(import.meta.dirname, "../../bench", `${script}.ts`);
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [file, ...args], (_, __, stderr) =>
      resolve({ code: child.exitCode ?? -1, stderr }),
    );
  });
}
