import type { RemoteAnswer } from "../kernel/remote-answer.ts";
import type { Secret } from "../kernel/secret.ts";

/** What the approval stage needs of the authorization server. It answers raw; nothing here decides what is a yes. */
export type ApprovalServer = {
  ask(request: AskRequest): Promise<RemoteAnswer<AskAnswer>>;
  /** One look at one request; never waits. */
  poll(authReqId: Secret, signal: AbortSignal): Promise<RemoteAnswer<{ readonly accessToken: Secret }>>;
  /** Checks signature, issuer, audience and expiry against the server's published keys. */
  verify(accessToken: Secret): Promise<TokenCheck>;
};

export type TokenCheck =
  | { readonly kind: "claims"; readonly claims: unknown }
  | { readonly kind: "invalid"; readonly why: string }
  | { readonly kind: "no-answer"; readonly why: string };

export type AskRequest = {
  /** Auth0 user id of the person asked. */
  readonly user: string;
  readonly scope: string;
  readonly bindingMessage: string;
  /** Null only under the loudly named setting `approval.codeAlone`. */
  readonly authorizationDetails: readonly object[] | null;
  readonly expiresInS: number;
};

export type AskAnswer = {
  readonly authReqId: Secret;
  readonly expiresInS: number;
  /** Null where the server names none; then 5 s. */
  readonly intervalS: number | null;
};
