import type { Reason } from "../incident/reason.ts";
import type { RemoteAnswer } from "../kernel/remote-answer.ts";
import type { Secret } from "../kernel/secret.ts";
import type { Person } from "../policy/schema.ts";
import type { ApprovalServer, AskAnswer, AskRequest } from "./server.ts";

/**
 * Sends one push to one person's phone. It must never be repeated by itself: a lost answer may have sent a push.
 */
export async function sendAsk(
  server: ApprovalServer,
  person: Person,
  request: AskRequest,
  now: () => number,
): Promise<Sent | NotSent> {
  // The push lives from when the server took it, which is after this; so our clock never outlives theirs.
  const sentAt = now();
  const answer = await server.ask(request);
  return readAsk(answer, person, request, { sentAt, answeredAt: now() });
}

/** One push under way: what a wait, or a later run, needs to know of it. Times are milliseconds since the epoch. */
export type Sent = {
  readonly kind: "sent";
  readonly person: Person;
  readonly authReqId: Secret;
  readonly sentAt: number;
  /** The server counts its interval from here at the earliest. */
  readonly answeredAt: number;
  readonly expiresAt: number;
  readonly intervalMs: number;
  readonly authorizationDetails: readonly object[] | null;
};

export type NotSent = { readonly kind: "not-sent"; readonly reason: Reason; readonly detail: string };

export function readAsk(
  answer: RemoteAnswer<AskAnswer>,
  person: Person,
  request: Pick<AskRequest, "authorizationDetails">,
  { sentAt, answeredAt }: { readonly sentAt: number; readonly answeredAt: number },
): Sent | NotSent {
  if (answer.kind === "no-answer") return { kind: "not-sent", reason: "auth0-unavailable", detail: answer.why };
  if (answer.kind === "error") {
    const detail = `${answer.status} ${answer.error ?? ""} ${answer.description ?? ""}`.trim();
    return { kind: "not-sent", reason: refusalOf(answer), detail };
  }
  const { authReqId, expiresInS, intervalS } = answer.value;
  return {
    kind: "sent",
    person,
    authReqId,
    sentAt,
    answeredAt,
    expiresAt: sentAt + expiresInS * 1000,
    intervalMs: (intervalS ?? DEFAULT_INTERVAL_S) * 1000,
    authorizationDetails: request.authorizationDetails,
  };
}

/** CIBA core 1.0 §7.3: a server that names no interval means this. */
const DEFAULT_INTERVAL_S = 5;

type ErrorAnswer = Extract<RemoteAnswer<unknown>, { kind: "error" }>;

/**
 * `invalid_request` alone says nothing at Auth0 (not enrolled, unknown user and bad parameters all use it), so its words are
 * read too. Words that are not known lead to `auth0-refused`, which prints them.
 */
function refusalOf({ status, error, description }: ErrorAnswer): Reason {
  if (status === 401 || error === "invalid_client") return "client-rejected";
  if (status === 429) return "push-limited";
  if (status >= 500) return "auth0-unavailable";
  if (error === "invalid_authorization_details") return "rar-not-registered";
  if (error === "unknown_user_id") return "approver-unknown";
  const words = (description ?? "").toLowerCase();
  return WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? "auth0-refused";
}

const WORDS: readonly (readonly [RegExp, Reason])[] = [
  [/authorization[ _]details?/, "rar-not-registered"],
  [/no eligible notification channel|push notifications set up|not enrolled|no .*enrol/, "approver-not-enrolled"],
  [/user (?:was )?not found|unknown user|user does not exist|(?:user|sub) .*(?:unknown|not exist)/, "approver-unknown"],
  [/too many|rate limit|limit (?:was |has been )?(?:reached|exceeded)/, "push-limited"],
];
