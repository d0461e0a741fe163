import { canonicalJson } from "../../kernel/digest.ts";
import type { Memory } from "../memory.ts";
import { chained, type RecordEntry, type RecordFact } from "../record.ts";

/** What the record says of an event; without more, the App did it and there was nothing to give a reason for. */
export type Fact = Pick<RecordFact, "kind"> & Partial<Omit<RecordFact, "kind" | "at">>;

/** Adds what is true in every look from now on, once. */
export function note(memory: Memory, at: string, text: string, fact: Fact): Memory {
  return isNoted(memory, text) ? memory : append(memory, at, text, fact);
}

/**
 * Adds an event to the timeline and to the record; what happens twice stands there twice, so the caller must know that it
 * happened now. The oldest of the middle go first when there is no room.
 */
export function append(memory: Memory, at: string, text: string, fact: Fact): Memory {
  const timeline = [...memory.timeline, { at, text: text.slice(0, MOST_CHARS) }];
  const isTooLong = () => timeline.length > MOST_EVENTS || canonicalJson(timeline).length > MOST_TIMELINE;
  while (timeline.length > KEPT_FIRST && isTooLong()) timeline.splice(KEPT_FIRST, 1);
  return { ...memory, timeline, record: recorded(memory, at, fact) };
}

export function isNoted({ timeline }: Memory, text: string): boolean {
  const said = text.slice(0, MOST_CHARS);
  return timeline.some((entry) => entry.text === said);
}

const MOST_CHARS = 300;

/** A chain can lose none of its entries, so the last for which there is room says that no more are taken. */
function recorded(memory: Memory, at: string, fact: Fact): RecordEntry[] {
  const { record = [], repoId, incident } = memory;
  if (isFull(memory)) return record;
  const last = record.at(-1);
  // Replicas' clocks may differ by a little.
  const time = last && last.at > at ? last.at : at;
  const origin = { repo: repoId, incident, chain: "app" };
  const said: Fact = record.length === MOST_ENTRIES - 1 ? { kind: "noted", reason: "record-full" } : fact;
  return [...chained(record, origin, { at: time, actor: "app", reason: null, ...said })];
}

/** It takes no more entries. */
export function isFull({ record = [] }: Memory): boolean {
  return record.length >= MOST_ENTRIES;
}

/** A GitHub login, as far as the record takes one. */
export function actorOf(by: string): Partial<Fact> {
  return ACTOR.test(by) ? { actor: by } : {};
}

const ACTOR = /^[A-Za-z0-9](?:[A-Za-z0-9-]|\[bot\]){0,60}$/;
const MOST_ENTRIES = 48;
/**
 * With a policy, the record and all else as long as they may be, the memory must fit into a check run's text: 65,535 characters.
 * One that does not fit cannot be written, and what cannot be remembered is not let go.
 */
const MOST_EVENTS = 50;
const MOST_TIMELINE = 8000;
/** How it began is never dropped. */
const KEPT_FIRST = 5;
