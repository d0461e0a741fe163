/** What a tenant's administrator can see and change. Mutable on purpose: the Management API changes these, the protocol reads them. */

export type Credential = { readonly id: string; readonly name: string; readonly pem: string };

export type TenantClient = {
  readonly id: string;
  name: string;
  /** `regular_web`, `native`, `non_interactive`, `resource_server`. */
  appType: string;
  isFirstParty: boolean;
  isOidcConformant: boolean;
  grantTypes: readonly string[];
  readonly secret: string | null;
  keys: readonly Credential[];
  /** Where CIBA may reach a person, in order. */
  channels: readonly string[];
  /** A Custom API Client: the API whose tokens it may exchange. */
  linkedAudience: string | null;
  privileged: Privileged | null;
  callbacks: readonly string[];
  /** The algorithm of its ID tokens; HS256 for a client that was made without a word of it. */
  signsWith: string;
};

export type Privileged = {
  readonly keys: readonly Credential[];
  readonly ipAllowlist: readonly string[];
  readonly grants: readonly { readonly connection: string; readonly scopes: readonly string[] }[];
};

export type TenantApi = {
  readonly id: string;
  readonly audience: string;
  name: string;
  permissions: readonly { readonly value: string; readonly description: string }[];
  detailsTypes: readonly string[];
  /** RBAC filters scopes. Off, an approver grants whatever was asked. */
  enforcesPolicies: boolean;
  /** The access token carries the permissions. */
  addsPermissions: boolean;
};

export type Permission = { readonly audience: string; readonly name: string };

export type ConnectedAccount = {
  readonly id: string;
  readonly connection: string;
  readonly createdAt: string;
  /** Gives a fresh token of the provider. */
  readonly fetchToken: () => string;
};

export type TenantUser = {
  readonly id: string;
  name: string;
  email: string;
  /** Given to the person, not through a role. */
  permissions: readonly Permission[];
  roles: readonly string[];
  enrolled: "confirmed" | "pending" | "none";
  accounts: readonly ConnectedAccount[];
};

export type TenantRole = { readonly id: string; name: string; description: string; permissions: readonly Permission[] };

export type TenantConnection = {
  readonly id: string;
  readonly name: string;
  readonly strategy: string;
  /** Usable with Token Vault. */
  connectedAccounts: boolean;
  /** Usable for logging in. */
  authentication: boolean;
  enabledClients: readonly string[];
};

export type ClientGrant = {
  readonly id: string;
  readonly clientId: string;
  readonly audience: string;
  scope: readonly string[];
};
