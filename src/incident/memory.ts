import { z } from "zod";
import { canonicalJson } from "../kernel/digest.ts";
import { Sha } from "../kernel/sha.ts";
import { Policy, Severity } from "../policy/schema.ts";
import { PlanKind } from "./diagnosis.ts";
import { RecordEntry } from "./record.ts";

export const MOST_URL_CHARS = 500;

/**
 * What the App remembers of one incident, in the text of the check run `Sentinel` on the bad head. GitHub lets only the App
 * that made a check run change it, so both hosts may decide by it; they must never decide by issue text or labels.
 * A newer App may remember more than an older Action knows: what is unknown is left aside, but for the policy, which must
 * be whole.
 */
export const Memory = z.object({
  v: z.literal(1),
  repoId: z.int().positive(),
  branch: z.string().min(1),
  badHead: Sha,
  /** Last revision that the failing source saw green; null: none known, so nothing can be restored. */
  lastGood: Sha.nullable(),
  /** `deployment:production`, `check:ci / test`, `workflow:.github/workflows/deploy.yml`. */
  source: z.string().min(1),
  severity: Severity,
  incident: z.int().positive(),
  state: z.enum(["open", "closed"]),
  /** ISO 8601 UTC. */
  openedAt: z.string(),
  /** The policy in force, from the last good revision, so that the responder need not find it again. */
  policy: Policy,
  policyDigest: z.string(),
  run: z.strictObject({ id: z.int().positive(), attempt: z.int().positive() }).nullable(),
  plan: z.strictObject({ digest: z.string(), code: z.string() }).nullable(),
  /** Every push that was sent for this incident; budgets count these. */
  asks: z.array(
    z.strictObject({
      at: z.string(),
      approver: z.string(),
      approverId: z.int(),
      digest: z.string(),
      answer: z.string(),
    }),
  ),
  /** Pushes of the repository's incidents of the day before this one; they count for each person's budget. */
  earlierAsks: z
    .array(z.strictObject({ at: z.string(), approverId: z.int() }))
    .max(100)
    .optional(),
  /** A "no": nobody is asked again without a command by somebody else. */
  denied: z.strictObject({ by: z.string(), at: z.string() }).nullable(),
  /** GitHub id of who said it, where it is known: logins change. */
  deniedById: z.int().optional(),
  released: z.strictObject({ by: z.string(), at: z.string(), reason: z.string(), head: Sha.nullable() }).nullable(),
  /** Our own events, oldest first, in words of ours. */
  timeline: z.array(z.strictObject({ at: z.string(), text: z.string().max(300) })).max(80),
  /** Where the one Slack message of this incident stands. */
  slack: z.strictObject({ channel: z.string(), ts: z.string() }).nullable(),
  /** What the failing source said when the incident began: hostile text, and where to read more. */
  signal: z.strictObject({ says: z.string().max(500), url: z.string().max(MOST_URL_CHARS).nullable() }).optional(),
  /** How the hold stands, as last seen. `refused`: GitHub would not let us; `gone`: somebody removed it. */
  hold: z
    .strictObject({ state: z.enum(["held", "refused", "gone", "changed", "released"]), why: z.string().max(500) })
    .optional(),
  /** Who moved the branch past the hold without a known approval, and for which head that was last looked for. */
  passed: z
    .object({
      lookedAt: Sha,
      /** The newest rule suite that an approval explained; it stays explained when nobody reports the approval any more. */
      explained: z.int().optional(),
      moves: z
        .array(
          z.object({
            suite: z.int(),
            by: z.string().max(100).nullable(),
            byId: z.int().nullable(),
            at: z.string(),
            commit: Sha,
            said: z.enum(["not-approved", "before-report"]),
            told: z.boolean(),
          }),
        )
        .max(20),
    })
    .optional(),
  /** SHA-256 of the Slack message as last sent. */
  slackDigest: z.string().optional(),
  /** SHA-256 of the last reply in its thread. */
  slackThread: z.string().optional(),
  /** The responder's run that a "no" ends; it is cancelled until it is over. */
  stopped: z.strictObject({ run: z.int().positive(), attempt: z.int().positive() }).optional(),
  /** How far the rules in force let us go now, where that is less than `act`; the responder asks before it acts. */
  mode: z.enum(["off", "shadow"]).optional(),
  /**
   * What a person ordered of the responder, and after which attempt: until a later one is seen, GitHub may not have been asked
   * yet, and whichever look comes next asks.
   */
  order: z
    .strictObject({
      comment: z.int(),
      kind: z.enum(["retry", "rollback"]),
      run: z.strictObject({ id: z.int().positive(), attempt: z.int().positive() }),
    })
    .optional(),
  /** A release that a person ordered, while the hold still stands: so nobody else is taken to have removed it. */
  releasing: z
    .strictObject({
      comment: z.int(),
      kind: z.enum(["release", "false-alarm"]),
      by: z.string(),
      byId: z.int().exactOptional(),
      why: z.string(),
    })
    .optional(),
  /** Comments whose command was carried out. */
  handled: z.array(z.int()).max(200).optional(),
  /** When people are called at the latest; a command can move it. */
  callAt: z.string().optional(),
  /** When it was opened once more; only what went well since then ends it. */
  reopenedAt: z.string().optional(),
  /** The last run of the responder before that: it is over, and the incident needs another. */
  earlierRun: z.int().positive().optional(),
  /** For which `callAt` people were called. */
  called: z.string().optional(),
  /** Which rollback a person asked for; the plan is still computed by code, and still needs a yes. */
  wish: z.strictObject({ by: z.string(), plan: PlanKind.nullable(), shas: z.array(z.string()).max(20) }).optional(),
  /** How many failures of the bad head were seen at once at the most, by source. */
  failures: z.record(z.string(), z.int().positive()).optional(),
  /** Whom the issue was assigned to; absent until somebody was looked for. */
  assigned: z.array(z.string()).max(10).optional(),
  /** The App's chain of the record. */
  record: z.array(RecordEntry).max(64).optional(),
});
export type Memory = Readonly<z.infer<typeof Memory>>;

const FENCE_OPEN = "```json\n";
const FENCE_CLOSE = "\n```";

/** The `output.text` of the check run. */
export function encodeMemory(memory: Memory): string {
  return `${FENCE_OPEN}${canonicalJson(memory)}${FENCE_CLOSE}`;
}

/** The inverse; null when the text is not a memory (another App's check run of the same name, an older form). */
export function decodeMemory(text: string | null): Memory | null {
  if (!text?.startsWith(FENCE_OPEN) || !text.endsWith(FENCE_CLOSE)) return null;
  try {
    return Memory.parse(JSON.parse(text.slice(FENCE_OPEN.length, -FENCE_CLOSE.length)));
  } catch {
    return null;
  }
}
