import { AuthClient } from "@auth0/auth0-auth-js";
import { ManagementClient, type ManagementError } from "auth0";
import { decodeJwt } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  DETAILS_TYPE,
  PRIVATE_KEY,
  PUBLIC_KEY,
  planDetails,
  type SampleTenant,
  startSampleTenant,
} from "./sample-tenant.ts";

let tenant: SampleTenant;
let admin: ManagementClient;
beforeEach(async () => {
  tenant = await startSampleTenant();
  admin = managementFor("admin");
});
afterEach(() => tenant.auth0.close());

describe("looking (with the real ManagementClient of auth0 7)", () => {
  test("a person's enrolment, permissions, roles and connected accounts", async () => {
    expect(await admin.users.get("auth0|lead")).toMatchObject({ user_id: "auth0|lead", name: "Lena Lead" });
    expect(await admin.users.enrollments.get("auth0|lead")).toMatchObject([
      { status: "confirmed", auth_method: "guardian" },
    ]);
    expect(await admin.users.enrollments.get("auth0|half")).toMatchObject([{ status: "pending" }]);
    expect(await admin.users.enrollments.get("auth0|junior")).toHaveLength(1);
    const permissions = await all(await admin.users.permissions.list("auth0|lead"));
    expect(permissions.map((each) => each.permission_name)).toEqual([
      "rollback:sev1",
      "rollback:sev2",
      "rollback:sev3",
    ]);
    const accounts = await all(await admin.users.connectedAccounts.list("auth0|lead"));
    expect(accounts.map((each) => each.connection)).toEqual(["github", "sign-in-with-slack"]);
    expect(await all(await admin.users.roles.list("auth0|lead"))).toEqual([]);
    expect(tenant.released).toEqual([]);
  });

  test("clients, resource servers, connections, factors, policies and logs", async () => {
    const clients = await all(await admin.clients.list());
    expect(clients.find((client) => client.client_id === "vault")).toMatchObject({
      app_type: "resource_server",
      resource_server_identifier: "https://sentinel.example/api",
    });
    expect(JSON.stringify(clients)).not.toContain("a-client-secret");
    const apis = await all(await admin.resourceServers.list());
    expect(apis[0]).toMatchObject({ authorization_details: [{ type: DETAILS_TYPE }], enforce_policies: true });
    const connections = await all(await admin.connections.list({ name: "github" }));
    expect(connections).toMatchObject([{ name: "github", connected_accounts: { active: true } }]);
    expect(await admin.guardian.factors.list()).toContainEqual(
      expect.objectContaining({ name: "push-notification", enabled: true }),
    );
    expect(await admin.guardian.policies.list()).toEqual([]);
    expect(await all(await admin.logs.list())).toEqual([]);
  });

  test("a long list comes in pages and is complete", async () => {
    for (let count = 0; count < 7; count++) await admin.roles.create({ name: `role ${count}` });
    const names = await all(await admin.roles.list({ per_page: 3 }));
    expect(names.map((role) => role.name)).toEqual(Array.from({ length: 7 }, (_, count) => `role ${count}`));
  });
});

describe("refusing", () => {
  test("a missing scope, an unknown person, an unknown field and no token are told apart", async () => {
    const reader = managementFor("reader");
    expect(await reader.users.get("auth0|lead")).toBeDefined();
    const codes = async (call: Promise<unknown>) => {
      const error = await caught(call);
      return [error.statusCode, (error.body as { errorCode?: string })?.errorCode];
    };
    expect(await codes(reader.clients.list())).toEqual([403, "insufficient_scope"]);
    expect(await codes(admin.users.get("auth0|nobody"))).toEqual([404, "inexistent_user"]);
    expect(await codes(admin.clients.update("asks", { grant_typs: [] } as never))).toEqual([400, "invalid_body"]);
    const anonymous = new ManagementClient({ domain: tenant.auth0.domain, token: "made-up" });
    expect(await codes(anonymous.users.get("auth0|lead"))).toEqual([401, "invalid_token"]);
    expect(await codes(admin.actions.list())).toEqual([501, "not_implemented"]);
  });

  test("a client without a grant for the Management API gets no token", async () => {
    const stranger = await caught(managementFor("worker").users.list());
    expect(JSON.stringify([stranger.message, stranger.body])).toMatch(/unauthorized_client|not allowed/i);
  });
});

