import type { Memory } from "./memory.ts";
import type { Signal, World } from "./world.ts";

/** The worst of what fails now. */
export function failing(signals: readonly Signal[]): Signal | undefined {
  return signals
    .filter((signal) => signal.reading.kind === "failing")
    .toSorted((a, b) => a.severity.localeCompare(b.severity) || a.source.localeCompare(b.source))[0];
}

/** The source of the incident is green on a head that is not the bad one, and became so after the incident was last opened. */
export function recovered(world: World, memory: Memory): boolean {
  if (world.head === memory.badHead || world.isRedeployed) return false;
  const signal = world.signals.find(({ source }) => source === memory.source);
  if (signal?.reading.kind !== "passing") return false;
  return memory.reopenedAt === undefined || Date.parse(signal.reading.at) >= Date.parse(memory.reopenedAt);
}
