import { z } from "zod";
import type { TenantApi } from "../records.ts";
import { newId, newMyAccount } from "../seed.ts";
import { myAccountAudience } from "../state.ts";
import { type Call, created, fail, ok, PAGE_QUERY, page, type Route } from "./route.ts";

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
      if (identifier === myAccountAudience(state)) {
        const own = newMyAccount(identifier);
        state.apis.set(identifier, own);
        changed();
        return created(shownApi(own));
      }
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
