/**
 * How GitHub says that it is asked too much, and how long it wants to be left alone. Asking on meanwhile may get an App banned,
 * so where it names no time, a minute is waited, as its documentation asks.
 */
export type Refused = {
  readonly status: number;
  /** By lower-case name; null where it was not sent. */
  readonly header: (name: string) => string | null;
  /** GitHub's own words. */
  readonly said: string;
};

/** The allowance of the hour is used up, or something was asked too often within a minute. */
export function isLimit({ status, header, said }: Refused): boolean {
  if (status === 429) return true;
  const isNamed = header("retry-after") !== null || header("x-ratelimit-remaining") === "0" || /rate limit/i.test(said);
  return status === 403 && isNamed;
}

/** In milliseconds from `now` (milliseconds since the epoch); null where GitHub neither names a time nor limits us. */
export function waitAsked(refused: Refused, now: number): number | null {
  const { header } = refused;
  const after = Number(header("retry-after"));
  if (after > 0) return after * 1000;
  if (!isLimit(refused)) return null;
  const reset = Number(header("x-ratelimit-reset")) * 1000;
  return header("x-ratelimit-remaining") === "0" && reset > now ? reset - now : MINUTE_MS;
}

const MINUTE_MS = 60_000;
