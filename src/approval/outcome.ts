import type { Reason } from "../incident/reason.ts";
import type { RemoteAnswer } from "../kernel/remote-answer.ts";
import type { Secret } from "../kernel/secret.ts";

/** What one look at a request told us. What is not recognised is `refused`, never a yes; and a token alone is no yes yet. */
export type PollOutcome =
  | { readonly kind: "token"; readonly accessToken: Secret }
  | { readonly kind: "pending" }
  | { readonly kind: "slow-down"; readonly retryAfterMs: number | null }
  /** No answer, or one that says nothing about the request: the push still lives. */
  | { readonly kind: "try-again"; readonly why: string; readonly retryAfterMs: number | null }
  | { readonly kind: "denied" }
  | { readonly kind: "expired" }
  | { readonly kind: "refused"; readonly reason: Reason; readonly detail: string };

/** Pure. `now` is when the answer came, `expiresAt` is our own clock's end of the push, which is never after the server's. */
export function readOutcome(
  answer: RemoteAnswer<{ readonly accessToken: Secret }>,
  now: number,
  expiresAt: number,
): PollOutcome {
  if (answer.kind === "ok") return { kind: "token", accessToken: answer.value.accessToken };
  if (answer.kind === "no-answer") return { kind: "try-again", why: answer.why, retryAfterMs: null };
  const { status, error, description, retryAfterMs } = answer;
  const detail = `${status} ${error ?? ""} ${description ?? ""}`.trim();
  if (error === "slow_down") return { kind: "slow-down", retryAfterMs };
  if (error === "authorization_pending") return { kind: "pending" };
  if (status === 429 || status >= 500) return { kind: "try-again", why: detail, retryAfterMs };
  // Auth0 answers a bad client credential with the same `access_denied` as a person's no; only the status tells them apart.
  if (status === 401 && error !== "invalid_grant" && error !== "expired_token")
    return { kind: "refused", reason: "client-rejected", detail };
  if (error === "invalid_client") return { kind: "refused", reason: "client-rejected", detail };
  if (error === "expired_token") return { kind: "expired" };
  // Auth0 says `access_denied` for a no and for an expiry alike.
  if (error === "access_denied") return { kind: now < expiresAt ? "denied" : "expired" };
  if (error === "invalid_grant" && now >= expiresAt) return { kind: "expired" };
  return { kind: "refused", reason: "auth0-refused", detail };
}
