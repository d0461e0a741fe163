import { setTimeout as sleep } from "node:timers/promises";
import { createFaults, type Faults } from "../faults.ts";
import { HttpError, isRecord, type Reply } from "./http.ts";
import type { State } from "./state.ts";

/**
 * What may go wrong between a caller and GitHub, switched on for one operation or for all. A fault must never be kinder than
 * no fault: it changes answers and deliveries, and what git or the state holds only as its sentence says.
 */

/** Switches of each operation: `github.faults.of("POST /repos/{owner}/{repo}/issues")`, and of all: `github.faults.all`. */
export const OPERATION_FAULTS = {
  latencyMs: { off: 0, says: "Every answer comes this many milliseconds late" },
  refuse: { off: false, says: "Every connection is cut before anything happened" },
  failBefore: { off: 0, says: "The next so many requests are answered `failStatus`; nothing happened" },
  failAfter: { off: 0, says: "The next so many requests take effect, but are answered `failStatus`" },
  failStatus: { off: 502, says: "Status of `failBefore` and `failAfter`" },
  hangBefore: { off: 0, says: "The next so many requests get no answer; nothing happened" },
  hangAfter: { off: 0, says: "The next so many requests take effect, but get no answer" },
  loseAnswer: { off: 0, says: "The next so many requests take effect, then the connection is cut" },
  primaryLimit: {
    off: 0,
    says: "The next so many requests meet the hourly limit: 403, nothing remaining, reset in a minute",
  },
  secondaryLimit: { off: 0, says: "The next so many requests meet the secondary limit: 403" },
  retryAfterSeconds: {
    off: 60 as number | null,
    says: "Retry-After of `secondaryLimit`; null: the header is absent",
  },
  staleMs: {
    off: 0,
    says: "Reads repeat what they answered within this time, and do not show what was made within it",
  },
  truncate: { off: 0, says: "The next so many answers end in the middle of the body, with the connection" },
  malform: { off: 0, says: "The next so many answers are whole for HTTP, but only the first half of the JSON" },
} as const;
export type OperationFaults = Faults<typeof OPERATION_FAULTS>;

/** Switches of webhooks: `github.faults.webhooks`. */
export const WEBHOOK_FAULTS = {
  delayMs: { off: 0, says: "Every delivery starts this many milliseconds late" },
  drop: { off: 0, says: "The next so many deliveries are lost; not even the list of deliveries shows them" },
  duplicate: { off: 0, says: "The next so many deliveries are made twice, with the same GUID" },
  reorder: { off: 0, says: "The next so many deliveries come after the one that follows them" },
  badSignature: { off: 0, says: "The next so many deliveries are signed with another secret" },
} as const;
export type WebhookFaults = Faults<typeof WEBHOOK_FAULTS>;

export type GitHubFaults = {
  readonly all: OperationFaults;
  /** Of one operation in GitHub's description, or `git-info-refs`, `git-upload-pack`, `git-receive-pack`. Throws for any other name. */
  of(operation: string): OperationFaults;
  readonly webhooks: WebhookFaults;
  /** Faults armed for a number of times that have not happened yet: a test that left some did not test them. */
  unused(): readonly string[];
};

const COUNTED = [
  "failBefore",
  "failAfter",
  "hangBefore",
  "hangAfter",
  "loseAnswer",
  "primaryLimit",
  "secondaryLimit",
  "truncate",
  "malform",
] as const;
type Counted = (typeof COUNTED)[number];
const COUNTED_WEBHOOKS = ["drop", "duplicate", "reorder", "badSignature"] as const;

export function createGitHubFaults(operations: readonly string[]): GitHubFaults {
  const all = createFaults(OPERATION_FAULTS);
  const webhooks = createFaults(WEBHOOK_FAULTS);
  const single = new Map<string, OperationFaults>();
  const known = new Set([...operations, "git-info-refs", "git-upload-pack", "git-receive-pack"]);
  return {
    all,
    webhooks,
    of: (operation) => {
      if (!known.has(operation)) throw new Error(`invariant: no operation is called ${operation}`);
      const existing = single.get(operation) ?? createFaults(OPERATION_FAULTS);
      single.set(operation, existing);
      return existing;
    },
    unused: () => [
      ...[...single, ["all", all] as const].flatMap(([name, switches]) =>
        COUNTED.filter((kind) => switches[kind] > 0).map((kind) => `${name}: ${kind} ${switches[kind]}`),
      ),
      ...COUNTED_WEBHOOKS.filter((kind) => webhooks[kind] > 0).map((kind) => `webhooks: ${kind} ${webhooks[kind]}`),
    ],
  };
}

