import { encodeBlock } from "../../src/audit/block.ts";
import { chained, headOf, type RecordEntry } from "../../src/incident/record.ts";
import type { Incident } from "../../test/audit/record-fixture.ts";
import type { Random } from "./random.ts";

/** A way to tamper with an incident's record: what it makes of the intact record and its text. */
export type Way = { readonly name: string; readonly tamper: (incident: Incident, text: string) => string };

/** Each takes the place of a writer who edits the page or a comment; the later ones also mend the titles that would give them away. */
export function tamperingWays({ below, pick }: Random): readonly Way[] {
  return [
    way("character changed", (_, text) => atRecord(text, (at) => splice(text, at, 1, otherThan(text[at] ?? "")))),
    way("character inserted", (_, text) => atRecord(text, (at) => splice(text, at, 0, pick([...'x0 "},'])))),
    way("character deleted", (_, text) => atRecord(text, (at) => splice(text, at, 1, ""))),
    way("line deleted", (_, text) => onEntries(text, (lines, at) => lines.toSpliced(at, 1))),
    way("line repeated", (_, text) => onEntries(text, (lines, at) => lines.toSpliced(at, 0, lines[at] ?? ""))),
    way("lines swapped", (_, text) => onEntries(text, swapLines)),
    way("field rewritten", (_, text) => onEntries(text, rewriteField)),
    way("entry deleted, title mended", (incident) => mended(incident, (entries, at) => entries.toSpliced(at, 1))),
    way("entries swapped, title mended", (incident) => mended(incident, swapEntries)),
    way("entry inserted, title mended", (incident) => mended(incident, insertEntry)),
    way("tail cut, title mended", (incident) => mended(incident, (entries, at) => entries.slice(0, at + 1))),
    way("chain removed", (incident) => encodeBlock(pick([incident.app, incident.respond]))),
  ];

  /** Somewhere inside a block, from its first character to its last. */
  function atRecord(text: string, change: (at: number) => string): string {
    const block = pick([...text.matchAll(/<details>[\s\S]*?<\/details>/g)]);
    return change(block.index + below(block[0].length));
  }

  function onEntries(text: string, change: (lines: readonly string[], at: number) => readonly string[]): string {
    const lines = text.split("\n");
    return change(lines, pick(entryLines(lines))).join("\n");
  }

  function swapLines(lines: readonly string[], at: number): readonly string[] {
    const other = pick(entryLines(lines).filter((line) => line !== at));
    return lines.with(at, lines[other] ?? "").with(other, lines[at] ?? "");
  }

  /** A value changed so that the line stays a canonical entry. */
  function rewriteField(lines: readonly string[], at: number): readonly string[] {
    const flip = (start: string) => `${start.slice(0, -1)}${start.endsWith("0") ? "1" : "0"}`;
    const changes: readonly ((line: string) => string)[] = [
      (line) => line.replace(/"actor":"[^"]*"/, '"actor":"mallory"'),
      (line) => line.replace(/"at":"2026/, '"at":"2025'),
      (line) => line.replace(/"hash":"./, flip),
      (line) => line.replace(/"prev":"./, flip),
      (line) => line.replace(/"reason":(?:null|"[^"]*")/, '"reason":"forged"'),
      (line) => line.replace(/"seq":\d+/, '"seq":99'),
    ];
    return lines.with(at, pick(changes)(lines[at] ?? ""));
  }

  /** Changes one chain before its last entry, and writes the block as we would. */
  function mended(
    incident: Incident,
    change: (entries: readonly RecordEntry[], at: number) => readonly RecordEntry[],
  ): string {
    const which = pick(["app", "respond"] as const);
    const entries = incident[which];
    return textOf({ ...incident, [which]: change(entries, below(entries.length - 1)) });
  }

  function otherThan(character: string): string {
    return pick([...'ax09 "{'].filter((other) => other !== character));
  }
}

export function textOf({ app, respond }: Incident): string {
  return `# A page\n\n${encodeBlock(app)}\n\nA comment\n\n${encodeBlock(respond)}\n`;
}

/**
 * Both chains written anew from the start by somebody who can run our code: other times, every hash right again, and the App's
 * chain naming the forged one.
 */
export function rewritten({ app, respond }: Incident): Incident {
  const forged = rehash(respond);
  const head = headOf(forged);
  return {
    respond: forged,
    app: rehash(app.map((entry) => (entry.cross && head ? { ...entry, cross: head } : entry))),
  };
}

function rehash(entries: readonly RecordEntry[]): readonly RecordEntry[] {
  return entries.reduce<readonly RecordEntry[]>((known, entry) => {
    const { v: _v, seq: _seq, prev: _prev, hash: _hash, repo, incident, chain, ...fact } = entry;
    return chained(known, { repo, incident, chain }, { ...fact, at: fact.at.replace("2026-11-23", "2026-11-24") });
  }, []);
}

function swapEntries(entries: readonly RecordEntry[], at: number): readonly RecordEntry[] {
  const [first, second] = [entries[at], entries[at + 1]];
  return first && second ? entries.with(at, second).with(at + 1, first) : entries;
}

/** A copy of an entry, given the number and the link that belong where it is put. */
function insertEntry(entries: readonly RecordEntry[], at: number): readonly RecordEntry[] {
  const before = entries.slice(0, at + 1);
  const { v: _v, seq: _seq, prev: _prev, hash: _hash, repo, incident, chain, ...fact } = entries[at] ?? never();
  return [...chained(before, { repo, incident, chain }, fact), ...entries.slice(at + 1)];
}

function entryLines(lines: readonly string[]): readonly number[] {
  return lines.flatMap((line, index) => (line.startsWith("{") ? [index] : []));
}

function splice(text: string, at: number, remove: number, insert: string): string {
  return text.slice(0, at) + insert + text.slice(at + remove);
}

function way(name: string, tamper: Way["tamper"]): Way {
  return { name, tamper };
}

function never(): never {
  throw new Error("invariant: an entry that is not there");
}
