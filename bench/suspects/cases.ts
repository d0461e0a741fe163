import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
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

type Raw = {
  id: string;
  repo: string;
  language?: string;
  signal: string;
  evidence?: string;
  tags?: string[];
  failure_like?: boolean;
  culprit_shas: string[];
  candidates: RawCandidate[];
};
type RawCandidate = {
  sha: string;
  subject: string;
  body: string;
  author_time: number;
  commit_time: number;
  is_merge: boolean;
  n_files: number;
  additions: number;
  deletions: number;
  files: { path: string; additions: number; deletions: number }[];
  added: Record<string, number>;
  removed: Record<string, number>;
  around: Record<string, number>;
};

/**
 * Reads cases of JSON lines, gzipped or not. A culprit that came in by a merge stands in the range as that merge; where the
 * merge is not known, the case is `unresolved` and nobody's answer to it can be judged.
 */
export function readCases(file: string): { readonly cases: Case[]; readonly unresolved: number } {
  const bytes = readFileSync(file);
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  const all = text
    .split("\n")
    .filter(Boolean)
    .map((line) => readCase(JSON.parse(line) as Raw));
  const cases = all.filter(({ culprits }) => culprits.size > 0);
  return { cases, unresolved: all.length - cases.length };
}

function readCase(raw: Raw): Case {
  const named = new Set(raw.culprit_shas.map((sha) => MERGED_IN.get(sha) ?? sha));
  const candidates = raw.candidates.map(readCandidate);
  return {
    id: raw.id,
    repo: raw.repo,
    tags: [
      ...(raw.tags ?? []),
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
