import { createPublicKey } from "node:crypto";
import type { ApiSeed, Auth0Options, ClientSeed, TenantLog, UserSeed } from "./types.ts";

/** What a tenant holds besides tokens. Everything else in this folder reads it; only the tenant itself makes one. */
export type TenantState = {
  readonly issuer: string;
  readonly clients: Map<string, ClientSeed>;
  readonly apis: Map<string, ApiSeed>;
  readonly users: Map<string, UserSeed>;
  mfaPolicy: "never" | "always";
  readonly logs: TenantLog[];
  readonly now: () => number;
  /** Access tokens that this tenant issued to a user, by SHA-256; an exchange takes no others. */
  readonly issued: Map<string, { readonly userId: string; readonly audience: string; readonly clientId: string }>;
};

export function createState(options: Auth0Options, issuer: string): TenantState {
  return {
    issuer,
    clients: new Map(options.clients.map((client) => [client.id, client])),
    apis: new Map(options.apis.map((api) => [api.audience, api])),
    users: new Map(options.users.map((user) => [user.id, user])),
    mfaPolicy: options.mfaPolicy ?? "never",
    logs: [],
    now: options.now ?? Date.now,
    issued: new Map(),
  };
}

export function writeLog(
  state: TenantState,
  type: TenantLog["type"],
  clientId: string,
  userId: string | null,
  details: TenantLog["details"],
): void {
  state.logs.push({ type, date: new Date(state.now()).toISOString(), clientId, userId, details });
}

/** The permissions this user has on this API: what RBAC leaves of any scope they approve. */
export function permissionsOf(user: UserSeed, api: ApiSeed): readonly string[] {
  return user.permissions.filter((permission) => api.permissions.includes(permission));
}

export function displayName(client: ClientSeed): string {
  return client.name ?? client.id;
}

/** The client's public key as a JWK; null for a client with a secret. */
export function publicJwk(client: ClientSeed): Record<string, unknown> | null {
  return "publicKeyPem" in client
    ? { ...createPublicKey(client.publicKeyPem).export({ format: "jwk" }), use: "sig", alg: "RS256" }
    : null;
}
