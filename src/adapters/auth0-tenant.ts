import { type ManagementClient, ManagementError } from "auth0";
import { z } from "zod";
import { Secret } from "../kernel/secret.ts";
import type { Policy } from "../policy/schema.ts";
import { createAuth0Approval } from "./auth0-approval.ts";
import {
  type ClientFacts,
  CONNECT_SCOPES,
  myAccountOf,
  type PersonFacts,
  type TenantFacts,
  type TenantWishes,
  type UnseenTenant,
} from "./auth0-tenant-facts.ts";

/** Looks at a tenant as its administrator. It only looks, and must never be part of the Action or of the App. */
export async function observeTenant(
  client: ManagementClient,
  wishes: TenantWishes,
  privateKey: Secret | null,
): Promise<TenantFacts | UnseenTenant> {
  try {
    return await look(client, wishes, privateKey);
  } catch (error) {
    return unseen(error, wishes);
  }
}

/** What Auth0 or the way to it said, by status and first line; the cure names the setting. */
export function unseen(error: unknown, { domain }: TenantWishes): UnseenTenant {
  // The SDK throws errors of two kinds, as it asks for a token or with one; both carry the status.
  const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : null;
  const isRefused = status === 401 || status === 403;
  const words =
    error instanceof Error && !(error instanceof z.ZodError) ? error.message.split("\n")[0] : "it is not Auth0";
  return {
    kind: "unseen",
    says: `${domain} answered ${status ?? "nothing"}: ${words}`,
    cure: isRefused
      ? "Set AUTH0_MANAGEMENT_TOKEN to a fresh one (it lives a day), or give AUTH0_MANAGEMENT_CLIENT_ID what it may read and change."
      : "Look whether SENTINEL_AUTH0_DOMAIN is right and can be reached from here.",
  };
}

async function look(client: ManagementClient, wishes: TenantWishes, privateKey: Secret | null): Promise<TenantFacts> {
  const apis = Apis.parse(await all(client.resourceServers.list()));
  const clients = Clients.parse(await all(client.clients.list()));
  const api = apis.find(({ identifier }) => identifier === wishes.audience);
  const connect = clientFacts(clients, wishes.connectId, "Sentinel connect");
  const factors = Factors.parse(await client.guardian.factors.list());
  return {
    discovery: await discover(wishes.domain),
    takesKey: privateKey === null ? null : await takesKey(wishes, privateKey),
    api: api
      ? {
          id: api.id,
          scopes: api.scopes.map(({ value }) => value),
          detailsTypes: api.authorization_details.map(({ type }) => type),
          enforcesPolicies: api.enforce_policies,
        }
      : null,
    asks: clientFacts(clients, wishes.asksId, "Sentinel asks"),
    vault: clientFacts(clients, wishes.vaultId, "Sentinel vault"),
    connect,
    myAccount: {
      isActive: apis.some(({ identifier }) => identifier === myAccountOf(wishes.domain)),
      isGranted: connect !== null && (await mayConnect(client, wishes.domain, connect.id)),
    },
    speaker: wishes.slack === null ? null : await speakerFacts(client, wishes.slack),
    connection: await connectionFacts(client, wishes.connection),
    pushEnabled: factors.some(({ name, enabled }) => name === "push-notification" && enabled),
    mfaPolicies: z.array(z.string()).parse(await client.guardian.policies.list()),
    people: await Promise.all(wishes.people.map((person) => personFacts(client, person, wishes.audience))),
  };
}

/** A client is known by its id, or while none is configured yet by the name that `setup` gives it. */
function clientFacts(clients: z.infer<typeof Clients>, id: string, name: string): ClientFacts | null {
  const found = clients.find((one) => (id === "" ? one.name === name : one.client_id === id));
  if (!found) return null;
  return {
    id: found.client_id,
    appType: found.app_type,
    isFirstParty: found.is_first_party,
    isOidcConformant: found.oidc_conformant,
    grants: found.grant_types,
    hasKey: found.client_authentication_methods?.private_key_jwt !== undefined,
    channels: found.async_approval_notification_channels,
    linkedAudience: found.resource_server_identifier ?? null,
    rotatesRefreshTokens: found.refresh_token?.rotation_type === "rotating",
  };
}

async function mayConnect(client: ManagementClient, domain: string, clientId: string): Promise<boolean> {
  const filter = { audience: myAccountOf(domain), client_id: clientId };
  const grants = ClientGrants.parse(await all(client.clientGrants.list(filter)));
  const scopes = grants.flatMap(({ scope }) => scope);
  return grants.some((grant) => grant.allow_all_scopes) || CONNECT_SCOPES.every((scope) => scopes.includes(scope));
}