/** How an exchange ends when there is no whole reply. */
export type Broken = { readonly broken: "cut" | "silence" } | { readonly broken: "truncated"; readonly reply: Reply };

/** Plays the exchange under the switches of its operation and of all. `act` takes effect when it is called. */
export async function disturb(state: State, operation: string, act: () => Promise<Reply>): Promise<Reply | Broken> {
  const switches = [state.faults.of(operation), state.faults.all];
  const happens = (kind: Counted) => switches.find((each) => taken(each, kind));
  const late = Math.max(...switches.map(({ latencyMs }) => latencyMs));
  if (late > 0) await sleep(late);
  if (switches.some(({ refuse }) => refuse)) return { broken: "cut" };
  if (happens("hangBefore")) return { broken: "silence" };
  const before = happens("failBefore");
  if (before) return failure(before.failStatus);
  if (happens("primaryLimit")) return primaryLimit(state);
  const limited = happens("secondaryLimit");
  if (limited) return secondaryLimit(limited.retryAfterSeconds);
  const reply = await act().catch((error: unknown) => {
    if (error instanceof HttpError) return error.reply;
    throw error;
  });
  if (happens("hangAfter")) return { broken: "silence" };
  if (happens("loseAnswer")) return { broken: "cut" };
  const after = happens("failAfter");
  if (after) return failure(after.failStatus);
  if (happens("truncate")) return { broken: "truncated", reply };
  if (happens("malform")) return { ...reply, text: half(reply) };
  return reply;
}

function taken(switches: Record<Counted, number>, kind: Counted): boolean {
  if (switches[kind] <= 0) return false;
  switches[kind] -= 1;
  return true;
}

export function half({ text, body }: Reply): string {
  const whole = text ?? JSON.stringify(body ?? "");
  return whole.slice(0, Math.ceil(whole.length / 2));
}

function failure(status: number): Reply {
  return { status, text: "<html><body><h1>Unicorn!</h1></body></html>", headers: { "content-type": "text/html" } };
}

/** As github.com words its two limits. */
function primaryLimit(state: State): Reply {
  const reset = Math.floor(state.now() / 1000) + 60;
  const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-used": "5000", "x-ratelimit-reset": String(reset) };
  return new HttpError(403, "API rate limit exceeded for installation.", {}, headers).reply;
}

function secondaryLimit(retryAfter: number | null): Reply {
  const message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
  return new HttpError(403, message, {}, retryAfter === null ? {} : { "retry-after": String(retryAfter) }).reply;
}

/** A read under `staleMs`: what was answered lately, else the present without what is younger. */
export async function staleRead(
  state: State,
  operation: string,
  key: string,
  act: () => Promise<Reply>,
): Promise<Reply> {
  const staleMs = Math.max(state.faults.of(operation).staleMs, state.faults.all.staleMs);
  if (staleMs <= 0) return act();
  const since = state.now() - staleMs;
  const earlier = state.answers.get(key);
  if (earlier && earlier.at >= since) return earlier.reply;
  const reply = withoutYounger(state, await act(), since);
  state.answers.set(key, { at: state.now(), reply });
  return reply;
}

function withoutYounger(state: State, reply: Reply, since: number): Reply {
  const { body } = reply;
  const isOld = (item: unknown) =>
    !isRecord(item) || typeof item.id !== "number" || (state.madeAt.get(item.id) ?? 0) < since;
  if (Array.isArray(body)) return { ...reply, body: body.filter(isOld) };
  if (!isRecord(body)) return reply;
  if (!isOld(body)) return new HttpError(404, "Not Found").reply;
  const shown = Object.entries(body).map(([name, value]) => [name, Array.isArray(value) ? value.filter(isOld) : value]);
  return { ...reply, body: Object.fromEntries(shown) };
}
