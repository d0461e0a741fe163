import { z } from "zod";
import { digestOf } from "../kernel/digest.ts";
import { Sha } from "../kernel/sha.ts";

/**
 * The record of an incident: what was decided, refused, asked, approved and done, as entries that each carry the hash of the one
 * before. Every writer (the App, each job) keeps its own chain. An entry holds names, codes and digests, never hostile text.
 */

const RECORD_KINDS = [
  "opened",
  "held",
  "not-held",
  "dispatched",
  "analysed",
  "planned",
  "refused",
  "asked",
  "answered",
  "credential",
  "rolled-back",
  "ended",
  "reported",
  "commanded",
  "released",
  "reopened",
  "noted",
] as const;

export const Hash = z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in lower-case hex");

/** A code of `reason.ts`, of the outcome, or of a later version's; never words. */
export const ReasonCode = z.string().regex(/^[a-z0-9-]{1,60}$/);

/** `app`, or `respond:<run id>/<attempt>`. */
const ChainName = z.string().regex(/^(?:app|(?:analyse|respond):[1-9]\d{0,19}\/[1-9]\d{0,3})$/);

/** Where another chain stood when this entry was written. */
export const ChainHead = z.strictObject({ chain: ChainName, seq: z.int().positive(), head: Hash });
export type ChainHead = z.infer<typeof ChainHead>;

const DIGESTS = ["plan", "evidence", "policy", "model", "prompt", "bundle", "report"] as const;

export const RecordFact = z.strictObject({
  /** ISO 8601 UTC, to the second. */
  at: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  /** `app`, `respond`, or a GitHub login. */
  actor: z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]|\[bot\]){0,60}$/),
  kind: z.enum(RECORD_KINDS),
  /** A code of `reason.ts` or of the outcome; null where there is nothing to give a reason for. */
  reason: ReasonCode.nullable(),
  digests: z.partialRecord(z.enum(DIGESTS), Hash).optional(),
  refs: z.partialRecord(z.enum(["commit", "tree", "parent"]), Sha).optional(),
  /** Whom it concerns, by GitHub id and login: who was asked, who answered, who approved. */
  person: z.strictObject({ id: z.int(), login: z.string().max(60) }).optional(),
  /** SHA-256 of a token that was used; Auth0's own log holds the same. */
  token: Hash.optional(),
  cross: ChainHead.optional(),
});
export type RecordFact = z.infer<typeof RecordFact>;

export const RecordEntry = RecordFact.extend({
  v: z.literal(1),
  repo: z.int().positive(),
  incident: z.int().positive(),
  chain: ChainName,
  /** 1 for the first. */
  seq: z.int().positive(),
  prev: Hash,
  hash: Hash,
});
export type RecordEntry = z.infer<typeof RecordEntry>;

/** Where a chain belongs; it stands in every entry, so that no entry can be moved to another incident. */
export type ChainOrigin = Pick<RecordEntry, "repo" | "incident" | "chain">;

/** The `prev` of a first entry. */
export const GENESIS = "0".repeat(64);

/** The chain with one more entry. */
export function chained(
  entries: readonly RecordEntry[],
  origin: ChainOrigin,
  fact: RecordFact,
): readonly RecordEntry[] {
  const last = entries.at(-1);
  const entry = { ...fact, ...origin, v: 1 as const, seq: (last?.seq ?? 0) + 1, prev: last?.hash ?? GENESIS };
  return [...entries, { ...entry, hash: digestOf(entry) }];
}

/** What `hash` must be. */
export function entryHash({ hash: _, ...entry }: RecordEntry): string {
  return digestOf(entry);
}

export function headOf(entries: readonly RecordEntry[]): ChainHead | null {
  const last = entries.at(-1);
  return last ? { chain: last.chain, seq: last.seq, head: last.hash } : null;
}
