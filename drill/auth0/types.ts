import type { JWK } from "jose";
import type { Journal } from "../journal.ts";
import type { Tls } from "../tls.ts";
import type { Auth0Faults } from "./faults.ts";

/** The stand-in Auth0 tenant as tests, the drill and benchmarks see it. Its protocol side is Auth0's HTTP API. */

export type Auth0Options = {
  readonly journal: Journal;
  readonly tls: Tls;
  readonly port?: number;
  /** A custom domain, as something in front of the tenant answers to; `localhost:<port>` without one. */
  readonly domain?: string;
  /** Seconds that a client must wait between polls. Default 5. */
  readonly interval?: number;
  /** Milliseconds since the epoch, for the tenant's own rules; token lifetimes always use the machine's clock. */
  readonly now?: () => number;
  readonly clients: readonly ClientSeed[];
  readonly apis: readonly ApiSeed[];
  readonly users: readonly UserSeed[];
  /** The first signing key (private JWK, RS256); made when not given, which takes longer than all the rest. */
  readonly signingKey?: JWK;
  /** The tenant's MFA policy; `always` breaks Token Vault, as it does at Auth0. Default `never`. */
  readonly mfaPolicy?: "never" | "always";
  /** Makes provider tokens for accounts that are connected while it runs; by connection name. */
  readonly providers?: Readonly<Record<string, (user: { readonly id: string; readonly email: string }) => string>>;
  readonly phone?: {
    readonly port?: number;
    /** Also offer a button without any authenticator. The page then says in words that no biometric was taken. */
    readonly buttonAllowed?: boolean;
  };
};

type ClientCredential = { readonly publicKeyPem: string } | { readonly secret: string };

export type ClientSeed = { readonly id: string; readonly name?: string } & (
  | (ClientCredential &
      (
        | { readonly kind: "ciba" }
        /** A Custom API Client: may exchange access tokens whose audience is `audience`. */
        | { readonly kind: "custom-api"; readonly audience: string }
        /** Privileged Token Vault access; an empty allow-list lets nobody in, as at Auth0. */
        | {
            readonly kind: "worker";
            readonly grants: readonly { readonly connection: string; readonly scopes: readonly string[] }[];
            readonly ipAllowlist: readonly string[];
          }
        /** Calls the Management API with these scopes. */
        | { readonly kind: "management"; readonly scopes: readonly string[] }
      ))
  /** A program on a person's machine: logs them in with PKCE and no credential of its own. */
  | { readonly kind: "native"; readonly callbacks: readonly string[] }
);

export type ApiSeed = {
  readonly audience: string;
  readonly name?: string;
  readonly permissions: readonly string[];
  /** Registered `authorization_details` types. */
  readonly authorizationDetailsTypes: readonly string[];
};

export type UserSeed = {
  /** For example `auth0|lead`. */
  readonly id: string;
  readonly name: string;
  readonly email?: string;
  /** RBAC: permissions on the APIs that define them. */
  readonly permissions: readonly string[];
  /** Guardian: only `confirmed` can be reached by push. */
  readonly enrolled: "confirmed" | "pending" | "none";
  /** Connection name → gives a fresh provider token; called only when the vault exchanges. */
  readonly connected: Readonly<Record<string, () => string>>;
};

/** One push as the phone shows it. */
export type PhoneRequest = {
  /** Known to the phone alone; it is not the `auth_req_id`. */
  readonly id: string;
  readonly user: { readonly id: string; readonly name: string };
  readonly client: { readonly id: string; readonly name: string };
  readonly bindingMessage: string;
  readonly audience: string | null;
  readonly scope: string;
  readonly details: readonly Readonly<Record<string, unknown>>[];
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
  readonly expiresAt: number;
};

export type Decision = "approve" | "deny";

/** A line of the tenant's log, with Auth0's event types. */
export type TenantLog = {
  readonly type:
    | "ciba_start_succeeded"
    | "ciba_start_failed"
    | "ciba_exchange_succeeded"
    | "ciba_exchange_failed"
    | "seta"
    | "feta";
  /** ISO 8601. */
  readonly date: string;
  readonly clientId: string;
  readonly userId: string | null;
  readonly details: Readonly<Record<string, unknown>>;
};

export type Auth0 = {
  /** `localhost:<port>`, or the custom domain; the SDKs add `https://`. */
  readonly domain: string;
  /** `https://`, the domain, and a slash. */
  readonly issuer: string;
  readonly phoneUrl: string;
  /** Requests that wait for an answer, oldest first. */
  inbox(): readonly PhoneRequest[];
  /** Throws when no such request waits. */
  decide(requestId: string, decision: Decision, how: "button" | "passkey"): Promise<void>;
  /** Called when a push arrives and when one is answered, not when it expires; gives the way to stop listening. */
  onRequest(listener: (request: PhoneRequest, event: "arrived" | "approved" | "denied") => void): () => void;
  readonly faults: Auth0Faults;
  readonly logs: readonly TenantLog[];
  /** The next signing key comes into use; the one before still verifies. */
  rotateKeys(): Promise<void>;
  close(): Promise<void>;
};
