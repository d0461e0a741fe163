import type { Diagnosis } from "../../src/incident/diagnosis.ts";
import type { Memory } from "../../src/incident/memory.ts";
import type { Report } from "../../src/incident/report.ts";
import type { IncidentFacts } from "../../src/notice/facts.ts";
import { Policy } from "../../src/policy/schema.ts";
import { type Plan, planCode, planDigest } from "../../src/rollback/plan.ts";

/** One incident of a sample shop, told at each of its stages. */

const BAD = "3f2a9c1b7d40e5f60718293a4b5c6d7e8f901234";
const EARLIER = "8c1d2e3f405162738495a6b7c8d9eafb0c1d2e3f";
const GOOD = "b07e4d5a6c8f91023344556677889900aabbccdd";
const REVERT = "d4e5f60718293a4b5c6d7e8f9012343f2a9c1b7d";
const TREE = "77889900aabbccddeeff00112233445566778899";

const policy = Policy.parse({
  version: 1,
  signals: [{ deployment: "production", severity: "sev2" }],
  people: [
    { github: "lead", id: 501, auth0: "auth0|lead", approves: ["sev1", "sev2", "sev3"], slack: "U0LEAD00" },
    { github: "anna", id: 502, auth0: "auth0|anna", approves: ["sev2"] },
  ],
  slack: { channel: "C0INCIDENT", onCall: "S0ONCALL" },
});

export const plan: Plan = {
  v: 1,
  repoId: 77,
  repo: "acme/shop",
  branch: "main",
  incident: 42,
  kind: "restore-last-good",
  expectedHead: BAD,
  lastGood: GOOD,
  undoes: [BAD, EARLIER],
  resultingTree: TREE,
  risks: [
    { kind: "migration", path: "db/003_add_discount.sql", line: 4, why: "adds a column that old code does not know" },
  ],
  severity: "sev2",
  policyDigest: "5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592",
};

export const diagnosis: Diagnosis = {
  by: "gemini",
  fellBack: null,
  verdict: "rollback",
  option: "restore-last-good",
  culprit: BAD,
  suspects: [
    {
      sha: BAD,
      score: 0.82,
      reasons: [
        "changes src/checkout/total.ts, named in the stack trace",
        "adds `discount`, the undefined name in the log",
      ],
      subject: "Apply discounts per line (#118)",
      author: "Mira Okafor",
    },
    {
      sha: EARLIER,
      score: 0.13,
      reasons: ["touches the same area"],
      subject: "Bump @types/node to 24.1.0",
      author: "renovate[bot]",
    },
  ],
  confidence: 0.82,
  summary:
    "The deployment's smoke check fails with TypeError: cannot read 'rate' of undefined in total.ts. That line came with the newest commit; the one before only changes types.",
  claims: [
    { text: "The log's first error names src/checkout/total.ts:41.", evidence: ["E1", "E2"] },
    { text: "Line 41 was added by the newest commit.", evidence: ["E2"] },
  ],
  blastRadius: {
    files: 9,
    paths: ["db/003_add_discount.sql", "openapi/cart.yaml", "services/checkout/src/discounts/per-line.ts", "src/a.ts"],
    areas: ["checkout", "cart", "web"],
    owners: ["@acme/payments", "@acme/web"],
    environments: ["production", "staging"],
    touches: ["migration: db/003_add_discount.sql", "interface: openapi/cart.yaml"],
    notLookedAt: [],
  },
  notLookedAt: ["2 binary files"],
  evidence: [
    { id: "E1", trust: "machine", title: "log of the failing job deploy" },
    { id: "E2", trust: "member", title: "commit 3f2a9c1b7d40" },
  ],
};

const memory: Memory = {
  v: 1,
  repoId: 77,
  branch: "main",
  badHead: BAD,
  lastGood: GOOD,
  source: "deployment:production",
  severity: "sev2",
  incident: 42,
  state: "open",
  openedAt: "2026-11-23T03:12:09Z",
  policy,
  policyDigest: plan.policyDigest,
  run: { id: 9001, attempt: 1 },
  plan: null,
  asks: [],
  denied: null,
  released: null,
  timeline: [
    { at: "2026-11-23T03:12:09Z", text: "The deployment to production failed." },
    { at: "2026-11-23T03:12:11Z", text: "main is held; lead and anna may pass with an approval." },
    { at: "2026-11-23T03:12:13Z", text: "The responder was dispatched (run 9001)." },
  ],
  slack: { channel: "C0INCIDENT", ts: "1795403533.000200" },
};

