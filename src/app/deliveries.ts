import { EVENTS } from "../incident/registration.ts";
import type { Secret } from "../kernel/secret.ts";
import type { Concern, Known } from "./concern.ts";
import { concernOf } from "./concerns/concern-of.ts";
import { isSigned } from "./signature.ts";

/**
 * What stands between the network and Probot: proves the signature over the raw bytes, then drops what does not concern us
 * before it costs anything. It must never look inside a body that is not signed.
 */
export type Delivery = {
  readonly event: string | undefined;
  readonly id: string | undefined;
  readonly signature: string | undefined;
  readonly body: Buffer;
};

export type Sorted =
  | { readonly kind: "refuse"; readonly status: 400 | 401; readonly why: string }
  | { readonly kind: "drop"; readonly why: string }
  | {
      readonly kind: "take";
      readonly id: string;
      readonly event: string;
      readonly payload: unknown;
      readonly concern: Concern;
      /** What it is about, and the very bytes: either names it when it comes again. */
      readonly keys: readonly string[];
    };

export type Sorter = {
  sort(delivery: Delivery): Sorted;
  /** The event was dealt with: the same again, under whatever delivery id, needs no look. */
  settled(keys: readonly string[]): void;
};

const MOST_KEYS = 20_000;

export function createSorter(secrets: readonly Secret[], known: Known): Sorter {
  const done = new Set<string>();
  return {
    sort: ({ event, id, signature, body }) => {
      if (event === undefined || id === undefined) return { kind: "refuse", status: 400, why: "headers" };
      if (!isSigned(body, signature, secrets)) return { kind: "refuse", status: 401, why: "signature" };
      if (!EVENTS.has(event)) return { kind: "drop", why: "event" };
      if (event === "push" && !known.isAnyHeld()) return { kind: "drop", why: "not-held" };
      // The signature is that of the bytes, so the same bytes need not be read again.
      const bytes = signature ?? "";
      if (done.has(bytes)) return { kind: "drop", why: "duplicate" };
      let payload: unknown;
      try {
        payload = JSON.parse(body.toString("utf8"));
      } catch {
        return { kind: "refuse", status: 400, why: "json" };
      }
      const concern = concernOf(event, payload, known);
      if (concern.kind === "drop") return concern;
      if (done.has(concern.key)) return { kind: "drop", why: "duplicate" };
      return { kind: "take", id, event, payload, concern, keys: [concern.key, bytes] };
    },
    settled: (keys) => {
      for (const key of keys) done.add(key);
      for (const oldest of done) {
        if (done.size <= MOST_KEYS) break;
        done.delete(oldest);
      }
    },
  };
}