async function connectionFacts(client: ManagementClient, name: string): Promise<TenantFacts["connection"]> {
  const [found] = Connections.parse(await all(client.connections.list({ name })));
  if (!found) return null;
  const enabled = z
    .array(z.looseObject({ client_id: z.string() }))
    .parse(await all(client.connections.clients.get(found.id)));
  return {
    id: found.id,
    isConnectable: found.connected_accounts?.active ?? false,
    clients: enabled.map(({ client_id }) => client_id),
  };
}

async function personFacts(
  client: ManagementClient,
  person: Policy["people"][number],
  audience: string,
): Promise<PersonFacts> {
  const user = person.auth0;
  try {
    await client.users.get(user);
  } catch (error) {
    if (error instanceof ManagementError && error.statusCode === 404)
      return { user, exists: false, enrolment: "none", permissions: [], connected: [] };
    throw error;
  }
  const enrolments = Enrolments.parse(await client.users.enrollments.get(user));
  const permissions = Permissions.parse(
    await all(client.users.effectivePermissions.list(user, { resource_server_identifier: audience })),
  );
  const accounts = Accounts.parse(await all(client.users.connectedAccounts.list(user)));
  const states = enrolments.map(({ status }) => status);
  return {
    user,
    exists: true,
    enrolment: states.includes("confirmed") ? "confirmed" : states.includes("pending") ? "pending" : "none",
    permissions: permissions.map((one) => one.permission_name),
    connected: accounts.map(({ connection }) => connection),
  };
}

async function speakerFacts(
  client: ManagementClient,
  { user, connection }: NonNullable<TenantWishes["slack"]>,
): Promise<TenantFacts["speaker"]> {
  const accounts = Accounts.parse(await all(client.users.connectedAccounts.list(user)));
  const found = accounts.find((account) => account.connection === connection);
  return { connected: found !== undefined, scopes: found?.scopes ?? [] };
}

async function discover(domain: string): Promise<TenantFacts["discovery"]> {
  try {
    const metadata = Metadata.parse(await json(`https://${domain}/.well-known/openid-configuration`));
    const { keys } = z.looseObject({ keys: z.array(z.unknown()) }).parse(await json(metadata.jwks_uri));
    return {
      issuer: metadata.issuer,
      hasCiba: metadata.backchannel_authentication_endpoint !== undefined,
      keys: keys.length,
    };
  } catch {
    return null;
  }
}

async function json(url: string): Promise<unknown> {
  return (await fetch(url, { signal: AbortSignal.timeout(10_000) })).json();
}

/** Looks at a request that does not exist: Auth0 says so only to a client whose key it takes. */
async function takesKey({ domain, asksId, audience }: TenantWishes, privateKey: Secret): Promise<boolean | null> {
  if (asksId === "") return null;
  const server = createAuth0Approval({ domain, clientId: asksId, privateKey }, audience);
  const answer = await server.poll(new Secret("sentinel-doctor"), AbortSignal.timeout(10_000));
  if (answer.kind === "no-answer") return null;
  return (
    answer.kind === "ok" ||
    (answer.status !== 401 && answer.error !== "invalid_client") ||
    answer.error === "invalid_grant"
  );
}

async function all(pages: Promise<AsyncIterable<unknown>>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of await pages) items.push(item);
  return items;
}

const Apis = z.array(
  z.looseObject({
    id: z.string(),
    identifier: z.string(),
    scopes: z.array(z.looseObject({ value: z.string() })).default([]),
    authorization_details: z
      .array(z.looseObject({ type: z.string() }))
      .nullish()
      .transform((given) => given ?? []),
    enforce_policies: z.boolean().default(false),
  }),
);
const Clients = z.array(
  z.looseObject({
    client_id: z.string(),
    name: z.string(),
    app_type: z.string().default(""),
    is_first_party: z.boolean().default(true),
    oidc_conformant: z.boolean().default(false),
    grant_types: z.array(z.string()).default([]),
    client_authentication_methods: z.looseObject({ private_key_jwt: z.unknown().optional() }).nullish(),
    async_approval_notification_channels: z.array(z.string()).default([]),
    resource_server_identifier: z.string().optional(),
    refresh_token: z.looseObject({ rotation_type: z.string().optional() }).nullish(),
  }),
);
const ClientGrants = z.array(
  z.looseObject({ scope: z.array(z.string()).default([]), allow_all_scopes: z.boolean().default(false) }),
);
const Connections = z.array(
  z.looseObject({
    id: z.string(),
    connected_accounts: z.looseObject({ active: z.boolean().default(false) }).nullish(),
  }),
);
const Factors = z.array(z.looseObject({ name: z.string().optional(), enabled: z.boolean().default(false) }));
const Enrolments = z.array(z.looseObject({ status: z.string().optional() }));
const Permissions = z.array(z.looseObject({ permission_name: z.string() }));
const Accounts = z.array(z.looseObject({ connection: z.string(), scopes: z.array(z.string()).optional() }));
const Metadata = z.looseObject({
  issuer: z.string(),
  jwks_uri: z.url(),
  backchannel_authentication_endpoint: z.string().optional(),
});
