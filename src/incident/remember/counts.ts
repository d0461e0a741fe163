import type { Memory } from "../memory.ts";
import type { Incident, World } from "../world.ts";

/** The memory has little room for long names, and a page for many. */
const MOST_SOURCES = 20;
const MOST_CHARS = 200;

/**
 * How many failures of the bad head there are, as GitHub lists them and never as they were delivered, so that duplicates and
 * replicas change nothing. The most that was seen at once stays: a check that is run again takes its failure out of the list.
 */
export function counted(memory: Memory, world: World, { badHead }: Incident): Memory {
  if (world.head !== badHead || memory.state === "closed") return memory;
  const known = memory.failures ?? {};
  const seen = world.signals
    .filter(({ source, reading }) => reading.kind === "failing" && source.length <= MOST_CHARS)
    .map(({ source, failures }) => [source, Math.max(1, failures, known[source] ?? 0)] as const);
  if (seen.length === 0) return memory;
  const failures = Object.fromEntries([...new Map([...Object.entries(known), ...seen])].slice(0, MOST_SOURCES));
  return { ...memory, failures };
}
