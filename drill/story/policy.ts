import { stringify } from "yaml";
import type { PolicyInput } from "../../src/policy/schema.ts";
import type { Arguments } from "./arguments.ts";

/** Who approves in the drill. In no history, so never among those who made what is undone. */
export const APPROVER = { login: "night-lead", name: "The night lead", auth0: "auth0|night-lead" } as const;
export const DEPLOY_WORKFLOW = ".github/workflows/deploy.yml";
export const DEPLOY_JOB = "deploy";
export const ENVIRONMENT = "production";
const SLACK_CHANNEL = "C0INCIDENTS";

/** The organisation's policy: one signal counts, risks raise the severity and never leave only `hold`. */
export function drillPolicy(args: Arguments, approverId: number): string {
  const policy: PolicyInput = {
    version: 1,
    signals: [SIGNAL[args.signal]],
    people: [{ github: APPROVER.login, id: approverId, auth0: APPROVER.auth0, approves: ["sev1", "sev2", "sev3"] }],
    approval: { expires: args.answer === "ignore" ? 4 : 300 },
    rollback: {
      risks: {
        migration: "sev1",
        interface: "note",
        infrastructure: "sev1",
        workflow: "sev1",
        lockfile: "note",
        published: "note",
      },
    },
    slack: { channel: SLACK_CHANNEL },
  };
  return stringify(policy);
}

const SIGNAL = {
  deployment: { deployment: ENVIRONMENT, severity: "sev2" },
  check: { check: DEPLOY_JOB, severity: "sev3" },
  workflow: { workflow: DEPLOY_WORKFLOW, severity: "sev3" },
} as const;