export const opened: IncidentFacts = {
  repo: { owner: "acme", name: "shop", url: "https://github.com/acme/shop" },
  memory,
  hold: { kind: "held", rulesetId: 311, bypass: ["lead", "anna"] },
  signal: {
    says: "smoke check failed: HTTP 500 on /cart",
    url: "https://github.com/acme/shop/actions/runs/8999/job/1",
  },
  run: { url: "https://github.com/acme/shop/actions/runs/9001", attempt: 1, status: "in progress", isOver: false },
  analysis: null,
  response: null,
};

export const analysed: IncidentFacts = {
  ...opened,
  memory: {
    ...memory,
    timeline: [...memory.timeline, { at: "2026-11-23T03:13:02Z", text: "The analysis names 3f2a9c1b7d40 (82 %)." }],
  },
  analysis: { phase: "analyse", incident: 42, attempt: 1, diagnosis },
};

type Response = Extract<Report, { phase: "respond" }>;

const ask: Response["asks"][number] = {
  at: "2026-11-23T03:13:05Z",
  approver: "lead",
  approverId: 501,
  digest: planDigest(plan),
  answer: "approved",
};

export const response: Response = {
  phase: "respond",
  incident: 42,
  attempt: 1,
  outcome: "rolled-back",
  reason: "rolled-back",
  said: "The approved rollback ran and was read back. The hold is released when the new head is green.",
  plan: {
    code: planCode(plan),
    digest: planDigest(plan),
    kind: plan.kind,
    expectedHead: BAD,
    resultingTree: TREE,
    undoes: [...plan.undoes],
    risks: ["migration: db/003_add_discount.sql:4 adds a column that old code does not know"],
  },
  asks: [ask],
  approver: "lead",
  revertSha: REVERT,
  tokenThumbprint: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
};

export const rolledBack = answered(response, "lead approved; the rollback d4e5f6071829 was read back.");

export const denied = answered(
  {
    ...response,
    outcome: "denied",
    reason: "denied-by-approver",
    said: "The approver said no. The branch stays held; `/sentinel retry` by somebody else asks again.",
    asks: [{ ...ask, answer: "denied" }],
    approver: null,
    revertSha: null,
    tokenThumbprint: null,
  },
  "lead said no.",
);

export const expired = answered(
  {
    ...response,
    outcome: "expired",
    reason: "approval-expired",
    said: "Nobody answered in time. The branch stays held; re-run the failed job to ask again.",
    asks: [{ ...ask, answer: "expired" }],
    approver: null,
    revertSha: null,
    tokenThumbprint: null,
  },
  "Nobody answered.",
);

export const released: IncidentFacts = {
  ...denied,
  memory: {
    ...denied.memory,
    released: { by: "anna", at: "2026-11-23T03:40:00Z", reason: "fixed forward by #119", head: BAD },
  },
  hold: { kind: "released", at: "2026-11-23T03:40:00Z", by: "anna", why: "fixed forward by #119" },
};

export const closed: IncidentFacts = {
  ...rolledBack,
  memory: {
    ...rolledBack.memory,
    state: "closed",
    released: {
      by: "Sentinel (seen to recover)",
      at: "2026-11-23T03:15:20Z",
      reason: "the deployment to production is green at d4e5f6071829",
      head: REVERT,
    },
    timeline: [
      ...rolledBack.memory.timeline,
      { at: "2026-11-23T03:15:20Z", text: "production deployed d4e5f6071829 green; the hold was released." },
    ],
  },
  hold: {
    kind: "released",
    at: "2026-11-23T03:15:20Z",
    by: "Sentinel (seen to recover)",
    why: "the deployment to production is green at d4e5f6071829",
  },
};

export const notHeld: IncidentFacts = {
  ...opened,
  hold: { kind: "not-held", why: "rulesets are not available on this plan for a private repository" },
};

export const STAGES = { opened, analysed, rolledBack, denied, expired, released, closed, notHeld } as const;

function answered(end: Response, words: string): IncidentFacts {
  return {
    ...analysed,
    memory: {
      ...analysed.memory,
      plan: { digest: planDigest(plan), code: planCode(plan) },
      asks: end.asks,
      denied: end.outcome === "denied" ? { by: "lead", at: "2026-11-23T03:14:01Z" } : null,
      timeline: [
        ...analysed.memory.timeline,
        { at: "2026-11-23T03:13:05Z", text: `lead was asked about plan ${planCode(plan)}.` },
        { at: "2026-11-23T03:14:01Z", text: words },
      ],
    },
    run: { url: "https://github.com/acme/shop/actions/runs/9001", attempt: 1, status: "completed", isOver: true },
    response: end,
  };
}
