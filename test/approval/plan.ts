import type { Person } from "../../src/policy/schema.ts";
import type { Plan } from "../../src/rollback/plan.ts";

/** A plan and a person for tests of what comes after planning. */
export const PLAN: Plan = {
  v: 1,
  repoId: 1,
  repo: "acme/shop",
  branch: "main",
  incident: 3,
  kind: "restore-last-good",
  expectedHead: "a".repeat(40),
  lastGood: "b".repeat(40),
  undoes: ["a".repeat(40), "c".repeat(40)],
  resultingTree: "d".repeat(40),
  risks: [],
  severity: "sev2",
  policyDigest: "e".repeat(64),
};

export const LEAD: Person = { github: "lead", id: 7, auth0: "auth0|lead", approves: ["sev1", "sev2", "sev3"] };
