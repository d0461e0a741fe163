import { parse } from "yaml";
import { z } from "zod";

/**
 * A workflow file as the stand-in runner understands it. It must never run what it does not understand: a key that it
 * does not support is an error that names the key, not something left out in silence.
 */

const Text = z.union([z.string(), z.number(), z.boolean(), z.null()]).transform((value) => String(value ?? ""));
const Env = z.record(z.string(), Text).default({});
const Condition = Text.optional();
const Flag = z.union([z.boolean(), z.string()]).default(false);
const Minutes = z.union([z.number().positive(), z.string()]).optional();

const Level = z.enum(["read", "write", "none"]);
const PERMISSIONS = [
  "actions",
  "artifact-metadata",
  "attestations",
  "checks",
  "contents",
  "deployments",
  "discussions",
  "id-token",
  "issues",
  "models",
  "packages",
  "pages",
  "pull-requests",
  "repository-projects",
  "security-events",
  "statuses",
] as const;
const PermissionMap = z.strictObject(
  Object.fromEntries(PERMISSIONS.map((name) => [name, Level.optional()])) as Record<
    (typeof PERMISSIONS)[number],
    z.ZodOptional<typeof Level>
  >,
);
const Permissions = z.union([z.enum(["read-all", "write-all"]), PermissionMap]).optional();

const StepShared = {
  id: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/)
    .optional(),
  name: z.string().optional(),
  if: Condition,
  env: Env,
  "continue-on-error": Flag,
  "timeout-minutes": Minutes,
};
const RunStep = z.strictObject({
  ...StepShared,
  run: z.string(),
  shell: z.string().optional(),
  "working-directory": z.string().optional(),
});
const UsesStep = z.strictObject({ ...StepShared, uses: z.string(), with: Env });
const Step = z.union([RunStep, UsesStep]);

const Environment = z
  .union([
    z.string().transform((name) => ({ name })),
    z.strictObject({ name: z.string(), url: z.string().optional(), deployment: Flag.optional() }),
  ])
  .optional();
const Concurrency = z
  .union([z.string(), z.strictObject({ group: z.string(), "cancel-in-progress": Flag, queue: z.string().optional() })])
  .optional();
const Defaults = z
  .strictObject({
    run: z.strictObject({ shell: z.string().optional(), "working-directory": z.string().optional() }).optional(),
  })
  .optional();

const Job = z.strictObject({
  name: z.string().optional(),
  needs: z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]),
  if: Condition,
  "runs-on": z.union([z.string(), z.array(z.string()), z.record(z.string(), z.unknown())]),
  permissions: Permissions,
  environment: Environment,
  concurrency: Concurrency,
  outputs: Env,
  env: Env,
  defaults: Defaults,
  steps: z.array(Step).min(1),
  "timeout-minutes": Minutes,
  "continue-on-error": Flag,
});

const Input = z.strictObject({
  description: z.string().optional(),
  required: z.boolean().default(false),
  default: Text.optional(),
  type: z.enum(["string", "boolean", "number", "choice", "environment"]).default("string"),
  options: z.array(Text).optional(),
  deprecationMessage: z.string().optional(),
});

const Workflow = z.strictObject({
  name: z.string().optional(),
  "run-name": z.string().optional(),
  on: z.union([z.string(), z.array(z.string()), z.record(z.string(), z.unknown())]),
  permissions: Permissions,
  env: Env,
  defaults: Defaults,
  concurrency: Concurrency,
  jobs: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]*$/), Job),
});

export type Workflow = z.infer<typeof Workflow> & { readonly inputs: Readonly<Record<string, z.infer<typeof Input>>> };
export type Job = z.infer<typeof Job>;
export type Step = z.infer<typeof Step>;
export type RunStep = z.infer<typeof RunStep>;
export type UsesStep = z.infer<typeof UsesStep>;
export type Permissions = z.infer<typeof Permissions>;

export class WorkflowError extends Error {
  override readonly name = "WorkflowError";
}

/** Throws `WorkflowError` with every problem found: what GitHub shows as an invalid workflow file. */
export function parseWorkflow(text: string): Workflow {
  const workflow = check(Workflow, document(text));
  const dispatch =
    typeof workflow.on === "object" && "workflow_dispatch" in workflow.on ? workflow.on.workflow_dispatch : null;
  const { inputs } = check(DispatchTrigger, dispatch ?? {});
  checkNeeds(workflow);
  checkStepIds(workflow);
  return { ...workflow, inputs };
}

/** Jobs with what they may use, API spelling (`pull_requests`); the job's own map replaces the workflow's as a whole. */
export function permissionsOf(workflow: Workflow, job: Job): Readonly<Record<string, "read" | "write">> {
  const asked = job.permissions ?? workflow.permissions ?? RESTRICTED_DEFAULT;
  if (asked === "read-all" || asked === "write-all") {
    const level = asked === "read-all" ? "read" : "write";
    return Object.fromEntries([...PERMISSIONS.map((name) => [spelt(name), level] as const), ["metadata", "read"]]);
  }
  const granted = Object.entries(asked).flatMap(([name, level]) =>
    level === "read" || level === "write" ? [[spelt(name), level] as const] : [],
  );
  return { ...Object.fromEntries(granted), metadata: "read" };
}

/** What GITHUB_TOKEN may do where a workflow does not say, in organisations and repositories made since 2023. */
const RESTRICTED_DEFAULT = { contents: "read", packages: "read" } as const;

const DispatchTrigger = z.strictObject({ inputs: z.record(z.string(), Input).nullish() }).transform((trigger) => ({
  inputs: trigger.inputs ?? {},
}));

function document(text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new WorkflowError(`You have an error in your yaml syntax: ${cause instanceof Error ? cause.message : ""}`);
  }
}

function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new WorkflowError(z.prettifyError(result.error));
}

function checkNeeds(workflow: Workflow | z.infer<typeof Workflow>): void {
  for (const [id, job] of Object.entries(workflow.jobs)) {
    for (const need of job.needs) {
      if (!Object.hasOwn(workflow.jobs, need)) throw new WorkflowError(`Job '${id}' depends on unknown job '${need}'.`);
      if (reaches(workflow, need, id)) throw new WorkflowError(`Job '${id}' depends on itself through '${need}'.`);
    }
  }
}

function reaches(workflow: z.infer<typeof Workflow>, from: string, to: string, seen = new Set<string>()): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return (workflow.jobs[from]?.needs ?? []).some((need) => reaches(workflow, need, to, seen));
}

function checkStepIds(workflow: z.infer<typeof Workflow>): void {
  for (const [id, job] of Object.entries(workflow.jobs)) {
    const ids = job.steps.flatMap((step) => (step.id === undefined ? [] : [step.id.toLowerCase()]));
    const twice = ids.find((step, i) => ids.indexOf(step) !== i);
    if (twice !== undefined) throw new WorkflowError(`Job '${id}' has two steps with the id '${twice}'.`);
  }
}

function spelt(name: string): string {
  return name.replaceAll("-", "_");
}
