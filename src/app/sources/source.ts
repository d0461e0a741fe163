import type { Reader } from "../../adapters/github-app.ts";
import { compare } from "../../adapters/github-app-code.ts";
import type { Reading, Repo, Signal } from "../../incident/world.ts";
import { isoTime } from "../../kernel/clock.ts";
import type { Sha } from "../../kernel/sha.ts";
import type { Verdict } from "../../quarantine/evidence.ts";

/** What is asked of every kind of source: how it stands on this revision, and which revision it last saw green. */
export type Ask = {
  readonly github: Reader;
  readonly repo: Repo;
  readonly branch: string;
  readonly head: Sha;
  readonly appId: number;
  /** What an event named, so that everything can be asked at once; never believed. */
  readonly hint: Hint;
  /** What was seen of this source on this branch before; null at first. */
  readonly past: Past | null;
};

export type Hint = {
  readonly deployment?: number;
  readonly run?: number;
  readonly job?: number;
};

export type Past = {
  readonly head: Sha;
  readonly kind: "green" | "red";
  readonly before: Signal["before"];
  readonly lastGood: Sha | null;
};

export type SourceFacts = {
  readonly reading: Reading;
  /** How many failures of this revision GitHub lists, of those that were read anyway; without it, the one that is told. */
  readonly failures?: number;
  readonly before: Signal["before"];
  readonly lastGood: Sha | null;
  /** Files that changed since the last good revision, as far as GitHub lists them. */
  readonly changed: readonly string[];
  /** A failure that the policy wants to see twice, by the run to run again. */
  readonly rerun?: number;
};

/** What is known without asking again: the same head, or a green one right before. */
export function fromPast(past: Past | null, head: Sha): Pick<SourceFacts, "before" | "lastGood"> | null {
  if (past === null) return null;
  if (past.head === head) return past.lastGood === null ? null : { before: past.before, lastGood: past.lastGood };
  return past.kind === "green" ? { before: "green", lastGood: past.head } : null;
}

/** Only a failure asks where it was green before. */
export function unbroken(reading: Reading): SourceFacts {
  return { reading, before: "unknown", lastGood: null, changed: [] };
}

/** Flaky once is no incident: the failure of a first attempt, which counts when the second, perhaps under way, fails too. */
export function unconfirmed(run: {
  readonly id: number;
  readonly run_attempt?: number | null | undefined;
}): SourceFacts {
  const awaiting = unbroken({ kind: "none", why: "awaiting-rerun" });
  return (run.run_attempt ?? 1) === 1 ? { ...awaiting, rerun: run.id } : awaiting;
}

/** What to remember of a source for the next look. */
export function toPast(head: Sha, facts: SourceFacts, past: Past | null): Past | null {
  if (facts.reading.kind === "passing") return { head, kind: "green", before: facts.before, lastGood: facts.lastGood };
  if (facts.reading.kind === "failing") return { head, kind: "red", before: facts.before, lastGood: facts.lastGood };
  return past;
}

/** The files between, when `good` is a strict ancestor of `head`; null otherwise. */
export async function sinceGood(ask: Ask, good: Sha): Promise<readonly string[] | null> {
  const found = await compare(ask.github, ask.repo, good, ask.head);
  return found?.status === "ahead" ? found.files : null;
}

/**
 * Walks older results, newest first, in batches read in parallel, until a green one is found that is an ancestor of the head.
 * `verdictOf` answers for one revision.
 */
export async function walkBack(
  ask: Ask,
  older: readonly Sha[],
  verdictOf: (sha: Sha) => Promise<Verdict>,
): Promise<Omit<SourceFacts, "reading" | "failures">> {
  let before: Signal["before"] = "unknown";
  for (let at = 0; at < older.length; at += BATCH) {
    const batch = older.slice(at, at + BATCH);
    const verdicts = await Promise.all(batch.map(verdictOf));
    for (const [index, sha] of batch.entries()) {
      const verdict = verdicts[index];
      if (before === "unknown" && verdict === "passing") before = "green";
      if (before === "unknown" && verdict === "failing") before = "red";
      if (verdict !== "passing") continue;
      const changed = await sinceGood(ask, sha);
      if (changed !== null) return { before, lastGood: sha, changed };
    }
  }
  return { before, lastGood: null, changed: [] };
}

const BATCH = 10;

export function secondsOf(text: string | null | undefined): string {
  const time = Date.parse(text ?? "");
  return isoTime(Number.isFinite(time) ? time : 0);
}

export function quoted(text: string | null | undefined): string {
  return text ? `: ${text.slice(0, 300)}` : "";
}
