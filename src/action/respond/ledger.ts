import { type ChainOrigin, chained, headOf, type RecordEntry, type RecordFact } from "../../incident/record.ts";
import { type Clock, isoTime } from "../../kernel/clock.ts";

/** This attempt's own chain of records, kept in its own comment. */
export type Ledger = {
  add(fact: Omit<RecordFact, "at" | "actor">): void;
  readonly entries: () => readonly RecordEntry[];
  /** Hash of the last entry; null while there is none. */
  readonly head: () => string | null;
};

export function createLedger(origin: ChainOrigin, clock: Clock): Ledger {
  let entries: readonly RecordEntry[] = [];
  return {
    add: (fact) => {
      entries = chained(entries, origin, { ...fact, at: isoTime(clock.now()), actor: "respond" });
    },
    entries: () => entries,
    head: () => headOf(entries)?.head ?? null,
  };
}
