import { ManagementClient } from "auth0";
import { z } from "zod";
import type { Secret } from "../kernel/secret.ts";
import { DETAILS_TYPE } from "../notice/phone.ts";
import { observeTenant, unseen } from "./auth0-tenant.ts";
import {
  CIBA_GRANT,
  type ClientFacts,
  CONNECT_SCOPES,
  myAccountOf,
  type TenantWishes,
  VAULT_GRANT,
} from "./auth0-tenant-facts.ts";

/**
 * A tenant in its administrator's hands, for setting it up and for finding what is wrong. It must never be part of the Action or of
 * the App: this power belongs to a person at a terminal.
 */
export type Management = { readonly domain: string } & (
  | { readonly token: Secret }
  | { readonly clientId: string; readonly privateKey: Secret }
);

export type Tenant = ReturnType<typeof connectTenant>;

export function connectTenant(management: Management) {
  const { domain } = management;
  const client =
    "token" in management
      ? new ManagementClient({ domain, token: management.token.expose() })
      : new ManagementClient({
          domain,
          clientId: management.clientId,
          clientAssertionSigningKey: management.privateKey.expose(),
        });
  return {
    observe: (wishes: TenantWishes, privateKey: Secret | null) => observeTenant(client, wishes, privateKey),
    why: unseen,
    createApi: async (audience: string, scopes: readonly string[]) => {
      await client.resourceServers.create({
        identifier: audience,
        name: "Sentinel",
        scopes: scopes.map((value) => ({ value, description: `Approve rollbacks (${value})` })),
        ...API_RULES,
      });
    },
    correctApi: async (id: string, scopes: readonly string[], detailsTypes: readonly string[]) => {
      await client.resourceServers.update(id, {
        scopes: scopes.map((value) => ({ value, description: `Approve rollbacks (${value})` })),
        ...API_RULES,
        authorization_details: [...new Set([...detailsTypes, DETAILS_TYPE])].map((type) => ({ type })),
      });
    },
    /** Gives the new client's id. */
    createClient: async (kind: "asks" | "vault", audience: string, publicKeyPem: string): Promise<string> => {
      const key = { credential_type: "public_key" as const, name: "sentinel", pem: publicKeyPem };
      const common = {
        is_first_party: true,
        oidc_conformant: true,
        client_authentication_methods: { private_key_jwt: { credentials: [key] } },
        // Without it Auth0 takes HS256 for a new client, and a client of HS256 no key.
        jwt_configuration: { alg: "RS256" as const },
      };
      const created =
        kind === "asks"
          ? await client.clients.create({
              ...common,
              name: "Sentinel asks",
              app_type: "regular_web",
              grant_types: [CIBA_GRANT],
              async_approval_notification_channels: ["guardian-push"],
            })
          : await client.clients.create({
              ...common,
              name: "Sentinel vault",
              app_type: "resource_server",
              resource_server_identifier: audience,
              grant_types: [VAULT_GRANT],
            });
      return z.string().parse(created.client_id);
    },
    /** A public client: its users prove themselves in the browser, and PKCE proves the terminal. */
    createConnectClient: async (): Promise<string> => {
      const created = await client.clients.create({
        name: "Sentinel connect",
        app_type: "native",
        is_first_party: true,
        oidc_conformant: true,
        token_endpoint_auth_method: "none",
        grant_types: ["authorization_code"],
        callbacks: [CONNECT_CALLBACK],
      });
      return z.string().parse(created.client_id);
    },
    /** A tenant has this API of Auth0's own only once somebody activates it, which is making it under its fixed name. */
    activateMyAccount: async () => {
      await client.resourceServers.create({
        identifier: myAccountOf(domain),
        name: "Auth0 My Account API",
        token_dialect: "rfc9068_profile",
      });
    },
    /** My Account gives its scopes to no client that was not granted them. */
    grantMyAccount: async (clientId: string) => {
      await client.clientGrants.create({
        client_id: clientId,
        audience: myAccountOf(domain),
        scope: [...CONNECT_SCOPES],
        subject_type: "user",
      });
    },
    correctClient: async (facts: ClientFacts, kind: "asks" | "vault") => {
      const grant = kind === "asks" ? CIBA_GRANT : VAULT_GRANT;
      await client.clients.update(facts.id, {
        grant_types: [...new Set([...facts.grants, grant])],
        ...(kind === "asks" ? { async_approval_notification_channels: ["guardian-push" as const] } : {}),
      });
    },
    enableConnection: async (connection: string, clientId: string) => {
      await client.connections.clients.update(connection, [{ client_id: clientId, status: true }]);
    },
    enablePush: async () => {
      await client.guardian.factors.set("push-notification", { enabled: true });
    },
    allow: async (user: string, audience: string, scopes: readonly string[]) => {
      await client.users.permissions.create(user, {
        permissions: scopes.map((name) => ({ resource_server_identifier: audience, permission_name: name })),
      });
    },
  };
}

const CONNECT_CALLBACK = "http://127.0.0.1:17171/callback";

const API_RULES = {
  enforce_policies: true,
  token_dialect: "access_token_authz" as const,
  authorization_details: [{ type: DETAILS_TYPE }],
};
