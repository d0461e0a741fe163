import { entryHash, GENESIS, RecordEntry } from "../incident/record.ts";
import { canonicalJson, sha256 } from "../kernel/digest.ts";
import type { Block } from "./block.ts";
import { type Finding, type FindingCode, finding } from "./finding.ts";

/** A chain that was read: the entries that could be read, and what is wrong with them. */
export type ReadChain = {
  readonly chain: string;
  readonly entries: readonly RecordEntry[];
  readonly findings: readonly Finding[];
};

/** Recomputes one block's chain from its first entry; `incident` is where it must belong, when that is known. */
export function verifyChain(
  block: Block,
  incident: { readonly repo?: number; readonly incident?: number } = {},
): ReadChain {
  const entries: RecordEntry[] = [];
  const findings: Finding[] = [];
  for (const [index, line] of block.lines.entries()) {
    const where = `${block.chain} #${index + 1}`;
    const entry = readLine(line);
    if (entry === null) {
      findings.push(finding("not-an-entry", where));
      continue;
    }
    const isCanonical = canonicalJson(entry) === line;
    if (!isCanonical) findings.push(finding("not-canonical", where));
    const hash = isCanonical ? hashOfLine(line, entry) : entryHash(entry);
    for (const code of judge(entry, hash, entries.at(-1), index + 1, block.chain, incident))
      findings.push(finding(code, where));
    entries.push(entry);
  }
  const last = entries.at(-1);
  const { count, head } = block.claimed;
  if (count !== block.lines.length || head !== last?.hash) findings.push(finding("wrong-summary", block.chain));
  return { chain: block.chain, entries, findings };
}

function readLine(line: string): RecordEntry | null {
  try {
    return RecordEntry.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/** In canonical JSON the keys are sorted, so the entry without its hash is the line without that one member. */
function hashOfLine(line: string, { hash }: RecordEntry): string {
  return sha256(line.replace(`"hash":"${hash}",`, ""));
}

function judge(
  entry: RecordEntry,
  hash: string,
  before: RecordEntry | undefined,
  seq: number,
  chain: string,
  incident: { readonly repo?: number; readonly incident?: number },
): readonly FindingCode[] {
  const belongs =
    entry.chain === chain &&
    entry.incident === (incident.incident ?? before?.incident ?? entry.incident) &&
    entry.repo === (incident.repo ?? before?.repo ?? entry.repo);
  return [
    ...(hash === entry.hash ? [] : (["wrong-hash"] as const)),
    ...(entry.prev === (before?.hash ?? GENESIS) ? [] : (["wrong-link"] as const)),
    ...(entry.seq === seq ? [] : (["wrong-sequence"] as const)),
    ...(belongs ? [] : (["wrong-place"] as const)),
    ...(before === undefined || entry.at >= before.at ? [] : (["time-runs-back"] as const)),
  ];
}
