import type { Memory } from "./memory.ts";

/** When people are to be called at the latest, in milliseconds since the epoch. */
export function callTime(memory: Memory): number {
  return Date.parse(memory.callAt ?? later(memory.openedAt, memory.policy.limits.callPeopleAfterMinutes));
}

/** ISO 8601 UTC, to the second. */
export function later(at: string, minutes: number): string {
  return `${new Date(Date.parse(at) + minutes * 60_000).toISOString().slice(0, 19)}Z`;
}
