import { describe, expect, test } from "vitest";
import type { Sent } from "../../src/approval/ask.ts";
import type { ApprovalServer } from "../../src/approval/server.ts";
import { waitForAnswer } from "../../src/approval/wait.ts";
import type { Clock } from "../../src/kernel/clock.ts";
import type { RemoteAnswer } from "../../src/kernel/remote-answer.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { LEAD } from "./plan.ts";

type Look = RemoteAnswer<{ readonly accessToken: Secret }>;
const PENDING: Look = {
  kind: "error",
  status: 400,
  error: "authorization_pending",
  description: null,
  retryAfterMs: null,
};
const TOKEN: Look = { kind: "ok", value: { accessToken: new Secret("token") } };
const CUT: Look = { kind: "no-answer", why: "cut" };

function slowDown(retryAfterMs: number | null): Look {
  return { kind: "error", status: 400, error: "slow_down", description: null, retryAfterMs };
}

/** A clock that jumps, and a server that answers by a script; the last answer repeats. */
function play(answers: readonly Look[], expiresAt = 300_000) {
  let now = 0;
  const looks: number[] = [];
  const stop = new AbortController();
  const clock: Clock = {
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
  };
  const server: ApprovalServer = {
    ask: async () => ({ kind: "no-answer", why: "not asked" }),
    poll: async () => {
      looks.push(now);
      return answers[looks.length - 1] ?? answers.at(-1) ?? CUT;
    },
    verify: async () => ({ kind: "invalid", why: "not asked" }),
  };
  const sent: Sent = {
    kind: "sent",
    person: LEAD,
    authReqId: new Secret("id"),
    sentAt: 0,
    answeredAt: 0,
    expiresAt,
    intervalMs: 5000,
    authorizationDetails: null,
  };
  const ticks: number[] = [];
  const wait = (startAt?: number) =>
    waitForAnswer(sent, { server, clock, signal: stop.signal, onTick: (left) => ticks.push(left) }, startAt);
  return { wait, looks, ticks, stop };
}

function gaps(looks: readonly number[]): readonly number[] {
  return looks.slice(1).map((at, i) => Math.round((at - (looks[i] ?? 0)) / 100) * 100);
}

describe("waiting", () => {
  test("looks at the server's pace", async () => {
    const { wait, looks } = play([PENDING, PENDING, PENDING, TOKEN]);
    expect(await wait()).toMatchObject({ kind: "token" });
    expect(looks[0]).toBeGreaterThanOrEqual(5000);
    expect(gaps(looks)).toEqual([5000, 5000, 5000]);
  });

  test("slows down by five seconds for good, and as long as the server asks once", async () => {
    const { wait, looks } = play([slowDown(20_000), PENDING, slowDown(null), TOKEN]);
    await wait();
    expect(gaps(looks)).toEqual([20_000, 10_000, 15_000]);
  });

  test("faults do not end it while the push lives", async () => {
    const { wait } = play([CUT, { ...PENDING, status: 502, error: null } as Look, CUT, TOKEN]);
    expect(await wait()).toMatchObject({ kind: "token" });
  });

  test("a request that is not known any more, after an answer was lost, may have been the yes: an outage, no fault of a setting", async () => {
    const gone: Look = { ...PENDING, error: "invalid_grant" } as Look;
    expect(await play([PENDING, CUT, gone]).wait()).toMatchObject({ kind: "refused", reason: "auth0-unavailable" });
    expect(await play([PENDING, gone]).wait()).toMatchObject({ kind: "refused", reason: "auth0-refused" });
  });

  test("a server that stays away until the end is an outage, not an expiry", async () => {
    const { wait } = play([CUT], 20_000);
    expect(await wait()).toMatchObject({ kind: "refused", reason: "auth0-unavailable" });
  });

  test("the last look is after the end, so a yes in the last seconds counts", async () => {
    const { wait, looks } = play([PENDING, PENDING, PENDING, TOKEN], 17_000);
    expect(await wait()).toMatchObject({ kind: "token" });
    expect(looks.at(-1)).toBeGreaterThan(17_000);
  });

  test("a server that slows us down for ever cannot hold us beyond one interval after the end", async () => {
    const { wait, looks } = play([slowDown(60_000)], 20_000);
    expect(await wait()).toEqual({ kind: "expired" });
    expect(looks.at(-1)).toBeLessThanOrEqual(25_000);
  });

  test("an earlier push is looked at before anything else", async () => {
    const { wait, looks } = play([TOKEN]);
    await wait(0);
    expect(looks).toEqual([0]);
  });

  test("a cancelled job stops waiting", async () => {
    const { wait, stop } = play([PENDING]);
    stop.abort();
    expect(await wait()).toEqual({ kind: "cancelled" });
  });
});
