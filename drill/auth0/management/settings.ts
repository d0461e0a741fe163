import { z } from "zod";
import type { TenantApi, TenantConnection } from "../records.ts";
import { newId } from "../seed.ts";
import { type Call, CURSOR_QUERY, created, cursor, DONE, fail, ok, PAGE_QUERY, page, type Route } from "./route.ts";

const Scopes = z.array(z.strictObject({ value: z.string().min(1), description: z.string().default("") }));
const ApiSettings = {
  name: z.string().min(1),
  scopes: Scopes,
  signing_alg: z.literal("RS256"),
  token_lifetime: z.int(),
  allow_offline_access: z.boolean(),
  skip_consent_for_verifiable_first_party_clients: z.boolean(),
  enforce_policies: z.boolean(),
  token_dialect: z.enum(["access_token", "access_token_authz", "rfc9068_profile", "rfc9068_profile_authz"]),
  authorization_details: z.array(z.strictObject({ type: z.string().min(1) })).nullable(),
  consent_policy: z.enum(["standard", "transactional-authorization-with-mfa"]).nullable(),
};
const ApiPatch = z.strictObject(ApiSettings).partial();
const NewApi = z.strictObject({ ...ApiPatch.shape, identifier: z.string().min(1) });
const NO_API = fail(404, "The resource server does not exist", "inexistent_resource_server");

export const API_ROUTES: readonly Route[] = [
  {
    method: "GET",
    path: "/resource-servers",
    scopes: ["read:resource_servers"],
    query: [...PAGE_QUERY, "identifiers"],
    run: ({ state, query }) => page("resource_servers", [...state.apis.values()].map(shownApi), query),
  },
  {
    method: "POST",
    path: "/resource-servers",
    scopes: ["create:resource_servers"],
    body: NewApi,
    run: ({ state, body, changed }) => {
      const { identifier, ...settings } = NewApi.parse(body);
      if (state.apis.has(identifier)) return fail(409, "A resource with this identifier already exists.", "conflict");
      const api: TenantApi = {
        id: newId("api"),
        audience: identifier,
        name: identifier,
        permissions: [],
        detailsTypes: [],
        enforcesPolicies: false,
        addsPermissions: false,
      };
      changeApi(api, settings);
      state.apis.set(identifier, api);
      changed();
      return created(shownApi(api));
    },
  },
  {
    method: "GET",
    path: "/resource-servers/:id",
    scopes: ["read:resource_servers"],
    query: ["include_fields"],
    run: forApi((api) => ok(shownApi(api))),
  },
  {
    method: "PATCH",
    path: "/resource-servers/:id",
    scopes: ["update:resource_servers"],
    body: ApiPatch,
    run: forApi((api, { body, changed }) => {
      changeApi(api, ApiPatch.parse(body));
      changed();
      return ok(shownApi(api));
    }),
  },
];

const ConnectionPatch = z.strictObject({
  connected_accounts: z.strictObject({ active: z.boolean() }).optional(),
  authentication: z.strictObject({ active: z.boolean() }).optional(),
  options: z.record(z.string(), z.unknown()).optional(),
});
const ClientsPatch = z.array(z.strictObject({ client_id: z.string(), status: z.boolean() })).min(1);

export const CONNECTION_ROUTES: readonly Route[] = [
  {
    method: "GET",
    path: "/connections",
    scopes: ["read:connections"],
    query: [...CURSOR_QUERY, "name", "strategy", "fields", "include_fields"],
    run: ({ state, query }) =>
      cursor(
        "connections",
        [...state.connections.values()]
          .filter(({ name }) => !query.name || name === query.name)
          .map((each) => shownConnection(each)),
        query,
      ),
  },
  {
    method: "PATCH",
    path: "/connections/:id",
    scopes: ["update:connections"],
    body: ConnectionPatch,
    run: forConnection((connection, { body }) => {
      const given = ConnectionPatch.parse(body);
      connection.connectedAccounts = given.connected_accounts?.active ?? connection.connectedAccounts;
      connection.authentication = given.authentication?.active ?? connection.authentication;
      return ok(shownConnection(connection));
    }),
  },
  {
    method: "GET",
    path: "/connections/:id/clients",
    scopes: ["read:connections"],
    query: ["from", "take"],
    run: forConnection(({ enabledClients }, { query }) =>
      cursor(
        "clients",
        enabledClients.map((client_id) => ({ client_id })),
        query,
      ),
    ),
  },
  {
    method: "PATCH",
    path: "/connections/:id/clients",
    scopes: ["update:connections"],
    body: ClientsPatch,
    run: forConnection((connection, { body }) => {
      for (const { client_id: id, status } of ClientsPatch.parse(body)) {
        const others = connection.enabledClients.filter((each) => each !== id);
        connection.enabledClients = status ? [...others, id] : others;
      }
      return DONE;
    }),
  },
];

