import { toCandidate } from "../../src/agent/candidates.ts";
import type { Looked } from "../../src/agent/looked.ts";
import type { History, RangeCommit, Signals } from "../../src/agent/ports.ts";
import { rankSuspects } from "../../src/agent/suspects/rank.ts";
import { readSymptom } from "../../src/agent/symptom/symptom.ts";
import { Policy } from "../../src/policy/schema.ts";

/** What the code found, in memory: three commits, one of which changes what the log speaks of. */
export function lookedFixture(change: Partial<Looked> = {}): Looked {
  const symptom = readSymptom([JOB], DEPLOYMENT);
  const diffs = new Map(COMMITS.map((commit) => [commit.sha, diffOf(commit)]));
  const candidates = COMMITS.map((commit) => toCandidate(commit, diffs.get(commit.sha) ?? ""));
  return {
    eyes: { history: HISTORY, signals: NO_SIGNALS },
    good: GOOD,
    bad: COMMITS[0]?.sha ?? GOOD,
    range: { commits: COMMITS, goodIsAncestor: true, truncated: false },
    candidates,
    diffs,
    symptom,
    deployment: DEPLOYMENT,
    environments: [{ name: "production", sha: GOOD, state: "success", at: "2026-11-22T08:00:00Z" }],
    earlierRuns: [{ sha: GOOD, conclusion: "success", at: "2026-11-22T08:00:00Z" }],
    earlierIncidents: null,
    members: new Set(),
    blamed: [],
    ranking: rankSuspects(symptom.signal, candidates),
    notLookedAt: ["earlier incidents"],
    ...change,
  };
}

export const GOOD = "0".repeat(39).concat("1");
export const CULPRIT = "c".repeat(40);
const LOG = [
  "\u001b[31m✖ charge adds tax (3ms)\u001b[0m",
  "  ReferenceError: taxRate is not defined",
  "      at charge (file:///home/runner/work/shop/shop/pay/charge.js:2:23)",
  "##[error]Process completed with exit code 1.",
].join("\n");
const JOB = {
  name: "deploy",
  workflow: "Deploy",
  url: null,
  log: LOG,
  annotations: [{ path: "pay/charge.js", line: 2, level: "failure", message: "taxRate is not defined" }],
};
const DEPLOYMENT = { environment: "production", description: "the smoke test failed", logUrl: null };

const COMMITS: readonly RangeCommit[] = [
  commit("a".repeat(40), "docs: name the shop", "README.md", "The shop"),
  commit(CULPRIT, "Take taxRate from the settings", "pay/charge.js", "return cents * taxRate;"),
  commit("b".repeat(40), "Make links red", "web/page.css", "a { color: red }"),
];

function commit(sha: string, subject: string, path: string, line: string): RangeCommit {
  return {
    sha,
    parents: [GOOD],
    author: "writer",
    authorTime: 1_760_000_000,
    commitTime: 1_760_000_000,
    subject,
    body: line,
    files: [{ path, status: "modified", before: "d".repeat(40), after: "e".repeat(40) }],
  };
}

function diffOf({ files, body }: RangeCommit): string {
  const path = files[0]?.path ?? "";
  return `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@ charge\n-old\n+${body}\n`;
}

const TREE = new Map([
  ["pay/charge.js", "export function charge(cents) {\n  return cents * taxRate;\n}\n"],
  ["README.md", "The shop\n"],
]);

const HISTORY: History = {
  range: async () => ({ commits: COMMITS, goodIsAncestor: true, truncated: false }),
  diffs: async () => new Map(),
  filesAt: async (_, paths) => new Map([...TREE].filter(([path]) => paths.includes(path))),
  paths: async () => [...TREE.keys()],
  blame: async (_, from) => [{ line: from, sha: CULPRIT, text: "  return cents * taxRate;" }],
  search: async (_, [text = ""]) =>
    [...TREE].flatMap(([path, all]) => (all.includes(text) ? [{ path, line: 1, text }] : [])),
};

export const NO_SIGNALS: Signals = {
  failingJobs: async () => [JOB],
  deployment: async () => DEPLOYMENT,
  environments: async () => [],
  earlierRuns: async () => [],
  earlierIncidents: async () => [],
  members: async () => new Set(),
};

export const POLICY = Policy.parse({
  version: 1,
  signals: [{ deployment: "production" }],
  people: [{ github: "lead", id: 7, auth0: "auth0|lead", approves: ["sev1", "sev2", "sev3"] }],
});
