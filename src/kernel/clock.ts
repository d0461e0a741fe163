import { setTimeout as delay } from "node:timers/promises";

/** Time as a port: milliseconds since the Unix epoch, and a sleep that an abort ends early by throwing. */
export type Clock = {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal ? { signal } : {});
  },
};

/**
 * Time that only grows, for a job of some minutes in which an approval must not become younger again: neither by a clock that is
 * set back, nor by a machine that slept.
 */
export function steadyClock(wall: () => number = Date.now, uptime: () => number = () => performance.now()): Clock {
  const [startedAt, startedUp] = [wall(), uptime()];
  let latest = startedAt;
  return {
    now: () => {
      latest = Math.max(latest, wall(), Math.floor(startedAt + uptime() - startedUp));
      return latest;
    },
    sleep: systemClock.sleep,
  };
}

/** ISO 8601 in UTC, to the second: the one form in which a person or a record reads a time. */
export function isoTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
