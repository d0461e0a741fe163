import type { Policy } from "../policy/schema.ts";

/** What a tenant is, as its administrator sees it, and what it is wished to be: names and shapes, nothing that asks. */
export const CIBA_GRANT = "urn:openid:params:grant-type:ciba";
export const VAULT_GRANT = "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token";

/** What `sentinel connect` may do in the name of the person who signs in. */
export const CONNECT_SCOPES: readonly string[] = ["create:me:connected_accounts", "read:me:connected_accounts"];

/** The audience of Auth0's own My Account API. */
export function myAccountOf(domain: string): string {
  return `https://${domain}/me/`;
}

/** What was seen of a tenant; null where it does not exist. */
export type TenantFacts = {
  readonly discovery: { readonly issuer: string; readonly hasCiba: boolean; readonly keys: number } | null;
  /** Whether Auth0 takes the asking client's own credential; null when it could not be tried. */
  readonly takesKey: boolean | null;
  readonly api: {
    readonly id: string;
    readonly scopes: readonly string[];
    readonly detailsTypes: readonly string[];
    readonly enforcesPolicies: boolean;
  } | null;
  readonly asks: ClientFacts | null;
  readonly vault: ClientFacts | null;
  /** The native application with which approvers connect their accounts. */
  readonly connect: ClientFacts | null;
  /** Auth0's own API through which they do. */
  readonly myAccount: { readonly isActive: boolean; readonly isGranted: boolean };
  /** The account that posts to Slack; null where the policy names no channel or the App no user. */
  readonly speaker: { readonly connected: boolean; readonly scopes: readonly string[] } | null;
  readonly connection: {
    readonly id: string;
    readonly isConnectable: boolean;
    readonly clients: readonly string[];
  } | null;
  readonly pushEnabled: boolean;
  readonly mfaPolicies: readonly string[];
  readonly people: readonly PersonFacts[];
};

export type ClientFacts = {
  readonly id: string;
  readonly appType: string;
  readonly isFirstParty: boolean;
  readonly isOidcConformant: boolean;
  readonly grants: readonly string[];
  readonly hasKey: boolean;
  readonly channels: readonly string[];
  readonly linkedAudience: string | null;
  readonly rotatesRefreshTokens: boolean;
};

export type PersonFacts = {
  readonly user: string;
  readonly exists: boolean;
  readonly enrolment: "confirmed" | "pending" | "none";
  readonly permissions: readonly string[];
  readonly connected: readonly string[];
};

export type TenantWishes = {
  readonly domain: string;
  readonly audience: string;
  readonly asksId: string;
  readonly vaultId: string;
  readonly connection: string;
  readonly connectId: string;
  readonly slack: { readonly user: string; readonly connection: string } | null;
  readonly people: Policy["people"];
};

/** Why nothing could be seen, by the setting that helps. */
export type UnseenTenant = { readonly kind: "unseen"; readonly says: string; readonly cure: string };
