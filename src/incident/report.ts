import { z } from "zod";
import { canonicalJson } from "../kernel/digest.ts";
import { Sha } from "../kernel/sha.ts";
import { Diagnosis, PlanKind } from "./diagnosis.ts";

/**
 * How the responder's jobs tell the App what they did: the message of a notice annotation titled `sentinel-report` on the
 * job's own check run, which ordinary writers cannot edit. First a sentence for people, then one line of JSON.
 */

export const OUTCOMES = ["rolled-back", "denied", "expired", "held", "failed"] as const;
export const Outcome = z.enum(OUTCOMES);
export type Outcome = z.infer<typeof Outcome>;

export const PlanSummary = z.strictObject({
  code: z.string(),
  digest: z.string(),
  kind: PlanKind,
  expectedHead: Sha,
  resultingTree: Sha,
  undoes: z.array(Sha).max(500),
  risks: z.array(z.string().max(300)).max(20),
});
export type PlanSummary = z.infer<typeof PlanSummary>;

export const AskRecord = z.strictObject({
  at: z.string(),
  approver: z.string(),
  approverId: z.int(),
  digest: z.string(),
  answer: z.enum(["approved", "denied", "expired", "none"]),
});
export type AskRecord = z.infer<typeof AskRecord>;

export const Report = z.discriminatedUnion("phase", [
  z.strictObject({
    phase: z.literal("analyse"),
    incident: z.int().positive(),
    attempt: z.int().positive(),
    diagnosis: Diagnosis,
  }),
  z.strictObject({
    phase: z.literal("respond"),
    incident: z.int().positive(),
    attempt: z.int().positive(),
    outcome: Outcome,
    reason: z.string(),
    /** The reason in words, with the cure. */
    said: z.string().max(1000),
    plan: PlanSummary.nullable(),
    /** Pushes sent by this attempt. */
    asks: z.array(AskRecord).max(10),
    approver: z.string().nullable(),
    revertSha: Sha.nullable(),
    /** SHA-256 of the vault's token, as Auth0's own log holds it; null when none was released. */
    tokenThumbprint: z.string().nullable(),
  }),
]);
export type Report = z.infer<typeof Report>;

export function encodeReport(sentence: string, report: Report): string {
  return `${sentence.replaceAll("\n", " ")}\n${canonicalJson(report)}`;
}

/** Null for an annotation that is not a report. */
export function decodeReport(message: string): Report | null {
  const line = message.slice(message.lastIndexOf("\n") + 1);
  try {
    return Report.parse(JSON.parse(line));
  } catch {
    return null;
  }
}
