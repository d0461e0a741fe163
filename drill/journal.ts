/** One line per request to any stand-in, in the order they were answered. */
export type JournalEntry = {
  readonly service: "github" | "auth0" | "slack" | "gemini";
  readonly method: string;
  readonly path: string;
  /** Who asked, as the stand-in authenticated them: `app`, `installation[administration:write]`, `job:respond`, `user:lead`. */
  readonly actor: string;
  readonly status: number;
};

export type Journal = { readonly entries: readonly JournalEntry[]; record(entry: JournalEntry): void };

export function createJournal(onEntry: (entry: JournalEntry) => void = () => {}): Journal {
  const entries: JournalEntry[] = [];
  return {
    entries,
    record: (entry) => {
      entries.push(entry);
      onEntry(entry);
    },
  };
}
