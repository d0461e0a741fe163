import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { ActionSource } from "./types.ts";
import type { Job } from "./workflow.ts";

/** Finds what a `uses:` names and reads its `action.yml`. Only JavaScript actions run here; anything else is refused by name. */

export type Action = {
  readonly dir: string;
  readonly inputs: Readonly<Record<string, { readonly default: string | null; readonly required: boolean }>>;
  readonly main: string;
  readonly post: string | null;
  readonly postIf: string;
};

export class ActionError extends Error {
  override readonly name = "ActionError";
}

/** `actions/checkout` is built in, unless somebody gives the real one. */
export function isBuiltIn(uses: string, actions: Readonly<Record<string, ActionSource>>): boolean {
  return /^actions\/checkout@./.test(uses) && !Object.hasOwn(actions, uses);
}

/** What GitHub downloads before a job's first step. Throws `ActionError` with its words for what is not to be had. */
export function checkActions(job: Job, actions: Readonly<Record<string, ActionSource>>): void {
  for (const step of job.steps) {
    if (!("uses" in step) || isBuiltIn(step.uses, actions) || step.uses.startsWith("./")) continue;
    if (step.uses.startsWith("docker://")) throw new ActionError(`the stand-in runner has no containers: ${step.uses}`);
    if (!Object.hasOwn(actions, step.uses))
      throw new ActionError(`Unable to resolve action \`${step.uses}\`, unable to find version`);
  }
}

/** Throws `ActionError` where there is no such action, or it is none that Node can run. */
export function readAction(uses: string, actions: Readonly<Record<string, ActionSource>>, workspace: string): Action {
  const dir = uses.startsWith("./") ? resolve(workspace, uses) : actions[uses]?.dir;
  if (dir === undefined) throw new ActionError(`Unable to resolve action \`${uses}\`, unable to find version`);
  const file = ["action.yml", "action.yaml"].map((name) => join(dir, name)).find((path) => existsSync(path));
  if (file === undefined) throw new ActionError(`Can't find 'action.yml' under '${dir}'.`);
  const manifest = Manifest.safeParse(parse(readFileSync(file, "utf8")));
  if (!manifest.success) throw new ActionError(`${file}: ${z.prettifyError(manifest.error)}`);
  const { runs, inputs } = manifest.data;
  const main = join(dir, runs.main);
  if (!existsSync(main)) throw new ActionError(`File not found: '${main}'`);
  return {
    dir,
    inputs,
    main,
    post: runs.post === undefined ? null : join(dir, runs.post),
    postIf: runs["post-if"] ?? "always()",
  };
}

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]).transform((value) => String(value ?? ""));

/** Other keys (name, branding, outputs, …) do not matter to running it. */
const Manifest = z.object({
  inputs: z
    .record(
      z.string(),
      z
        .object({ default: Scalar.optional(), required: z.union([z.boolean(), z.string()]).optional() })
        .nullable()
        .transform((input) => ({
          default: input?.default ?? null,
          required: String(input?.required ?? false) === "true",
        })),
    )
    .nullish()
    .transform((inputs) => inputs ?? {}),
  runs: z.object({
    using: z.enum(["node20", "node24"]),
    main: z.string(),
    post: z.string().optional(),
    "post-if": z.string().optional(),
  }),
});
