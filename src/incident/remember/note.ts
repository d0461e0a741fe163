import type { Memory } from "../memory.ts";
import { chained, type RecordEntry, type RecordFact } from "../record.ts";

/** What the record says of an event; without more, the App did it and there was nothing to give a reason for. */
export type Fact = Pick<RecordFact, "kind"> & Partial<Omit<RecordFact, "kind" | "at">>;

/** Adds an event once, to the timeline and to the record. The oldest of the middle go first when there is no room. */
export function note(memory: Memory, at: string, text: string, fact: Fact): Memory {
  const said = text.slice(0, 300);
  if (memory.timeline.some((entry) => entry.text === said)) return memory;
  const timeline = [...memory.timeline, { at, text: said }];
  const room = timeline.length > MOST_EVENTS ? [...timeline.slice(0, 5), ...timeline.slice(6)] : timeline;
  return { ...memory, timeline: room, record: recorded(memory, at, fact) };
}

/** A chain can lose none of its entries, so a full one takes no more; the check run has room for no longer one. */
function recorded({ record = [], repoId, incident }: Memory, at: string, fact: Fact): RecordEntry[] {
  const last = record.at(-1);
  if (record.length >= MOST_ENTRIES) return record;
  // Replicas' clocks may differ by a little.
  const time = last && last.at > at ? last.at : at;
  const origin = { repo: repoId, incident, chain: "app" };
  return [...chained(record, origin, { at: time, actor: "app", reason: null, ...fact })];
}

/** A GitHub login, as far as the record takes one. */
export function actorOf(by: string): Partial<Fact> {
  return ACTOR.test(by) ? { actor: by } : {};
}

const ACTOR = /^[A-Za-z0-9](?:[A-Za-z0-9-]|\[bot\]){0,60}$/;
const MOST_ENTRIES = 48;
/** With the record beside it the memory must fit into a check run's text: 65,535 characters. */
const MOST_EVENTS = 50;
