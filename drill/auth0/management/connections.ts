import { z } from "zod";
import type { TenantConnection } from "../records.ts";
import { type Call, CURSOR_QUERY, cursor, DONE, fail, ok, type Route } from "./route.ts";

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
