import { z } from "zod";
import { canonicalJson, sha256 } from "../kernel/digest.ts";
import { Sha } from "../kernel/sha.ts";
import { Diagnosis, PlanKind } from "./diagnosis.ts";
import { ChainHead, Hash, ReasonCode } from "./record.ts";

/**
 * How the responder's jobs tell the App what they did: the message of a notice annotation titled `sentinel-report` on the
 * job's own check run, which ordinary writers cannot edit. First a sentence for people, then one line of JSON.
 */

export const OUTCOMES = ["rolled-back", "denied", "expired", "held", "failed"] as const;
export const Outcome = z.enum(OUTCOMES);
export type Outcome = z.infer<typeof Outcome>;

export const PlanSummary = z.strictObject({
  code: z.string(),
  digest: Hash,
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
    reason: ReasonCode,
    /** The reason in words, with the cure. */
    said: z.string().max(1000),
    plan: PlanSummary.nullable(),
    /** Pushes sent by this attempt. */
    asks: z.array(AskRecord).max(10),
    approver: z.string().nullable(),
    revertSha: Sha.nullable(),
    /** SHA-256 of the vault's token, as Auth0's own log holds it; null when none was released. */
    tokenThumbprint: Hash.nullable(),
    /** Head of this job's chain of the record. */
    record: ChainHead.optional(),
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

/**
 * The same report as the messages of several notices: GitHub's runner cuts an annotation after 4096 characters and keeps ten
 * of a kind per step. Throws for a report that would need more than `MAX_NOTICES`.
 */
export function reportNotices(sentence: string, report: Report): readonly string[] {
  const whole = encodeReport(sentence, report);
  if (whole.length <= NOTICE_CHARS) return [whole];
  const json = canonicalJson(report);
  const id = sha256(json).slice(0, 12);
  const head = sentence.replaceAll("\n", " ").slice(0, 300);
  const room = NOTICE_CHARS - head.length - 60;
  const count = Math.ceil(json.length / room);
  if (count > MAX_NOTICES) throw new Error(`invariant: a report of ${json.length} characters`);
  return Array.from(
    { length: count },
    (_, n) => `${head}\npart ${n + 1} of ${count} of ${id}\n${json.slice(n * room, (n + 1) * room)}`,
  );
}

/** The reports that stand in these messages, in the order of their first message; incomplete ones and foreign text give nothing. */
export function readReports(messages: readonly string[]): readonly Report[] {
  const parts = new Map<string, string[]>();
  const order: string[] = [];
  for (const message of messages) {
    const part = PART.exec(message)?.groups;
    const key = part ? `${part.id} ${part.of}` : message;
    if (!parts.has(key)) order.push(key);
    const known = parts.get(key) ?? [];
    if (part) known[Number(part.n) - 1] = part.json ?? "";
    parts.set(key, known);
  }
  return order.flatMap((key) => {
    const found = parts.get(key) ?? [];
    return decodeReport(found.length === 0 ? key : found.join("")) ?? [];
  });
}

const NOTICE_CHARS = 4000;
const MAX_NOTICES = 10;
const PART = /\npart (?<n>[1-9]|10) of (?<of>[1-9]|10) of (?<id>[0-9a-f]{12})\n(?<json>.*)$/;
