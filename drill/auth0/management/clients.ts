import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Credential, TenantClient } from "../records.ts";
import { newId, toCredential } from "../seed.ts";
import { managementAudience } from "../state.ts";
import { type Call, CURSOR_QUERY, created, cursor, DONE, fail, ok, PAGE_QUERY, page, type Route } from "./route.ts";

const PublicKey = z.strictObject({
  credential_type: z.literal("public_key"),
  name: z.string().optional(),
  pem: z.string(),
  alg: z.enum(["RS256", "RS384", "PS256"]).optional(),
});
const CredentialId = z.strictObject({ id: z.string() });
const Channels = z.array(z.enum(["guardian-push", "email"])).max(2);
const Grants = z.array(z.strictObject({ connection: z.string(), scopes: z.array(z.string()).max(20) })).max(5);
const Privileged = z.strictObject({
  credentials: z.array(z.union([PublicKey, CredentialId])).min(1),
  ip_allowlist: z.array(z.string()).max(10).optional(),
  grants: Grants.optional(),
});
const Settings = {
  name: z.string().min(1),
  description: z.string().optional(),
  app_type: z.enum(["native", "spa", "regular_web", "non_interactive", "resource_server"]),
  is_first_party: z.boolean().optional(),
  oidc_conformant: z.boolean().optional(),
  grant_types: z.array(z.string()),
  token_endpoint_auth_method: z.enum(["none", "client_secret_post", "client_secret_basic"]).nullable().optional(),
  client_authentication_methods: z
    .strictObject({
      private_key_jwt: z.strictObject({ credentials: z.array(z.union([PublicKey, CredentialId])).min(1) }),
    })
    .nullable(),
  async_approval_notification_channels: Channels,
  resource_server_identifier: z.string(),
  token_vault_privileged_access: Privileged.nullable(),
  callbacks: z.array(z.string()),
  jwt_configuration: z.strictObject({ alg: z.string(), lifetime_in_seconds: z.int().optional() }),
};
const Patch = z.strictObject(Settings).partial();
const NewClient = z.strictObject({ ...Patch.shape, name: Settings.name });
const NO_CLIENT = fail(404, "The client does not exist", "inexistent_client");

export const CLIENT_ROUTES: readonly Route[] = [
  {
    method: "GET",
    path: "/clients",
    scopes: ["read:clients", "read:client_keys"],
    query: [...PAGE_QUERY, "is_global", "is_first_party", "app_type", "q"],
    run: ({ state, query }) => page("clients", [...state.clients.values()].map(shown), query),
  },
  {
    method: "POST",
    path: "/clients",
    scopes: ["create:clients"],
    body: NewClient,
    run: ({ state, body, changed }) => {
      const { name, ...settings } = NewClient.parse(body);
      const id = randomBytes(24).toString("base64url").slice(0, 32);
      const usesSecret = !settings.client_authentication_methods && settings.token_endpoint_auth_method !== "none";
      const secret = usesSecret ? randomBytes(48).toString("base64url") : null;
      const client: TenantClient = { ...FRESH, id, name, secret };
      const refusal = change(client, settings, (audience) => state.apis.has(audience));
      if (refusal !== null) return fail(400, refusal, "invalid_body");
      state.clients.set(id, client);
      changed();
      return created({ ...shown(client), ...(secret === null ? {} : { client_secret: secret }) });
    },
  },
  {
    method: "GET",
    path: "/clients/:id",
    scopes: ["read:clients", "read:client_keys"],
    query: ["fields", "include_fields"],
    run: forClient((client) => ok(shown(client))),
  },
  {
    method: "PATCH",
    path: "/clients/:id",
    scopes: ["update:clients", "update:client_keys"],
    body: Patch,
    run: forClient((client, { state, body, changed }) => {
      const { name, ...settings } = Patch.parse(body);
      const refusal = change(client, settings, (audience) => state.apis.has(audience));
      if (refusal !== null) return fail(400, refusal, "invalid_body");
      if (name !== undefined) client.name = name;
      changed();
      return ok(shown(client));
    }),
  },
  {
    method: "DELETE",
    path: "/clients/:id",
    scopes: ["delete:clients"],
    run: ({ state, params, changed }) => {
      state.clients.delete(params.id ?? "");
      changed();
      return DONE;
    },
  },
];

const NewGrant = z.strictObject({
  client_id: z.string(),
  audience: z.string(),
  scope: z.array(z.string()).default([]),
  subject_type: z.enum(["client", "user"]).optional(),
  authorization_details_types: z.array(z.string()).optional(),
});

