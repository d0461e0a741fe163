import { z } from "zod";
import type { TenantRole } from "../records.ts";
import { newId } from "../seed.ts";
import { type Call, CURSOR_QUERY, created, cursor, DONE, fail, ok, PAGE_QUERY, page, type Route } from "./route.ts";
import { Permissions, readPermissions, shown, shownPermission, shownRole, without } from "./users.ts";

const NewRole = z.strictObject({ name: z.string().min(1), description: z.string().default("") });
const Users = z.strictObject({ users: z.array(z.string()).min(1) });
const NO_ROLE = fail(404, "The role does not exist.", "inexistent_role");

export const ROLE_ROUTES: readonly Route[] = [
  {
    method: "GET",
    path: "/roles",
    scopes: ["read:roles"],
    query: [...PAGE_QUERY, "name_filter", "type"],
    run: ({ state, query }) =>
      page(
        "roles",
        [...state.roles.values()].filter(({ name }) => name.includes(query.name_filter ?? "")).map(shownRole),
        query,
      ),
  },
  {
    method: "POST",
    path: "/roles",
    scopes: ["create:roles"],
    body: NewRole,
    run: ({ state, body }) => {
      const { name, description } = NewRole.parse(body);
      if ([...state.roles.values()].some((role) => role.name === name))
        return fail(409, "The role already exists.", "conflict");
      const role: TenantRole = { id: newId("rol"), name, description, permissions: [] };
      state.roles.set(role.id, role);
      return ok(shownRole(role));
    },
  },
  { method: "GET", path: "/roles/:id", scopes: ["read:roles"], run: forRole((role) => ok(shownRole(role))) },
  {
    method: "GET",
    path: "/roles/:id/permissions",
    scopes: ["read:roles"],
    query: PAGE_QUERY,
    run: forRole((role, { state, query }) =>
      page(
        "permissions",
        role.permissions.map((each) => shownPermission(each, state)),
        query,
      ),
    ),
  },
  {
    method: "POST",
    path: "/roles/:id/permissions",
    scopes: ["update:roles"],
    body: Permissions,
    run: forRole((role, { state, body }) => {
      const added = readPermissions(body, state);
      if (!added) return fail(404, "The permission does not exist.", "inexistent_permission");
      role.permissions = [...without(role.permissions, added), ...added];
      return created({});
    }),
  },
  {
    method: "GET",
    path: "/roles/:id/users",
    scopes: ["read:users", "read:roles"],
    query: CURSOR_QUERY,
    run: forRole(({ id }, { state, query }) =>
      cursor("users", [...state.users.values()].filter(({ roles }) => roles.includes(id)).map(shown), query),
    ),
  },
  {
    method: "POST",
    path: "/roles/:id/users",
    scopes: ["update:users", "create:role_members"],
    body: Users,
    run: forRole(({ id }, { state, body }) => {
      const users = Users.parse(body).users.map((userId) => state.users.get(userId));
      if (users.includes(undefined)) return fail(404, "The user does not exist.", "inexistent_user");
      for (const user of users) if (user) user.roles = [...new Set([...user.roles, id])];
      return DONE;
    }),
  },
];

function forRole(run: (role: TenantRole, call: Call) => ReturnType<Route["run"]>): Route["run"] {
  return (call) => {
    const role = call.state.roles.get(call.params.id ?? "");
    return role ? run(role, call) : NO_ROLE;
  };
}
