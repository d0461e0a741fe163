import type { Faults } from "../faults.ts";

type ExpiredAs = "access_denied" | "expired_token" | "invalid_grant";
/** What is wrong with the access token that a poll returns after a yes. */
export type Forgery =
  | "none"
  | "wrong-key"
  | "other-subject"
  | "other-audience"
  | "other-issuer"
  | "other-details"
  | "no-details"
  | "no-scope"
  | "expired"
  | "unsigned";

export const AUTH0_FAULTS = {
  refuse: { off: false, says: "Every connection is cut, as when the tenant cannot be reached" },
  refuseVault: { off: false, says: "Token exchanges are cut without an answer; everything else works" },
  latencyMs: { off: 0, says: "Every answer comes this many milliseconds late" },
  failNext: { off: 0, says: "The next so many requests are answered with `failStatus`" },
  failStatus: { off: 502, says: "Status of `failNext`; 429 comes with Retry-After" },
  rejectClients: {
    off: false,
    says: "Every client credential is refused: 401 `access_denied`, the code of a person's no",
  },
  expiredAs: {
    off: "access_denied" as ExpiredAs,
    says: "How an expired request answers a poll: `access_denied`, `expired_token` or `invalid_grant`",
  },
  pollAlwaysSlow: { off: false, says: "Every poll of a waiting request is answered `slow_down`" },
  loseAnswer: { off: 0, says: "The next so many answers of /oauth/token are lost after they took effect" },
  forge: {
    off: "none" as Forgery,
    says: "The access token after a yes is wrong in one way: key, subject, audience, issuer, details, scope, expiry, signature",
  },
  detailsNotSupported: { off: false, says: "No API knows any `authorization_details` type" },
  reconnect: { off: false, says: "The provider refuses to renew a connected account's token" },
  vaultSwapsUser: { off: false, says: "The vault releases the token of another connected user" },
  phoneUnreachable: { off: false, says: "The push reaches no phone, though it was accepted" },
} as const;

export type Auth0Faults = Faults<typeof AUTH0_FAULTS>;
