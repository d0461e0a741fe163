import { z } from "zod";
import type { Permission, TenantUser } from "../records.ts";
import { effectivePermissions, type TenantState } from "../state.ts";
import { type Call, CURSOR_QUERY, created, cursor, DONE, fail, ok, PAGE_QUERY, page, type Route } from "./route.ts";

export const Permissions = z.strictObject({
  permissions: z.array(z.strictObject({ resource_server_identifier: z.string(), permission_name: z.string() })).min(1),
});
const Roles = z.strictObject({ roles: z.array(z.string()).min(1) });
const NO_USER = fail(404, "The user does not exist.", "inexistent_user");

export const USER_ROUTES: readonly Route[] = [
  {
    method: "GET",
    path: "/users",
    scopes: ["read:users"],
    query: [...PAGE_QUERY, "q", "search_engine", "connection"],
    run: ({ state, query }) => page("users", [...state.users.values()].filter(matches(query.q)).map(shown), query),
  },
  {
    method: "GET",
    path: "/users-by-email",
    scopes: ["read:users"],
    query: ["email", "fields", "include_fields"],
    run: ({ state, query }) => ok([...state.users.values()].filter(({ email }) => email === query.email).map(shown)),
  },
  { method: "GET", path: "/users/:id", scopes: ["read:users"], run: forUser((user) => ok(shown(user))) },
  {
    method: "GET",
    path: "/users/:id/enrollments",
    scopes: ["read:users"],
    run: forUser((user) => ok(enrollments(user))),
  },
  {
    method: "GET",
    path: "/users/:id/connected-accounts",
    scopes: ["read:users"],
    query: CURSOR_QUERY,
    run: forUser((user, { state, query }) =>
      cursor(
        "connected_accounts",
        user.accounts.map((account) => shownAccount(account, state)),
        query,
      ),
    ),
  },
  {
    method: "GET",
    path: "/users/:id/permissions",
    scopes: ["read:users"],
    query: PAGE_QUERY,
    run: forUser((user, { state, query }) =>
      page(
        "permissions",
        user.permissions.map((each) => shownPermission(each, state)),
        query,
      ),
    ),
  },
  {
    method: "POST",
    path: "/users/:id/permissions",
    scopes: ["update:users"],
    body: Permissions,
    run: forUser((user, { state, body }) => {
      const added = readPermissions(body, state);
      if (!added) return fail(404, "The permission does not exist.", "inexistent_permission");
      user.permissions = [...without(user.permissions, added), ...added];
      return created({});
    }),
  },
  {
    method: "DELETE",
    path: "/users/:id/permissions",
    scopes: ["update:users"],
    body: Permissions,
    run: forUser((user, { state, body }) => {
      user.permissions = without(user.permissions, readPermissions(body, state) ?? []);
      return DONE;
    }),
  },
  {
    method: "GET",
    path: "/users/:id/effective-permissions",
    scopes: ["read:users"],
    query: [...CURSOR_QUERY, "resource_server_identifier"],
    run: forUser((user, { state, query }) => {
      const wanted = query.resource_server_identifier;
      const found = effectivePermissions(state, user).filter(({ audience }) => !wanted || audience === wanted);
      return cursor(
        "permissions",
        found.map((each) => shownPermission(each, state)),
        query,
      );
    }),
  },
  {
    method: "GET",
    path: "/users/:id/roles",
    scopes: ["read:users", "read:roles"],
    query: PAGE_QUERY,
    run: forUser((user, { state, query }) =>
      page("roles", user.roles.flatMap((id) => state.roles.get(id) ?? []).map(shownRole), query),
    ),
  },
  {
    method: "POST",
    path: "/users/:id/roles",
    scopes: ["update:users"],
    body: Roles,
    run: forUser((user, { state, body }) => {
      const { roles } = Roles.parse(body);
      if (roles.some((id) => !state.roles.has(id))) return fail(404, "The role does not exist.", "inexistent_role");
      user.roles = [...new Set([...user.roles, ...roles])];
      return DONE;
    }),
  },
];

function forUser(run: (user: TenantUser, call: Call) => ReturnType<Route["run"]>): Route["run"] {
  return (call) => {
    const user = call.state.users.get(call.params.id ?? "");
    return user ? run(user, call) : NO_USER;
  };
}

export function shown({ id, name, email, accounts }: TenantUser): Readonly<Record<string, unknown>> {
  return {
    user_id: id,
    name,
    email,
    email_verified: true,
    created_at: "2026-01-01T00:00:00.000Z",
    identities: [
      { connection: "Username-Password-Authentication", provider: "auth0", user_id: id.split("|")[1], isSocial: false },
    ],
    connected_accounts: accounts.map(({ connection }) => ({ connection })),
  };
}

function enrollments({ id, enrolled }: TenantUser): readonly unknown[] {
  if (enrolled === "none") return [];
  return [
    {
      id: `dev_${id.replace(/\W/g, "")}`,
      status: enrolled,
      type: "pn",
      name: "phone",
      auth_method: "guardian",
      ...(enrolled === "confirmed" ? { enrolled_at: "2026-01-01T00:00:00.000Z" } : {}),
    },
  ];
}

export function shownAccount(account: TenantUser["accounts"][number], state: TenantState): Record<string, unknown> {
  const connection = state.connections.get(account.connection);
  return {
    id: account.id,
    connection: account.connection,
    connection_id: connection?.id ?? "",
    strategy: connection?.strategy ?? account.connection,
    access_type: "offline",
    scopes: [],
    created_at: account.createdAt,
  };
}

export function shownRole(role: { id: string; name: string; description: string }): Record<string, unknown> {
  return { id: role.id, name: role.name, description: role.description };
}

export function shownPermission({ audience, name }: Permission, state: TenantState): Record<string, unknown> {
  const api = state.apis.get(audience);
  return {
    resource_server_identifier: audience,
    permission_name: name,
    resource_server_name: api?.name ?? audience,
    description: api?.permissions.find(({ value }) => value === name)?.description ?? "",
  };
}

/** Null when one of them is not defined by its API. */
export function readPermissions(body: unknown, state: TenantState): readonly Permission[] | null {
  const found = Permissions.parse(body).permissions.map((each) => ({
    audience: each.resource_server_identifier,
    name: each.permission_name,
  }));
  const exists = ({ audience, name }: Permission) =>
    state.apis.get(audience)?.permissions.some(({ value }) => value === name) ?? false;
  return found.every(exists) ? found : null;
}

export function without(from: readonly Permission[], these: readonly Permission[]): readonly Permission[] {
  return from.filter((each) => !these.some((one) => one.audience === each.audience && one.name === each.name));
}

/** The few searches that Sentinel makes: `email:"…"` and `user_id:"…"`. */
function matches(q: string | undefined): (user: TenantUser) => boolean {
  const [, field, value] = /^(email|user_id):"?([^"]+)"?$/.exec(q ?? "") ?? [];
  if (!q) return () => true;
  return ({ id, email }) => (field === "email" ? email === value : id === value);
}