const Policies = z.array(z.enum(["all-applications", "confidence-score"]));
const Factor = z.strictObject({ enabled: z.boolean() });
const Ticket = z.strictObject({
  user_id: z.string(),
  email: z.string().optional(),
  send_mail: z.boolean().optional(),
  factor: z.string().optional(),
  allow_multiple_enrollments: z.boolean().optional(),
});

export const GUARDIAN_ROUTES: readonly Route[] = [
  {
    method: "GET",
    path: "/guardian/factors",
    scopes: ["read:guardian_factors"],
    run: ({ state }) =>
      ok([
        { name: "push-notification", enabled: state.pushEnabled, trial_expired: false },
        { name: "otp", enabled: false, trial_expired: false },
      ]),
  },
  {
    method: "PUT",
    path: "/guardian/factors/:name",
    scopes: ["update:guardian_factors"],
    body: Factor,
    run: ({ state, params, body }) => {
      const { enabled } = Factor.parse(body);
      if (params.name === "push-notification") state.pushEnabled = enabled;
      return ok({ enabled });
    },
  },
  {
    method: "GET",
    path: "/guardian/policies",
    scopes: ["read:mfa_policies"],
    run: ({ state }) => ok(state.mfaPolicy === "always" ? ["all-applications"] : []),
  },
  {
    method: "PUT",
    path: "/guardian/policies",
    scopes: ["update:mfa_policies"],
    body: Policies,
    run: ({ state, body }) => {
      const policies = Policies.parse(body);
      state.mfaPolicy = policies.includes("all-applications") ? "always" : "never";
      return ok(policies);
    },
  },
  {
    method: "POST",
    path: "/guardian/enrollments/ticket",
    scopes: ["create:guardian_enrollment_tickets"],
    body: Ticket,
    run: ({ state, body }) => {
      const user = state.users.get(Ticket.parse(body).user_id);
      if (!user) return fail(404, "The user does not exist.", "inexistent_user");
      // The person has the link; only following it would confirm the enrolment.
      if (user.enrolled === "none") user.enrolled = "pending";
      const id = newId("ticket");
      return ok({ ticket_id: id, ticket_url: `${state.issuer}guardian/enroll?ticket=${id}` });
    },
  },
];

export const LOG_ROUTES: readonly Route[] = [
  {
    method: "GET",
    path: "/logs",
    scopes: ["read:logs"],
    query: [...PAGE_QUERY, "q", "search", "from", "take"],
    run: ({ state, query }) =>
      page(
        "logs",
        state.logs.toReversed().map(({ type, date, clientId, userId, details }, index) => ({
          log_id: `9002026${String(state.logs.length - index).padStart(12, "0")}`,
          type,
          date,
          client_id: clientId,
          ...(userId === null ? {} : { user_id: userId }),
          details,
        })),
        query,
      ),
  },
];

function changeApi(api: TenantApi, given: z.output<typeof ApiPatch>): void {
  api.name = given.name ?? api.name;
  api.permissions = given.scopes ?? api.permissions;
  api.enforcesPolicies = given.enforce_policies ?? api.enforcesPolicies;
  if (given.token_dialect) api.addsPermissions = given.token_dialect.endsWith("_authz");
  if (given.authorization_details !== undefined)
    api.detailsTypes = (given.authorization_details ?? []).map(({ type }) => type);
}

function shownApi(api: TenantApi): Record<string, unknown> {
  return {
    id: api.id,
    identifier: api.audience,
    name: api.name,
    is_system: false,
    scopes: api.permissions,
    signing_alg: "RS256",
    token_lifetime: 86_400,
    enforce_policies: api.enforcesPolicies,
    token_dialect: api.addsPermissions ? "access_token_authz" : "access_token",
    ...(api.detailsTypes.length > 0 ? { authorization_details: api.detailsTypes.map((type) => ({ type })) } : {}),
  };
}

/** By id or, as Auth0 allows, by identifier. */
function forApi(run: (api: TenantApi, call: Call) => ReturnType<Route["run"]>): Route["run"] {
  return (call) => {
    const wanted = call.params.id ?? "";
    const api = call.state.apis.get(wanted) ?? [...call.state.apis.values()].find(({ id }) => id === wanted);
    return api ? run(api, call) : NO_API;
  };
}

function shownConnection(connection: TenantConnection): Record<string, unknown> {
  const { id, name, strategy, connectedAccounts, authentication } = connection;
  return {
    id,
    name,
    strategy,
    options: {},
    connected_accounts: { active: connectedAccounts },
    authentication: { active: authentication },
  };
}

function forConnection(run: (connection: TenantConnection, call: Call) => ReturnType<Route["run"]>): Route["run"] {
  return (call) => {
    const connection = [...call.state.connections.values()].find(({ id }) => id === call.params.id);
    return connection ? run(connection, call) : fail(404, "The connection does not exist", "inexistent_connection");
  };
}
