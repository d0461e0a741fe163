import type { Reason } from "../incident/reason.ts";
import type { Grant } from "./grant.ts";

/**
 * The rule on power: nobody holds any. A plan may be redeemed only with a grant for that very plan, so the first request of
 * every response is denied, and that denial is what starts the asking.
 */
export function requestPower(digest: string, grant: Grant | null): Power {
  if (grant === null || grant.digest !== digest) return { kind: "denied", reason: "step-up-required" };
  return { kind: "granted", grant };
}

export type Power =
  | { readonly kind: "denied"; readonly reason: Extract<Reason, "step-up-required"> }
  | { readonly kind: "granted"; readonly grant: Grant };
