/**
 * Token Vault: exchanges a token of this tenant for the user's token at a provider. It asks the provider only at that moment, and
 * must never keep, print or log what it was given.
 */
import type { KoaContextWithOIDC, Provider } from "oidc-provider";
import type { Refusal } from "./asking.ts";
import type { TenantParts } from "./parts.ts";
import type { TenantUser } from "./records.ts";
import { TenantRefusal } from "./refusals.ts";
import { writeLog } from "./state.ts";
import { VAULT_GRANT } from "./store.ts";
import { readUserToken, readWorkerToken, type Subject } from "./subject.ts";
import { thumbprint } from "./tokens.ts";

const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
const JWT = "urn:ietf:params:oauth:token-type:jwt";
const CONNECTION_TOKEN = "http://auth0.com/oauth/token-type/federated-connection-access-token";
const WORKER_TOKEN = "http://auth0.com/oauth/token-type/token-vault-access-token";

const PARAMETERS = [
  "subject_token",
  "subject_token_type",
  "requested_token_type",
  "connection",
  "login_hint",
  "scope",
] as const;

export function addVault(provider: Provider, parts: TenantParts): void {
  provider.registerGrantType(VAULT_GRANT, (ctx: KoaContextWithOIDC) => exchange(ctx, parts), [...PARAMETERS]);
}

async function exchange(ctx: KoaContextWithOIDC, parts: TenantParts): Promise<void> {
  const params = ctx.oidc.params ?? {};
  const client = parts.state.clients.get(ctx.oidc.client?.clientId ?? "");
  if (!client) throw new Error("invariant: an authenticated client is known");
  const connection = String(params.connection ?? "");
  try {
    if (connection === "") throw refuse(400, "invalid_request", "connection is required");
    const subject = await readSubject(params, client.id, ctx, parts);
    const token = release(subject, connection, client.id, parts);
    writeLog(parts.state, "seta", client.id, subject.userId, {
      connection,
      token_thumbprint: thumbprint(token),
      is_privileged_worker: client.privileged !== null,
      ...(subject.auditContext === null ? {} : { audit_context: subject.auditContext }),
    });
    ctx.body = {
      access_token: token,
      scope: subject.scope,
      expires_in: connection === "github" ? 28_800 : 43_200,
      issued_token_type: params.requested_token_type,
      token_type: "Bearer",
    };
  } catch (error) {
    if (error instanceof TenantRefusal)
      writeLog(parts.state, "feta", client.id, null, { connection, failure_reason: error.error });
    throw error;
  }
}

async function readSubject(
  params: Readonly<Record<string, unknown>>,
  clientId: string,
  ctx: KoaContextWithOIDC,
  parts: TenantParts,
): Promise<Subject> {
  const client = parts.state.clients.get(clientId);
  const token = String(params.subject_token ?? "");
  if (token === "") throw refuse(400, "invalid_request", "subject_token is required");
  if (params.subject_token_type === ACCESS_TOKEN && client?.appType === "resource_server") {
    expectType(params.requested_token_type, CONNECTION_TOKEN);
    return readUserToken(parts, client, token);
  }
  if (params.subject_token_type === JWT && client?.privileged) {
    expectType(params.requested_token_type, WORKER_TOKEN);
    return readWorkerToken(
      parts,
      client,
      client.privileged,
      token,
      String(params.connection),
      ctx.req.socket.remoteAddress ?? "",
    );
  }
  throw refuse(403, "unauthorized_client", "The client may not exchange this type of subject token");
}

function expectType(requested: unknown, expected: string): void {
  if (requested !== expected) throw refuse(400, "invalid_request", `requested_token_type must be ${expected}`);
}

/** The provider's token of this user, fetched now. */
function release(subject: Subject, connection: string, clientId: string, { state, faults }: TenantParts): string {
  const known = state.connections.get(connection);
  if (!known?.connectedAccounts || !known.enabledClients.includes(clientId))
    throw refuse(400, "unauthorized_client", "Token Vault is not enabled for the provided connection");
  if (state.mfaPolicy === "always") throw refuse(403, "mfa_required", "Multifactor authentication required");
  if (faults.reconnect)
    throw refuse(
      401,
      "federated_connection_refresh_token_flow_failed",
      "Failed during the federated connection refresh token flow.",
    );
  const accountOf = (user: TenantUser | undefined) => user?.accounts.find((each) => each.connection === connection);
  const account = faults.vaultSwapsUser
    ? accountOf([...state.users.values()].find((other) => other.id !== subject.userId && accountOf(other)))
    : accountOf(state.users.get(subject.userId));
  if (!account)
    throw refuse(401, "federated_connection_refresh_token_not_found", "Federated connection Refresh Token not found.");
  return account.fetchToken();
}

function refuse(status: number, error: string, description: string): TenantRefusal {
  return new TenantRefusal(status, { error, description } satisfies Refusal);
}
