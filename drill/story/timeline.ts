import { createJournal, type Journal, type JournalEntry } from "../journal.ts";

/** The journal with the moment of every request, in milliseconds since the drill began. */
export type TimedEntry = JournalEntry & { readonly at: number };
export type Timeline = {
  readonly journal: Journal;
  readonly entries: readonly TimedEntry[];
  now(): number;
  /** Milliseconds since the last request to any stand-in. */
  quietFor(): number;
  /**
   * Resolves when nobody has asked any stand-in for anything for a moment, or after `PATIENCE_MS`. Jobs and deploys wait for it
   * as they wait for a machine, so that the App's looks fall between them however loaded this machine is.
   */
  quiet(): Promise<void>;
  onEntry(listener: (entry: TimedEntry) => void): void;
};

export function createTimeline(): Timeline {
  const start = performance.now();
  const now = () => performance.now() - start;
  const entries: TimedEntry[] = [];
  const listeners: ((entry: TimedEntry) => void)[] = [];
  const journal = createJournal((entry) => {
    const timed = { ...entry, at: now() };
    entries.push(timed);
    for (const listener of listeners) listener(timed);
  });
  const quietFor = () => now() - (entries.at(-1)?.at ?? 0);
  return {
    journal,
    entries,
    now,
    quietFor,
    quiet: async () => {
      const until = now() + PATIENCE_MS;
      while (quietFor() < QUIET_MS && now() < until) await new Promise((resolve) => setTimeout(resolve, QUIET_MS / 4));
    },
    onEntry: (listener) => {
      listeners.push(listener);
    },
  };
}

const QUIET_MS = 150;
const PATIENCE_MS = 5000;

/** First answered request that matches and did not fail, at or after `from`. */
export function firstAt(entries: readonly TimedEntry[], wanted: Wanted, from = 0): number | null {
  return entries.find((entry) => entry.at >= from && matches(entry, wanted))?.at ?? null;
}

export type Wanted = { readonly service: JournalEntry["service"]; readonly method: string; readonly path: RegExp };

export function matches(entry: JournalEntry, wanted: Wanted): boolean {
  return (
    entry.service === wanted.service &&
    entry.method === wanted.method &&
    entry.status < 400 &&
    wanted.path.test(entry.path)
  );
}

export const HOLD: Wanted = { service: "github", method: "POST", path: /\/rulesets$/ };
export const INCIDENT: Wanted = { service: "github", method: "POST", path: /\/issues$/ };
export const DISPATCH: Wanted = { service: "github", method: "POST", path: /\/dispatches$/ };
export const ASK: Wanted = { service: "auth0", method: "POST", path: /\/bc-authorize$/ };
export const REVERT: Wanted = { service: "github", method: "PATCH", path: /\/git\/refs\/heads(\/|%2F)/ };
export const RELEASE: Wanted = { service: "github", method: "DELETE", path: /\/rulesets\/\d+$/ };
