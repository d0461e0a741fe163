import { errors } from "oidc-provider";
import type { Refusal } from "./asking.ts";
import type { PollOutcome, Pushed } from "./inbox.ts";

/** An error in Auth0's words, with whatever else its answer carries. */
export class TenantRefusal extends errors.CustomOIDCProviderError {
  readonly extra: Readonly<Record<string, unknown>>;
  readonly answerHeaders: Readonly<Record<string, string>>;

  constructor(
    status: number,
    refusal: Refusal,
    extra: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(refusal.error, refusal.description);
    this.status = status;
    this.statusCode = status;
    this.extra = extra;
    this.answerHeaders = headers;
  }
}

export function refuseAsk(refusal: Refusal): TenantRefusal {
  return new TenantRefusal(400, refusal);
}

/** What a poll that gets no token is told. */
export function refusePoll(
  outcome: Exclude<PollOutcome, "approved">,
  pushed: Pushed,
  expiredAs: "access_denied" | "expired_token" | "invalid_grant",
): TenantRefusal {
  switch (outcome) {
    case "pending":
      return refusal(400, "authorization_pending", "The end-user authorization is pending");
    case "slow-down": {
      const seconds = Math.max(1, Math.ceil(pushed.interval));
      return new TenantRefusal(
        400,
        {
          error: "slow_down",
          description: `You are polling faster than allowed. Try again in ${seconds} seconds.`,
        },
        { interval: pushed.interval },
        { "retry-after": String(seconds) },
      );
    }
    case "denied":
      return refusal(403, "access_denied", DENIED);
    case "expired":
      return refuseExpired(expiredAs);
    case "used":
      return refusal(400, "invalid_grant", "Invalid or expired auth_req_id");
  }
}

function refuseExpired(as: "access_denied" | "expired_token" | "invalid_grant"): TenantRefusal {
  switch (as) {
    case "access_denied":
      return refusal(403, as, DENIED);
    case "expired_token":
      return refusal(400, as, "The auth_req_id has expired");
    case "invalid_grant":
      return refusal(401, as, "Invalid or expired auth_req_id");
  }
}

function refusal(status: number, error: string, description: string): TenantRefusal {
  return new TenantRefusal(status, { error, description });
}

const DENIED = "The end-user denied the authorization request or it has been expired";

export type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

/** The protocol library's own errors, as Auth0 would word them. */
export function inAuth0Words(status: number, body: Readonly<Record<string, unknown>>): Answer {
  const description = String(body.error_description ?? "");
  const say = (code: number, error: string, words: string): Answer => ({
    status: code,
    body: { error, error_description: words },
  });
  switch (body.error) {
    case "invalid_client":
      // The same code as a person's "no": a client must tell them apart by the status.
      return say(401, "access_denied", "Unauthorized");
    case "invalid_authorization_details":
      return say(400, "invalid_request", `authorization_details: ${description}`);
    case "invalid_target":
      return say(400, "invalid_request", description);
    case "unsupported_grant_type":
      return say(403, "unsupported_grant_type", "Unsupported grant type");
    case "invalid_grant":
      return say(400, "invalid_grant", "Invalid or expired auth_req_id");
    case "invalid_request":
      return description.endsWith("is not allowed for this client")
        ? say(403, "unauthorized_client", "Grant type not allowed for the client.")
        : { status, body };
    default:
      return { status, body };
  }
}