describe("changing", () => {
  test("a role's permission lets its members approve", async () => {
    const role = await admin.roles.create({ name: "Responders", description: "May approve" });
    const audience = "https://sentinel.example/api";
    await admin.roles.permissions.add(String(role.id), {
      permissions: [{ resource_server_identifier: audience, permission_name: "rollback:sev3" }],
    });
    await admin.roles.users.assign(String(role.id), { users: ["auth0|junior"] });
    expect((await all(await admin.roles.users.list(String(role.id)))).map((user) => user.user_id)).toEqual([
      "auth0|junior",
    ]);
    const effective = await all(await admin.users.effectivePermissions.list("auth0|junior", {} as never));
    expect(effective.map((each) => each.permission_name)).toEqual(["rollback:sev3"]);
    const claims = await approve("asks", "auth0|junior", audience, "rollback:sev3");
    expect(claims.scope).toBe("openid rollback:sev3");
  });

  test("the push factor, a client's channels and the MFA policy decide as they stand now", async () => {
    await admin.guardian.factors.set("push-notification", { enabled: false });
    await expect(approve("asks", "auth0|lead")).rejects.toMatchObject({
      cause: { error_description: "push notifications not enabled on tenant" },
    });
    await admin.guardian.factors.set("push-notification", { enabled: true });
    await admin.clients.update("asks", { grant_types: [] });
    await expect(approve("asks", "auth0|lead")).rejects.toMatchObject({ cause: { error: "unauthorized_client" } });
    await admin.guardian.policies.set(["all-applications"]);
    expect(await admin.guardian.policies.list()).toEqual(["all-applications"]);
  });

  test("a tenant set up from nothing through this API can approve and exchange", async () => {
    const audience = "https://fresh.example/api";
    await admin.resourceServers.create({
      identifier: audience,
      name: "Fresh",
      scopes: [{ value: "rollback:sev1", description: "Roll back" }],
      enforce_policies: true,
      token_dialect: "access_token_authz",
      authorization_details: [{ type: DETAILS_TYPE }],
    });
    const key = { credential_type: "public_key" as const, name: "key", pem: PUBLIC_KEY };
    const methods = { private_key_jwt: { credentials: [key] } };
    const asks = await admin.clients.create({
      name: "Fresh asks",
      app_type: "regular_web",
      grant_types: ["urn:openid:params:grant-type:ciba"],
      client_authentication_methods: methods,
      jwt_configuration: { alg: "RS256" },
      async_approval_notification_channels: ["guardian-push"],
    });
    const vault = await admin.clients.create({
      name: "Fresh vault",
      app_type: "resource_server",
      resource_server_identifier: audience,
      grant_types: ["urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token"],
      client_authentication_methods: methods,
      jwt_configuration: { alg: "RS256" },
    });
    await admin.users.permissions.create("auth0|lead", {
      permissions: [{ resource_server_identifier: audience, permission_name: "rollback:sev1" }],
    });
    const { token } = await approve(String(asks.client_id), "auth0|lead", audience);

    const exchange = () =>
      clientFor(String(vault.client_id)).exchangeToken({ connection: "github", subjectToken: token });
    await expect(exchange()).rejects.toMatchObject({
      cause: { error_description: "Token Vault is not enabled for the provided connection" },
    });
    const [github] = await all(await admin.connections.list({ name: "github" }));
    await admin.connections.clients.update(String(github?.id), [{ client_id: String(vault.client_id), status: true }]);
    expect((await exchange()).accessToken).toBe(tenant.released[0]);
    expect((await all(await admin.logs.list())).map((log) => log.type)).toContain("seta");
  });
});

function managementFor(clientId: string): ManagementClient {
  return new ManagementClient({
    domain: tenant.auth0.domain,
    clientId,
    clientAssertionSigningKey: PRIVATE_KEY,
    maxRetries: 0,
  });
}

function clientFor(clientId: string): AuthClient {
  return new AuthClient({
    domain: tenant.auth0.domain,
    clientId,
    clientAssertionSigningKey: PRIVATE_KEY,
    clientAssertionSigningAlg: "RS256",
  });
}

async function approve(
  clientId: string,
  userId: string,
  audience = "https://sentinel.example/api",
  scope = "rollback:sev1",
): Promise<{ readonly scope: unknown; readonly token: string }> {
  const client = clientFor(clientId);
  const { authReqId } = await client.initiateBackchannelAuthentication({
    bindingMessage: "Plan",
    loginHint: { sub: userId },
    authorizationDetails: planDetails() as { type: string }[],
    authorizationParams: { scope: `openid ${scope}`, audience },
  });
  await tenant.auth0.decide(tenant.auth0.inbox().at(-1)?.id ?? "", "approve", "button");
  const { accessToken } = await client.backchannelAuthenticationGrant({ authReqId });
  return { scope: decodeJwt(accessToken).scope, token: accessToken };
}

async function all<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of pages) items.push(item);
  return items;
}

async function caught(promise: Promise<unknown>): Promise<ManagementError> {
  return promise.then(
    () => {
      throw new Error("expected a refusal");
    },
    (error: unknown) => error as ManagementError,
  );
}
