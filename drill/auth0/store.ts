import type { Adapter, AdapterPayload } from "oidc-provider";
import { publicJwk, type TenantState } from "./state.ts";
import type { ClientSeed } from "./types.ts";

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
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
  });
}

function clientMetadata(client: ClientSeed, state: TenantState): AdapterPayload {
  const jwk = publicJwk(client);
  return {
    client_id: client.id,
    ...(jwk
      ? {
          token_endpoint_auth_method: "private_key_jwt",
          token_endpoint_auth_signing_alg: "RS256",
          jwks: { keys: [jwk] },
        }
      : { token_endpoint_auth_method: "client_secret_post", client_secret: "secret" in client ? client.secret : "" }),
    grant_types: grantTypes(client),
    redirect_uris: [],
    response_types: [],
    ...(client.kind === "ciba"
      ? {
          backchannel_token_delivery_mode: "poll",
          authorization_details_types: [...state.apis.values()].flatMap((api) => api.authorizationDetailsTypes),
        }
      : {}),
  } as AdapterPayload;
}

function grantTypes(client: ClientSeed): readonly string[] {
  switch (client.kind) {
    case "ciba":
      return [CIBA_GRANT];
    case "custom-api":
    case "worker":
      return [VAULT_GRANT];
    case "management":
      return ["client_credentials"];
  }
}