export const GRANT_ROUTES: readonly Route[] = [
  {
    method: "GET",
    path: "/client-grants",
    scopes: ["read:client_grants"],
    query: [...CURSOR_QUERY, "audience", "client_id", "subject_type"],
    run: ({ state, query }) =>
      cursor(
        "client_grants",
        [...state.clientGrants.values()]
          .filter(({ audience }) => !query.audience || audience === query.audience)
          .filter(({ clientId }) => !query.client_id || clientId === query.client_id)
          .map(({ id, clientId, audience, scope }) => ({ id, client_id: clientId, audience, scope })),
        query,
      ),
  },
  {
    method: "POST",
    path: "/client-grants",
    scopes: ["create:client_grants"],
    body: NewGrant,
    run: ({ state, body }) => {
      const { client_id: clientId, audience, scope } = NewGrant.parse(body);
      if (audience !== managementAudience(state) && !state.apis.has(audience))
        return fail(400, `Service not found: ${audience}`, "invalid_body");
      const known = [...state.clientGrants.values()];
      if (known.some((grant) => grant.clientId === clientId && grant.audience === audience))
        return fail(409, "A resource with this identifier already exists.", "conflict");
      const id = newId("cgr");
      state.clientGrants.set(id, { id, clientId, audience, scope });
      return created({ id, client_id: clientId, audience, scope });
    },
  },
];

const FRESH: Omit<TenantClient, "id" | "name" | "secret"> = {
  appType: "regular_web",
  isFirstParty: true,
  isOidcConformant: true,
  grantTypes: ["authorization_code", "refresh_token"],
  keys: [],
  channels: [],
  linkedAudience: null,
  privileged: null,
  callbacks: [],
  signsWith: "HS256",
};

/** Applies what was given; says why where it cannot, and then has changed nothing. */
function change(
  client: TenantClient,
  given: Omit<z.output<typeof Patch>, "name">,
  isApi: (audience: string) => boolean,
): string | null {
  const linked = given.resource_server_identifier;
  if (linked !== undefined && !isApi(linked)) return `The resource server ${linked} does not exist`;
  if (linked !== undefined && (given.app_type ?? client.appType) !== "resource_server")
    return "resource_server_identifier is only allowed for app_type resource_server";
  const vault = given.token_vault_privileged_access;
  client.appType = given.app_type ?? client.appType;
  client.isFirstParty = given.is_first_party ?? client.isFirstParty;
  client.isOidcConformant = given.oidc_conformant ?? client.isOidcConformant;
  client.grantTypes = given.grant_types ?? client.grantTypes;
  client.channels = given.async_approval_notification_channels ?? client.channels;
  client.linkedAudience = linked ?? client.linkedAudience;
  client.callbacks = given.callbacks ?? client.callbacks;
  const methods = given.client_authentication_methods;
  client.signsWith = given.jwt_configuration?.alg ?? client.signsWith;
  if (methods && client.signsWith !== "RS256")
    return "To use client_authentication_methods, jwt_configuration.alg must be RS256";
  if (methods) client.keys = readKeys(methods.private_key_jwt.credentials, client.keys);
  if (vault)
    client.privileged = {
      keys: readKeys(vault.credentials, [...client.keys, ...(client.privileged?.keys ?? [])]),
      ipAllowlist: vault.ip_allowlist ?? [],
      grants: vault.grants ?? [],
    };
  return null;
}

function readKeys(
  given: readonly (z.output<typeof PublicKey> | z.output<typeof CredentialId>)[],
  known: readonly Credential[],
): readonly Credential[] {
  return given.flatMap((each) =>
    "pem" in each ? [toCredential(each.pem, each.name)] : known.filter(({ id }) => id === each.id),
  );
}

function shown(client: TenantClient): Record<string, unknown> {
  const ids = (keys: readonly Credential[]) => keys.map(({ id }) => ({ id }));
  return {
    client_id: client.id,
    name: client.name,
    app_type: client.appType,
    is_first_party: client.isFirstParty,
    oidc_conformant: client.isOidcConformant,
    grant_types: client.grantTypes,
    callbacks: client.callbacks,
    token_endpoint_auth_method: client.keys.length > 0 ? null : client.secret === null ? "none" : "client_secret_post",
    ...(client.keys.length > 0
      ? { client_authentication_methods: { private_key_jwt: { credentials: ids(client.keys) } } }
      : {}),
    ...(client.channels.length > 0 ? { async_approval_notification_channels: client.channels } : {}),
    ...(client.linkedAudience === null ? {} : { resource_server_identifier: client.linkedAudience }),
    ...(client.privileged
      ? {
          token_vault_privileged_access: {
            credentials: ids(client.privileged.keys),
            ip_allowlist: client.privileged.ipAllowlist,
            grants: client.privileged.grants,
          },
        }
      : {}),
  };
}

function forClient(run: (client: TenantClient, call: Call) => ReturnType<Route["run"]>): Route["run"] {
  return (call) => {
    const client = call.state.clients.get(call.params.id ?? "");
    return client ? run(client, call) : NO_CLIENT;
  };
}
