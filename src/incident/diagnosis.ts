import { z } from "zod";
import { Sha } from "../kernel/sha.ts";

/**
 * What the analysis hands on: the one typed proposal that crosses from the job that reads hostile bytes to the job that may
 * ask for power. Shas are chosen by code out of the range; the model adds words and picks one option, nothing else.
 */

const PLAN_KINDS = ["restore-last-good", "revert-suspects"] as const;
export const PlanKind = z.enum(PLAN_KINDS);
export type PlanKind = z.infer<typeof PlanKind>;

export const Verdict = z.enum(["rollback", "hold", "not-our-change", "unsure"]);
export type Verdict = z.infer<typeof Verdict>;

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  rollback: "The analysis proposes a rollback.",
  hold: "The analysis proposes to hold and not to roll back.",
  "not-our-change": "The analysis finds no cause in these commits.",
  unsure: "The analysis could not name a cause.",
};

export const BlastRadius = z.strictObject({
  files: z.int().min(0),
  /** The first of them, by path. */
  paths: z.array(z.string().max(300)).max(20).optional(),
  areas: z.array(z.string().max(200)).max(50),
  owners: z.array(z.string().max(100)).max(50),
  environments: z.array(z.string().max(100)).max(20),
  /** What the change touches that others may rely on, for example `migration: db/003.sql`. */
  touches: z.array(z.string().max(300)).max(30),
  notLookedAt: z.array(z.string().max(300)).max(10),
  /** Files inside the repository that import what changed, or manifests that name its package, by path. */
  dependents: z.array(z.string().max(300)).max(30).optional(),
  /** The whole in one sentence. */
  sentence: z.string().max(600).optional(),
});
export type BlastRadius = z.infer<typeof BlastRadius>;

/** One thing that was looked at, by the id under which claims name it. */
export const EvidenceNote = z.strictObject({
  id: z.string().max(40),
  /** Who could have written it: people of the repository, anybody, or a machine whose log anybody's code may fill. */
  trust: z.enum(["ours", "member", "outsider", "machine"]),
  /** Hostile text. */
  title: z.string().max(160),
});
export type EvidenceNote = z.infer<typeof EvidenceNote>;

export const Diagnosis = z.strictObject({
  by: z.enum(["offline", "gemini"]),
  /** Why the offline reasoner spoke instead of the model, for example `gemini-unavailable`; null when nothing fell back. */
  fellBack: z.string().max(200).nullable(),
  verdict: Verdict,
  option: z.union([PlanKind, z.literal("hold")]),
  /** First is the likeliest; scores are probabilities in 0..1. The culprit is named only at the operating threshold. */
  culprit: Sha.nullable(),
  suspects: z
    .array(
      z.strictObject({
        sha: Sha,
        score: z.number().min(0).max(1),
        reasons: z.array(z.string().max(300)).max(6),
        /** As written by the author: hostile text, to be shown only through `notice/`. */
        subject: z.string().max(200),
        author: z.string().max(100),
      }),
    )
    .max(5),
  confidence: z.number().min(0).max(1),
  summary: z.string().max(1200),
  claims: z
    .array(z.strictObject({ text: z.string().max(400), evidence: z.array(z.string().max(40)).min(1).max(8) }))
    .max(8),
  blastRadius: BlastRadius,
  notLookedAt: z.array(z.string().max(300)).max(10),
  /** What the claims' evidence ids stand for. */
  evidence: z.array(EvidenceNote).max(40).optional(),
  /** What it was made from, for the record: the model's name, and SHA-256 of the prompt and of all evidence that was shown. */
  provenance: z
    .strictObject({ model: z.string().max(80), prompt: z.string().max(64), evidence: z.string().max(64) })
    .optional(),
});
export type Diagnosis = Readonly<z.infer<typeof Diagnosis>>;

export const Proposal = z.strictObject({
  v: z.literal(1),
  incident: z.int().positive(),
  repoId: z.int().positive(),
  branch: z.string().min(1).max(255),
  badHead: Sha,
  lastGood: Sha,
  diagnosis: Diagnosis,
});
export type Proposal = Readonly<z.infer<typeof Proposal>>;
