import type { RecordEntry } from "../incident/record.ts";
import { canonicalJson } from "../kernel/digest.ts";

/**
 * A chain as it stands in its writer's comment: a collapsed block of Markdown, one canonical JSON line an entry, so that there is
 * exactly one way to write it and any changed byte shows.
 */
export function encodeBlock(entries: readonly RecordEntry[]): string {
  const last = entries.at(-1);
  if (last === undefined) throw new Error("invariant: an empty record");
  const lines = entries.map((entry) => canonicalJson(entry));
  return [
    "<details>",
    summaryLine({ chain: last.chain, count: entries.length, head: last.hash }),
    "",
    FENCE_OPEN,
    ...lines,
    FENCE_CLOSE,
    "",
    "</details>",
  ].join("\n");
}

/** A block as it was read, nothing of it believed yet. */
export type Block = {
  readonly chain: string;
  readonly claimed: { readonly count: number; readonly head: string };
  readonly lines: readonly string[];
};

/** `unreadable` counts what looks like the remains of a block: a mark of ours that belongs to none. */
export type ReadBlocks = { readonly blocks: readonly Block[]; readonly unreadable: number };

/** Every block in a page, a comment, or several of them one after the other. */
export function readBlocks(text: string): ReadBlocks {
  const blocks: Block[] = [];
  const rest = text
    .replaceAll("\r\n", "\n")
    .replace(BLOCK, (_, chain: string, count: string, head: string, lines: string) => {
      blocks.push({ chain, claimed: { count: Number(count), head }, lines: lines.split("\n") });
      return "";
    });
  return { blocks, unreadable: rest.match(/sentinel-record|<summary>Record |"prev":"[0-9a-f]/g)?.length ?? 0 };
}

function summaryLine({ chain, count, head }: { chain: string; count: number; head: string }): string {
  return `<summary>Record ${chain}: ${count} ${count === 1 ? "entry" : "entries"}, head <code>${head}</code></summary>`;
}

const FENCE_OPEN = "```jsonl sentinel-record";
const FENCE_CLOSE = "```";
const BLOCK =
  /<details>\n<summary>Record (\S{1,60}): (\d{1,6}) entr(?:y|ies), head <code>([^<]{0,100})<\/code><\/summary>\n\n```jsonl sentinel-record\n([\s\S]*?)\n```\n\n<\/details>/g;
