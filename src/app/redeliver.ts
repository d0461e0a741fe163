import { z } from "zod";
import type { GitHubApp } from "../adapters/github-app.ts";
import { EVENTS } from "../incident/registration.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "./log.ts";

/**
 * Asks GitHub to send failed deliveries again, which it never does by itself: a command somebody wrote while we were down is
 * found by nothing else. It must never ask for ever.
 */
const Delivery = z.looseObject({
  id: z.int(),
  guid: z.string(),
  status: z.string(),
  event: z.string(),
  delivered_at: z.string(),
});
type Delivery = z.infer<typeof Delivery>;

const MOST_ATTEMPTS = 4;
/** One that young may still be under way. */
const SETTLED_MS = 15_000;
const MOST_AT_ONCE = 50;
/** Of a hundred deliveries each: what a busy App gets while it is away for some minutes. */
const MOST_PAGES = 20;

export async function redeliverFailed(github: GitHubApp, clock: Clock, log: Log): Promise<void> {
  const deliveries = await github.listAsApp("/app/hook/deliveries", Delivery, MOST_PAGES);
  for (const delivery of lost(deliveries, clock.now())) {
    const about = { delivery: delivery.guid, event: delivery.event };
    log.info(about, "asks for a failed delivery again");
    await github
      .asApp("POST", `/app/hook/deliveries/${delivery.id}/attempts`, z.unknown())
      // One that GitHub cannot send any more must not keep the others from being sent.
      .catch((error: unknown) => log.warn({ ...about, err: error }, "a failed delivery was not sent again"));
  }
}

/** The last attempt of each delivery of which none arrived. */
function lost(deliveries: readonly Delivery[], now: number): readonly Delivery[] {
  const byGuid = Map.groupBy(deliveries, ({ guid }) => guid);
  return [...byGuid.values()]
    .flatMap((attempts) => {
      const newest = attempts.toSorted((a, b) => b.id - a.id)[0];
      const hasArrived = attempts.some(({ status }) => status === "OK");
      if (!newest || hasArrived || attempts.length >= MOST_ATTEMPTS || !EVENTS.has(newest.event)) return [];
      return now - Date.parse(newest.delivered_at) >= SETTLED_MS ? [newest] : [];
    })
    .slice(0, MOST_AT_ONCE);
}
