import { z } from "zod";
import { canonicalJson } from "../kernel/digest.ts";
import { Sha } from "../kernel/sha.ts";
import { ChainHead } from "./record.ts";
import { OUTCOMES, PlanSummary } from "./report.ts";

/**
 * How a job of the responder ended, for the workflow's own later steps: the output `result` of both phases. Within one
 * `schema_version` fields are only ever added, none is renamed, removed or given another meaning; null means there is none.
 *
 * - `outcome`: `proposed` (analyse found something to propose) or one of the ends of a response.
 * - `reason`: a stable code of `reason.ts`; null when something was proposed.
 * - `culprit`: the commit that the analysis names, full sha; named by the analysis, not confirmed by anybody.
 * - `plan`: what was asked for. `digest` is SHA-256 in hex, `code` the letters on the phone, `undoes` full shas.
 * - `approver`: the GitHub login of who approved.
 * - `record`: where this job's chain of the record ends.
 */
export const Result = z.strictObject({
  schema_version: z.literal(1),
  phase: z.enum(["analyse", "respond"]),
  outcome: z.enum(["proposed", ...OUTCOMES]),
  reason: z.string().nullable(),
  incident: z.int().positive(),
  culprit: Sha.nullable(),
  // Of any length: a rollback that ran must be told whatever it undid.
  plan: PlanSummary.omit({ risks: true })
    .extend({ undoes: z.array(Sha) })
    .nullable(),
  approver: z.string().nullable(),
  revertSha: Sha.nullable(),
  record: ChainHead.nullable(),
});
export type Result = Readonly<z.infer<typeof Result>>;

/** Canonical JSON on one line. Throws for a result that does not fit the schema, which would be a broken invariant. */
export function encodeResult(result: Omit<Result, "schema_version">): string {
  return canonicalJson(Result.parse({ schema_version: 1, ...result }));
}
