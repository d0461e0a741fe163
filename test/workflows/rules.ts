import { parse } from "yaml";
import { z } from "zod";

/** The rules that every workflow of ours, and every one we give to others, must keep. */

export type Finding = { readonly rule: Rule; readonly where: string };
export type Rule = keyof typeof RULES;

/** The floating major tag that users are told to use: what `examples/` may name without a sha. */
const OWN_ACTION = "sentinel-ai/respond@v1";

export const RULES = {
  "pinned-by-sha": (workflow) =>
    stepsOf(workflow).flatMap(({ where, step }) =>
      step.uses === undefined || step.uses.startsWith("./") || step.uses === OWN_ACTION || PINNED.test(step.uses)
        ? []
        : [`${where}: ${step.uses}`],
    ),
  "no-permissions-on-top": (workflow) => (isEmptyMap(workflow.permissions) ? [] : ["permissions"]),
  "no-pull-request-target": (workflow) => triggersOf(workflow).filter((name) => name === "pull_request_target"),
  "no-outside-text-in-scripts": (workflow) =>
    stepsOf(workflow).flatMap(({ where, step }) =>
      [step.run, step.with?.script].some((script) => OUTSIDE_TEXT.test(String(script ?? ""))) ? [where] : [],
    ),
  "checkout-keeps-no-credentials": (workflow) =>
    stepsOf(workflow).flatMap(({ where, step }) =>
      step.uses?.startsWith("actions/checkout@") && step.with?.["persist-credentials"] !== false ? [where] : [],
    ),
  "no-cache-beside-secrets": (workflow) =>
    jobsOf(workflow).flatMap(([id, job]) =>
      isTrusted(job) ? job.steps.flatMap((step, i) => (usesCache(step) ? [`${id}[${i}]`] : [])) : [],
    ),
  "secrets-only-in-environments": (workflow) => [
    ...(secretsOf(workflow.env).length > 0 ? ["env"] : []),
    ...jobsOf(workflow).flatMap(([id, job]) =>
      secretsOf(job).length > 0 && job.environment === undefined ? [id] : [],
    ),
  ],
  "every-job-ends": (workflow) =>
    jobsOf(workflow).flatMap(([id, job]) => (job["timeout-minutes"] === undefined ? [id] : [])),
} satisfies Record<string, (workflow: Workflow) => readonly string[]>;

export function findings(text: string): readonly Finding[] {
  const workflow = Workflow.parse(parse(text));
  return RULE_NAMES.flatMap((rule) => RULES[rule](workflow).map((where) => ({ rule, where })));
}

export const RULE_NAMES = Object.keys(RULES) as readonly Rule[];

const PINNED = /^[^@]+@[0-9a-f]{40}$/;
/** Text that people outside can choose: it would be spliced into the script before the shell reads it. */
const OUTSIDE_TEXT = /\$\{\{[^}]*\b(?:github\.event\.|github\.head_ref|inputs\.|needs\.[\w-]+\.outputs)/;

const Step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});
const Job = z.looseObject({
  permissions: z.unknown().optional(),
  environment: z.unknown().optional(),
  "timeout-minutes": z.number().optional(),
  steps: z.array(Step),
});
const Workflow = z.looseObject({
  on: z.unknown(),
  permissions: z.unknown().optional(),
  jobs: z.record(z.string(), Job),
});
type Step = z.infer<typeof Step>;
type Job = z.infer<typeof Job>;
type Workflow = z.infer<typeof Workflow>;

function jobsOf(workflow: Workflow): readonly (readonly [string, Job])[] {
  return Object.entries(workflow.jobs);
}

function stepsOf(workflow: Workflow): readonly { readonly where: string; readonly step: Step }[] {
  return jobsOf(workflow).flatMap(([id, job]) => job.steps.map((step, i) => ({ where: `${id}[${i}]`, step })));
}

function triggersOf(workflow: Workflow): readonly string[] {
  if (typeof workflow.on === "string") return [workflow.on];
  if (Array.isArray(workflow.on)) return workflow.on.map(String);
  return workflow.on !== null && typeof workflow.on === "object" ? Object.keys(workflow.on) : [];
}

function isEmptyMap(value: unknown): boolean {
  return value !== null && typeof value === "object" && Object.keys(value).length === 0;
}

/** GITHUB_TOKEN is no secret of ours: `permissions` bounds it. */
function secretsOf(part: unknown): readonly string[] {
  return [...JSON.stringify(part ?? {}).matchAll(/\bsecrets\.(\w+)/g)].flatMap(([, name = ""]) =>
    name === "GITHUB_TOKEN" ? [] : [name],
  );
}

/** A job that holds a secret or may write: a poisoned cache entry must not reach it. */
function isTrusted(job: Job): boolean {
  return secretsOf(job).length > 0 || JSON.stringify(job.permissions ?? {}).includes('"write');
}

function usesCache(step: Step): boolean {
  if (step.uses?.startsWith("actions/cache")) return true;
  if (!step.uses?.startsWith("actions/setup-node@")) return false;
  return step.with?.cache !== undefined || step.with?.["package-manager-cache"] !== false;
}
