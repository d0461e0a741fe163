import type { Clock } from "../kernel/clock.ts";

/**
 * GitHub's limits on creating content (80 a minute, 500 an hour, shared by everything an installation does), kept with room
 * to spare. The hold never passes here. It must never drop what waits.
 */
export type Pace = {
  /** Resolves when one more content-creating call may be sent. */
  turn(): Promise<void>;
  /** GitHub asked for a pause. */
  pause(ms: number): void;
};

/** Calls that may go at once, and how long one takes to come back. */
const BURST = 40;
const REFILL_MS = 1200;
const BURST_HOUR = 400;
const REFILL_HOUR_MS = 9000;

export function createPace(clock: Clock): Pace {
  const minute = bucket(BURST, REFILL_MS, clock.now());
  const hour = bucket(BURST_HOUR, REFILL_HOUR_MS, clock.now());
  let pausedUntil = 0;
  let line: Promise<void> = Promise.resolve();
  const step = async () => {
    const now = clock.now();
    const wait = Math.max(minute.waitMs(now), hour.waitMs(now), pausedUntil - now);
    if (wait > 0) await clock.sleep(wait);
    minute.take(clock.now());
    hour.take(clock.now());
  };
  return {
    turn: () => {
      const mine = line.then(step);
      line = mine.catch(() => {});
      return mine;
    },
    pause: (ms) => {
      pausedUntil = Math.max(pausedUntil, clock.now() + ms);
    },
  };
}

function bucket(size: number, refillMs: number, start: number) {
  let left = size;
  let at = start;
  const refill = (now: number) => {
    left = Math.min(size, left + (now - at) / refillMs);
    at = now;
  };
  return {
    waitMs: (now: number) => {
      refill(now);
      return left >= 1 ? 0 : (1 - left) * refillMs;
    },
    take: (now: number) => {
      refill(now);
      left -= 1;
    },
  };
}
