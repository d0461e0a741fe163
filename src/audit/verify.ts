import type { RecordEntry } from "../incident/record.ts";
import { digestOf } from "../kernel/digest.ts";
import { readBlocks } from "./block.ts";
import { type Finding, finding } from "./finding.ts";
import { type ReadChain, verifyChain } from "./verify-chain.ts";

/**
 * Recomputes the record of an incident from its text alone, offline, and says what is wrong and where. It must never believe
 * anything that it can recompute, and never call a record anchored that no outside copy of a head agrees with.
 */
export function verify(evidence: Evidence): Verification {
  const { blocks, unreadable } = readBlocks(evidence.text);
  const chains = blocks.map((block) => verifyChain(block, evidence.incident));
  const findings = [
    ...(blocks.length === 0 ? [finding("no-record", "text")] : []),
    ...Array.from({ length: unreadable }, () => finding("unreadable-block", "text")),
    ...chains.flatMap((chain) => chain.findings),
    ...twins(chains),
    ...crossFindings(chains),
    ...effects(chains),
    ...planFindings(chains, evidence.plans ?? []),
    ...anchorFindings(chains, evidence.anchors ?? []),
  ];
  return {
    verdict: findings.length === 0 ? "intact" : "broken",
    anchoring: anchoringOf(chains, evidence.anchors ?? []),
    chains: chains.map((chain) => summaryOf(chain, chains, evidence.anchors ?? [])),
    findings,
  };
}

export type Evidence = {
  /** The incident's page and comments, one after the other. */
  readonly text: string;
  readonly incident?: { readonly repo?: number; readonly incident?: number };
  readonly anchors?: readonly Anchor[];
  /** Plans in full, whose digests are recomputed. */
  readonly plans?: readonly unknown[];
};

/** A head that stands somewhere else than in the record: a commit's trailer, Auth0's log, Slack, an attestation. */
export type Anchor = { readonly head: string; readonly from: string };

export type Verification = {
  readonly verdict: "intact" | "broken";
  /** `partly`: some chain, or some newest entries, have no anchor after them. */
  readonly anchoring: "anchored" | "partly" | "unanchored";
  readonly chains: readonly ChainSummary[];
  readonly findings: readonly Finding[];
};

export type ChainSummary = {
  readonly chain: string;
  readonly entries: number;
  readonly head: string | null;
  /** The newest entry that an anchor, or another chain that is itself anchored later, agrees with; 0 for none. */
  readonly anchoredTo: number;
};

function twins(chains: readonly ReadChain[]): readonly Finding[] {
  const names = chains.map(({ chain }) => chain);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map((name) =>
    finding("chain-twice", name),
  );
}

/** Each chain writes down where others stood; the two must agree. A chain that is named must be there. */
function crossFindings(chains: readonly ReadChain[]): readonly Finding[] {
  const entries = chains.flatMap((chain) => chain.entries);
  return entries.flatMap((entry) => {
    const { cross } = entry;
    if (cross === undefined) return [];
    const seen = chains.find(({ chain }) => chain === cross.chain)?.entries.find(({ seq }) => seq === cross.seq);
    return seen?.hash === cross.head
      ? []
      : [finding("cross-mismatch", `${entry.chain} #${entry.seq}`, `It names ${cross.chain} #${cross.seq}.`)];
  });
}

/** Promise 1, read from the record: no rollback without an earlier yes for that very plan in the same chain. */
function effects(chains: readonly ReadChain[]): readonly Finding[] {
  return chains.flatMap(({ entries }) =>
    entries
      .filter(({ kind }) => kind === "rolled-back" || kind === "credential")
      .filter((effect) => !entries.some((entry) => isYesFor(entry, effect)))
      .map((effect) => finding("effect-unapproved", `${effect.chain} #${effect.seq}`)),
  );
}

function isYesFor(entry: RecordEntry, effect: RecordEntry): boolean {
  const plan = effect.digests?.plan;
  return (
    plan !== undefined &&
    entry.kind === "answered" &&
    entry.reason === "approved" &&
    entry.digests?.plan === plan &&
    entry.seq < effect.seq
  );
}

function planFindings(chains: readonly ReadChain[], plans: readonly unknown[]): readonly Finding[] {
  if (plans.length === 0) return [];
  const known = new Set(plans.map((plan) => digestOf(plan)));
  const recorded = new Map<string, string>();
  for (const { chain, entries } of chains) {
    for (const { digests, seq } of entries) if (digests?.plan) recorded.set(digests.plan, `${chain} #${seq}`);
  }
  const missing = [...recorded].filter(([digest]) => !known.has(digest));
  const strange = [...known].filter((digest) => !recorded.has(digest));
  return [
    ...missing.map(([digest, where]) => finding("unknown-plan", where, `No plan given has the digest ${digest}.`)),
    ...strange.map((digest) => finding("unknown-plan", "plans", `The record does not know the digest ${digest}.`)),
  ];
}

function anchorFindings(chains: readonly ReadChain[], anchors: readonly Anchor[]): readonly Finding[] {
  return anchors
    .filter(({ head }) => !chains.some(({ entries }) => entries.some((entry) => entry.hash === head)))
    .map(({ head, from }) => finding("anchor-missing", from, `It says ${head}.`));
}

function anchoringOf(chains: readonly ReadChain[], anchors: readonly Anchor[]): Verification["anchoring"] {
  const summaries = chains.map((chain) => summaryOf(chain, chains, anchors));
  if (summaries.every(({ anchoredTo }) => anchoredTo === 0)) return "unanchored";
  return summaries.every(({ anchoredTo, entries }) => anchoredTo === entries) ? "anchored" : "partly";
}

function summaryOf(chain: ReadChain, chains: readonly ReadChain[], anchors: readonly Anchor[]): ChainSummary {
  const direct = reach(chain, new Set(anchors.map(({ head }) => head)));
  const through = chains
    .filter((other) => other !== chain)
    .map((other) => seenBy(other, reach(other, new Set(anchors.map(({ head }) => head))), chain.chain));
  return {
    chain: chain.chain,
    entries: chain.entries.length,
    head: chain.entries.at(-1)?.hash ?? null,
    anchoredTo: Math.max(direct, ...through, 0),
  };
}

function reach({ entries }: ReadChain, heads: ReadonlySet<string>): number {
  return entries.findLast(({ hash }) => heads.has(hash))?.seq ?? 0;
}

/** An anchored entry of another chain that names this one anchors it as far as it names. */
function seenBy({ entries }: ReadChain, anchoredTo: number, name: string): number {
  const seen = entries.filter(({ seq, cross }) => seq <= anchoredTo && cross?.chain === name);
  return Math.max(0, ...seen.map(({ cross }) => cross?.seq ?? 0));
}
