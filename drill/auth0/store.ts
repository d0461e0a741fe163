import type { Adapter, AdapterPayload } from "oidc-provider";
import type { TenantClient } from "./records.ts";
import { publicJwk, type TenantState } from "./state.ts";

export const CIBA_GRANT = "urn:openid:params:grant-type:ciba";
export const VAULT_GRANT = "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token";

/**
 * Where the protocol library keeps its records: memory of this tenant, kept past expiry so that an expired request can be told
 * from an unknown one. Clients are read from the tenant's own state, so that the Management API can change them.
 */
export function createStore(state: TenantState): (model: string) => Adapter {
  const records = new Map<string, AdapterPayload>();
  return (model) => ({
    async upsert(id, payload) {
      records.set(`${model}:${id}`, payload);
    },
    async find(id) {
      if (model !== "Client") return records.get(`${model}:${id}`);
      const client = state.clients.get(id);
      return client ? clientMetadata(client, state) : undefined;
    },
    async consume(id) {
      const record = records.get(`${model}:${id}`);
      if (record) record.consumed = Math.floor(Date.now() / 1000);
    },
    async destroy(id) {
      records.delete(`${model}:${id}`);
    },
    async revokeByGrantId(grantId) {
      for (const [key, record] of records) if (record.grantId === grantId) records.delete(key);
    },
    async findByUid(uid) {
      return [...records.entries()].find(([key, { uid: own }]) => key.startsWith(`${model}:`) && own === uid)?.[1];
    },
    findByUserCode: async () => undefined,
  });
}

function clientMetadata(client: TenantClient, state: TenantState): AdapterPayload {
  const mayLogIn = client.grantTypes.includes("authorization_code");
  const isPublic = client.keys.length === 0 && client.secret === null;
  const mayAsk = !isPublic && client.grantTypes.includes(CIBA_GRANT);
  return {
    client_id: client.id,
    ...authentication(client),
    grant_types: client.grantTypes.filter((grant) => (isPublic ? PUBLIC_GRANTS : KNOWN_GRANTS).includes(grant)),
    redirect_uris: mayLogIn ? [...client.callbacks] : [],
    response_types: mayLogIn ? ["code"] : [],
    application_type: client.appType === "native" ? "native" : "web",
    ...(mayAsk
      ? {
          backchannel_token_delivery_mode: "poll",
          authorization_details_types: [...state.apis.values()].flatMap((api) => api.detailsTypes),
        }
      : {}),
  } as AdapterPayload;
}

/** All that a program without a credential of its own may use. */
const PUBLIC_GRANTS = ["authorization_code"];
const KNOWN_GRANTS = [CIBA_GRANT, VAULT_GRANT, "client_credentials", "authorization_code"];

function authentication(client: TenantClient): Record<string, unknown> {
  if (client.keys.length > 0)
    return {
      token_endpoint_auth_method: "private_key_jwt",
      token_endpoint_auth_signing_alg: "RS256",
      jwks: { keys: client.keys.map(publicJwk) },
    };
  return client.secret === null
    ? { token_endpoint_auth_method: "none" }
    : { token_endpoint_auth_method: "client_secret_post", client_secret: client.secret };
}
