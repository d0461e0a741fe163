import { randomBytes } from "node:crypto";
import type { ConnectedAccount, Credential, TenantApi, TenantClient, TenantConnection, TenantUser } from "./records.ts";
import { MY_ACCOUNT_SCOPES, managementAudience, myAccountAudience, type TenantState } from "./state.ts";
import { CIBA_GRANT, VAULT_GRANT } from "./store.ts";
import type { ApiSeed, Auth0Options, ClientSeed, UserSeed } from "./types.ts";

/** Turns what a test or the drill asks for into the tenant's records, all of it set up as the documentation says it must be. */
export function createState(options: Auth0Options, issuer: string): TenantState {
  const state: TenantState = {
    issuer,
    clients: new Map(options.clients.map((seed) => [seed.id, toClient(seed)])),
    apis: new Map(options.apis.map((seed) => [seed.audience, toApi(seed)])),
    users: new Map(),
    roles: new Map(),
    connections: new Map(),
    clientGrants: new Map(),
    pushEnabled: true,
    mfaPolicy: options.mfaPolicy ?? "never",
    logs: [],
    now: options.now ?? Date.now,
    issued: new Map(),
    providers: options.providers ?? {},
  };
  for (const seed of options.users) state.users.set(seed.id, toUser(seed, options.apis));
  for (const connection of connectionsOf(options)) state.connections.set(connection.name, connection);
  const myAccount = myAccountAudience(state);
  if (options.clients.some(({ kind }) => kind === "native")) state.apis.set(myAccount, newMyAccount(myAccount));
  for (const seed of options.clients) {
    if (seed.kind === "management") allow(state, seed.id, managementAudience(state), seed.scopes);
    if (seed.kind === "native") allow(state, seed.id, myAccount, MY_ACCOUNT_SCOPES);
  }
  return state;
}

export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(8).toString("hex")}`;
}

function toClient(seed: ClientSeed): TenantClient {
  const keys = "publicKeyPem" in seed ? [toCredential(seed.publicKeyPem)] : [];
  return {
    id: seed.id,
    name: seed.name ?? seed.id,
    appType: APP_TYPES[seed.kind],
    isFirstParty: true,
    isOidcConformant: true,
    grantTypes: GRANT_TYPES[seed.kind],
    secret: "secret" in seed ? seed.secret : null,
    keys,
    channels: seed.kind === "ciba" ? ["guardian-push"] : [],
    linkedAudience: seed.kind === "custom-api" ? seed.audience : null,
    privileged: seed.kind === "worker" ? { keys, ipAllowlist: seed.ipAllowlist, grants: seed.grants } : null,
    callbacks: seed.kind === "native" ? seed.callbacks : [],
    signsWith: "RS256",
  };
}

const APP_TYPES = {
  ciba: "regular_web",
  "custom-api": "resource_server",
  worker: "regular_web",
  management: "non_interactive",
  native: "native",
} as const;

const GRANT_TYPES = {
  ciba: [CIBA_GRANT],
  "custom-api": [VAULT_GRANT],
  worker: [VAULT_GRANT],
  management: ["client_credentials"],
  native: ["authorization_code"],
} as const;

export function toCredential(pem: string, name = "key"): Credential {
  return { id: newId("cred"), name, pem };
}

function toApi(seed: ApiSeed): TenantApi {
  return {
    id: newId("api"),
    audience: seed.audience,
    name: seed.name ?? seed.audience,
    permissions: seed.permissions.map((value) => ({ value, description: value })),
    detailsTypes: seed.authorizationDetailsTypes,
    enforcesPolicies: true,
    addsPermissions: true,
  };
}

function toUser(seed: UserSeed, apis: readonly ApiSeed[]): TenantUser {
  return {
    id: seed.id,
    name: seed.name,
    email: seed.email ?? `${seed.id.replace(/\W+/g, ".")}@drill.example`,
    permissions: apis.flatMap(({ audience, permissions }) =>
      seed.permissions.filter((name) => permissions.includes(name)).map((name) => ({ audience, name })),
    ),
    roles: [],
    enrolled: seed.enrolled,
    accounts: Object.entries(seed.connected).flatMap(([connection, fetchToken]) =>
      fetchToken ? [toAccount(connection, fetchToken)] : [],
    ),
  };
}

export function toAccount(connection: string, fetchToken: () => string): ConnectedAccount {
  return { id: newId("cac"), connection, createdAt: new Date().toISOString(), fetchToken };
}

/** The two connections of the line and whatever else a user has connected; every client may use them. */
function connectionsOf({ users, clients }: Auth0Options): readonly TenantConnection[] {
  const names = new Set(["github", "sign-in-with-slack", ...users.flatMap((user) => Object.keys(user.connected))]);
  return [...names].map((name) => ({
    id: newId("con"),
    name,
    strategy: name,
    connectedAccounts: true,
    authentication: false,
    enabledClients: clients.map(({ id }) => id),
  }));
}

/** Auth0's own API, whose scopes nobody chooses. */
export function newMyAccount(audience: string): TenantApi {
  return {
    id: newId("api"),
    audience,
    name: "Auth0 My Account API",
    permissions: MY_ACCOUNT_SCOPES.map((value) => ({ value, description: value })),
    detailsTypes: [],
    enforcesPolicies: false,
    addsPermissions: false,
  };
}

function allow(state: TenantState, clientId: string, audience: string, scope: readonly string[]): void {
  const id = newId("cgr");
  state.clientGrants.set(id, { id, clientId, audience, scope });
}
