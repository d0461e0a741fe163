import { z } from "zod";

/**
 * `.github/sentinel.yml`: what counts as an incident, who may approve what, and how a rollback may be done. Every default
 * stands here; unknown keys and empty lists are errors. It must never hold a credential.
 */

export const SEVERITIES = ["sev1", "sev2", "sev3"] as const;
/** sev1 is the worst. */
export const Severity = z.enum(SEVERITIES);
export type Severity = z.infer<typeof Severity>;

const RISK_KINDS = ["migration", "interface", "infrastructure", "workflow", "lockfile", "published"] as const;
export const RiskKind = z.enum(RISK_KINDS);
export type RiskKind = z.infer<typeof RiskKind>;

const DeploymentSignal = z.strictObject({
  deployment: z.string().min(1).describe("Environment whose failed deployments count, for example `production`"),
  by: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe(
      "Logins whose deployment statuses count, for example `vercel[bot]`, or `github-actions[bot]` for jobs that name the environment; without it, those of any App",
    ),
  severity: Severity.default("sev2"),
});

const CheckSignal = z.strictObject({
  check: z.string().min(1).describe("Name of a check run that counts"),
  app: z.string().min(1).default("github-actions").describe("Slug of the GitHub App that must have made the check run"),
  severity: Severity.default("sev3"),
  confirm: z.enum(["none", "rerun"]).default("none").describe("`rerun`: run the failed job once more before it counts"),
});

const WorkflowSignal = z.strictObject({
  workflow: z
    .string()
    .regex(/^\.github\/workflows\/[^/]+\.ya?ml$/)
    .describe("Path of a workflow whose failed runs count"),
  severity: Severity.default("sev3"),
  confirm: z.enum(["none", "rerun"]).default("none"),
});

const AnomalySignal = z.strictObject({
  anomaly: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_.:-]{0,99}$/)
    .describe("Name of the alert (`alertname`) that monitoring sends to the App"),
  environment: z.string().min(1).describe("Environment it is about; what is deployed there is what counts"),
  severity: Severity.default("sev2"),
});

export const SignalRule = z.union([DeploymentSignal, CheckSignal, WorkflowSignal, AnomalySignal]);
export type SignalRule = z.infer<typeof SignalRule>;

export const Person = z.strictObject({
  github: z
    .string()
    .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/)
    .describe("GitHub login, for display"),
  id: z.int().positive().describe("GitHub's numeric user id; this, not the login, is who they are"),
  auth0: z.string().min(3).max(255).describe("Auth0 user id, for example `auth0|65f…`"),
  approves: z
    .array(Severity)
    .min(1)
    .describe("Severities they may be asked for; Auth0 RBAC decides whether their yes counts"),
  slack: z.string().min(1).optional().describe("Slack member id"),
});
export type Person = z.infer<typeof Person>;

function isExpression(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

const RiskRule = z.enum(["note", "sev1", "sev2", "sev3", "hold"]);

export const Policy = z.strictObject({
  version: z.literal(1),
  mode: z.enum(["off", "shadow", "act"]).default("act"),
  branches: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe("Branches to guard, by name or by pattern (release/*); without it, the default branch"),
  signals: z.array(SignalRule).min(1),
  people: z.array(Person).min(1),
  approval: z
    .strictObject({
      expires: z
        .int()
        .min(1)
        .max(300)
        .default(300)
        .describe("Seconds that one push lives; over 300 Auth0 would send e-mail"),
      approvers: z
        .strictObject({
          sev1: z.int().min(1).max(2).default(1),
          sev2: z.int().min(1).max(2).default(1),
          sev3: z.int().min(1).max(2).default(1),
        })
        .prefault({})
        .describe("How many different people must say yes"),
      perIncident: z.int().min(1).max(10).default(3).describe("Pushes per incident"),
      perPersonPerDay: z.int().min(1).max(50).default(10),
      codeAlone: z
        .boolean()
        .default(false)
        .describe("LOOSENS SAFETY: ask with the plan's code alone where the tenant has no authorization details type"),
    })
    .prefault({}),
  rollback: z
    .strictObject({
      strategy: z.enum(["restore-last-good", "revert-suspects"]).default("restore-last-good"),
      redeploy: z
        .boolean()
        .default(false)
        .describe(
          "Also create a deployment of the good revision after the rollback; the GitHub App behind Auth0 then needs deployments: write",
        ),
      risks: z
        .strictObject({
          migration: RiskRule.default("sev1"),
          interface: RiskRule.default("note"),
          infrastructure: RiskRule.default("sev1"),
          workflow: RiskRule.default("sev1"),
          lockfile: RiskRule.default("note"),
          published: RiskRule.default("note"),
        })
        .prefault({})
        .describe("What a risk found in the rollback does: note it, raise the severity needed, or leave only `hold`"),
      detectors: z
        .array(
          z.strictObject({
            kind: RiskKind,
            paths: z.array(z.string().min(1)).min(1),
            lines: z
              .string()
              .min(1)
              .max(200)
              .refine(isExpression, "must be a regular expression")
              .optional()
              .describe(
                "Only where the rollback removes a line that matches; without it any change of the file counts",
              ),
            why: z.string().min(1).max(200),
          }),
        )
        .max(50)
        .default([])
        .describe("Risks of your own, besides the built-in ones"),
    })
    .prefault({}),
  severity: z
    .array(z.strictObject({ paths: z.array(z.string().min(1)).min(1), severity: Severity }))
    .default([])
    .describe("Changed paths (globs) that raise the severity"),
  areas: z
    .record(z.string(), z.array(z.string().min(1)).min(1))
    .default({})
    .describe("Service or package name → path globs"),
  limits: z
    .strictObject({
      callPeopleAfterMinutes: z.int().min(5).max(1440).default(60),
      holdsPerDay: z
        .int()
        .min(1)
        .max(100)
        .default(5)
        .describe(
          "Incidents within 24 hours after which nothing more is held: whoever can make checks fail could stop a team",
        ),
    })
    .prefault({}),
  slack: z
    .strictObject({
      channel: z.string().min(1),
      connection: z.string().min(1).default("sign-in-with-slack"),
      onCall: z.string().min(1).optional().describe("Slack user group to mention when a person is needed"),
    })
    .optional(),
  assignees: z
    .array(z.string().min(1))
    .max(10)
    .default([])
    .describe(
      "Logins the incident is assigned to; without them, the people who own most of what changed by CODEOWNERS of the last good revision",
    ),
});
/** The effective policy after defaults: frozen data, safe to hash and to show. */
export type Policy = Readonly<z.infer<typeof Policy>>;
export type PolicyInput = z.input<typeof Policy>;
