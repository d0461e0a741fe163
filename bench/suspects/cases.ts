import { gunzipSync } from "node:zlib";
import { z } from "zod";
import type { Candidate, Signal } from "../../src/agent/suspects/types.ts";
import { MERGED_IN } from "./merged-in.ts";
import { seeded } from "./seeded.ts";

export type Case = {
  readonly id: string;
  readonly repo: string;
  readonly tags: readonly string[];
  readonly signal: Signal;
  readonly candidates: readonly Candidate[];
  /** Shas of the candidates that did it; empty where the culprit was withheld. */
  readonly culprits: ReadonlySet<string>;
};

const Bag = z.record(z.string(), z.number()).default({});
/** Git counts -1 in a binary file. */
const Count = z.number().default(0);
const RawFile = z.looseObject({ path: z.string(), additions: Count, deletions: Count });
const RawCandidate = z.looseObject({
  sha: z.string().min(1),
  subject: z.string(),
  body: z.string().default(""),
  author_time: z.number(),
  commit_time: z.number(),
  is_merge: z.boolean().default(false),
  n_files: Count,
  additions: Count,
  deletions: Count,
  files: z.array(RawFile).default([]),
  added: Bag,
  removed: Bag,
  around: Bag,
});
const Raw = z.looseObject({
  id: z.coerce.string(),
  repo: z.string(),
  language: z.string().nullish(),
  signal: z.string(),
  evidence: z.string().nullish(),
  tags: z.array(z.string()).default([]),
  failure_like: z.boolean().default(false),
  culprit_shas: z.array(z.string()),
  candidates: z.array(RawCandidate),
});
type Raw = z.infer<typeof Raw>;
type RawCandidate = z.infer<typeof RawCandidate>;

export type CasesRead = {
  readonly cases: readonly Case[];
  /** Cases whose culprit is not among the candidates. */
  readonly unresolved: number;
};

/**
 * Cases of JSON lines, gzipped or not, as `file` holds them. A culprit that came in by a merge stands in the range as that merge;
 * where the merge is not known, the case is `unresolved` and nobody's answer to it can be judged. Throws for the first line that
 * is no case, naming it.
 */
export function readCases(file: string, bytes: Buffer): CasesRead {
  const all = unpacked(file, bytes)
    .split("\n")
    .flatMap((line, at) => (line.trim() === "" ? [] : [readCase(parsed(`${file}:${at + 1}`, line))]));
  const cases = all.filter(({ culprits }) => culprits.size > 0);
  return { cases, unresolved: all.length - cases.length };
}

/** By the first bytes and not by the name: a name can be anything. */
function unpacked(file: string, bytes: Buffer): string {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    return (isGzip ? gunzipSync(bytes) : bytes).toString("utf8").replace(/^\uFEFF/, "");
  } catch {
    throw new Error(`${file} is cut off or no gzip`);
  }
}

function parsed(where: string, line: string): Raw {
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch {
    throw new Error(`${where} is no JSON`);
  }
  const { success, data: raw, error } = Raw.safeParse(data);
  if (success) return raw;
  const [first] = error.issues;
  throw new Error(`${where} is no case: ${first?.path.join(".") || "the line"}: ${first?.message}`);
}

function readCase(raw: Raw): Case {
  const named = new Set(raw.culprit_shas.map((sha) => MERGED_IN.get(sha) ?? sha));
  const candidates = raw.candidates.map(readCandidate);
  return {
    id: raw.id,
    repo: raw.repo,
    tags: [
      ...raw.tags,
      raw.failure_like ? "failure-like" : "prose",
      ...(raw.language && raw.language !== "?" ? [`language:${raw.language}`] : []),
    ],
    signal: raw.evidence ? { text: raw.signal, evidence: raw.evidence } : { text: raw.signal },
    candidates,
    culprits: new Set(candidates.map(({ sha }) => sha).filter((sha) => named.has(sha))),
  };
}

function readCandidate(raw: RawCandidate): Candidate {
  return {
    sha: raw.sha,
    subject: raw.subject,
    body: raw.body,
    authorTime: raw.author_time,
    commitTime: raw.commit_time,
    isMerge: raw.is_merge,
    nFiles: raw.n_files,
    additions: raw.additions,
    deletions: raw.deletions,
    files: raw.files,
    added: new Map(Object.entries(raw.added)),
    removed: new Map(Object.entries(raw.removed)),
    around: new Map(Object.entries(raw.around)),
  };
}

/** The same range without its culprit: the right answer is "none of these". */
export function withoutCulprit(one: Case): Case {
  return { ...one, candidates: one.candidates.filter(({ sha }) => !one.culprits.has(sha)), culprits: new Set() };
}

/** Takes the culprit out of a share of the cases, the same ones for the same seed. */
export function withhold(cases: readonly Case[], share: number, seed: string): Case[] {
  return cases.map((one) => (seeded(`${seed}${one.id}`)() < share ? withoutCulprit(one) : one));
}
