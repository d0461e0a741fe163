import { createPublicKey } from "node:crypto";
import type {
  ClientGrant,
  Credential,
  Permission,
  TenantApi,
  TenantClient,
  TenantConnection,
  TenantRole,
  TenantUser,
} from "./records.ts";
import type { TenantLog } from "./types.ts";

/** What a tenant holds besides tokens. Everything else in this folder reads it. */
export type TenantState = {
  readonly issuer: string;
  readonly clients: Map<string, TenantClient>;
  /** By audience. */
  readonly apis: Map<string, TenantApi>;
  readonly users: Map<string, TenantUser>;
  readonly roles: Map<string, TenantRole>;
  /** By name. */
  readonly connections: Map<string, TenantConnection>;
  readonly clientGrants: Map<string, ClientGrant>;
  /** Guardian's push factor. */
  pushEnabled: boolean;
  mfaPolicy: "never" | "always";
  readonly logs: TenantLog[];
  readonly now: () => number;
  /** Access tokens that this tenant issued to a user, by SHA-256; an exchange takes no others. */
  readonly issued: Map<string, { readonly userId: string; readonly audience: string; readonly clientId: string }>;
  /** Makes provider tokens for accounts that are connected later; by connection. */
  readonly providers: Readonly<Record<string, (user: { readonly id: string; readonly email: string }) => string>>;
};

export function managementAudience(state: TenantState): string {
  return `${state.issuer}api/v2/`;
}

export function myAccountAudience(state: TenantState): string {
  return `${state.issuer}me/`;
}

export const MY_ACCOUNT_SCOPES = [
  "create:me:connected_accounts",
  "read:me:connected_accounts",
  "delete:me:connected_accounts",
] as const;

export function writeLog(
  state: TenantState,
  type: TenantLog["type"],
  clientId: string,
  userId: string | null,
  details: TenantLog["details"],
): void {
  state.logs.push({ type, date: new Date(state.now()).toISOString(), clientId, userId, details });
}

/** Every permission of this person, their own and those of their roles. */
export function effectivePermissions(state: TenantState, user: TenantUser): readonly Permission[] {
  const ofRoles = user.roles.flatMap((id) => state.roles.get(id)?.permissions ?? []);
  const known = new Map([...user.permissions, ...ofRoles].map((each) => [`${each.audience} ${each.name}`, each]));
  return [...known.values()];
}

/** The permissions this user has on this API. */
export function permissionsOf(state: TenantState, user: TenantUser, api: TenantApi): readonly string[] {
  const defined = new Set(api.permissions.map(({ value }) => value));
  return effectivePermissions(state, user)
    .filter(({ audience, name }) => audience === api.audience && defined.has(name))
    .map(({ name }) => name);
}

/** What of the asked scopes a yes of this user grants. */
export function grantable(
  state: TenantState,
  user: TenantUser,
  api: TenantApi,
  asked: readonly string[],
): readonly string[] {
  const allowed = api.enforcesPolicies ? permissionsOf(state, user, api) : api.permissions.map(({ value }) => value);
  return allowed.filter((permission) => asked.includes(permission));
}

export function publicJwk({ pem, id }: Credential): Record<string, unknown> {
  return { ...createPublicKey(pem).export({ format: "jwk" }), use: "sig", alg: "RS256", kid: id };
}
