/**
 * The certified protocol library under the tenant, set up to speak as Auth0 does: client authentication, CIBA, tokens, keys. It
 * must never decide for a person; a grant is made only from an answer that the phone took.
 */
import { type Configuration, errors, type JWKS, Provider } from "oidc-provider";
import { speakAsAuth0 } from "./answers.ts";
import { DEFAULT_EXPIRY } from "./asking.ts";
import { grantForLogin, LOGIN_PATH, OIDC_SCOPES } from "./browser/login.ts";
import { audienceOf, checkDetail, cibaFeature, judgePolls } from "./ciba.ts";
import { addClientCredentials } from "./client-credentials.ts";
import type { TenantParts } from "./parts.ts";
import type { TenantState } from "./state.ts";
import { shapeAccessToken } from "./tokens.ts";
import { addVault } from "./vault.ts";

export function createProvider(parts: TenantParts): Provider {
  const provider = new Provider(parts.state.issuer, configuration(parts));
  judgePolls(provider, parts);
  addVault(provider, parts);
  addClientCredentials(provider, parts);
  speakAsAuth0(provider, parts);
  return provider;
}

function configuration(parts: TenantParts): Configuration {
  const { state, keys, store } = parts;
  return {
    adapter: store as NonNullable<Configuration["adapter"]>,
    jwks: { keys: [...keys.jwks] } as JWKS,
    clientAuthMethods: ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"],
    enabledJWA: { clientAuthSigningAlgValues: ["RS256"] },
    assertJwtClientAuthClaimsAndHeader: async (_ctx, claims) => {
      if (claims.aud !== state.issuer) throw new errors.InvalidClientAuth("aud must be the tenant");
    },
    routes: {
      authorization: "/authorize",
      backchannel_authentication: "/bc-authorize",
      token: "/oauth/token",
      jwks: "/.well-known/jwks.json",
      userinfo: "/userinfo",
    },
    responseTypes: ["code"],
    scopes: [...OIDC_SCOPES],
    claims: { openid: ["sub"], profile: ["name"], email: ["email"] },
    extraParams: ["audience"],
    findAccount: async (_ctx, id) =>
      state.users.has(id) ? { accountId: id, claims: async () => claimsOf(state, id) } : undefined,
    interactions: { url: () => LOGIN_PATH },
    loadExistingGrant: (ctx) => grantForLogin(ctx, parts),
    features: features(parts),
    ttl: {
      AccessToken: 86_400,
      BackchannelAuthenticationRequest: (ctx) => Number(ctx.oidc.params?.requested_expiry ?? DEFAULT_EXPIRY),
      IdToken: 36_000,
      Grant: 7 * 86_400,
      Interaction: 3600,
      Session: 86_400,
    },
    formats: { customizers: { jwt: async (ctx, token, jwt) => shapeAccessToken(state, ctx, token, jwt) } },
    // Auth0 allows little skew between its clock and the client's.
    clockTolerance: 5,
    renderError: async (ctx, out) => {
      ctx.type = "json";
      ctx.body = out;
    },
  };
}

function claimsOf(state: TenantState, id: string) {
  const user = state.users.get(id);
  return { sub: id, name: user?.name, email: user?.email };
}

function features(parts: TenantParts): NonNullable<Configuration["features"]> {
  const { state, keys } = parts;
  const types = [...state.apis.values()].flatMap((api) => api.detailsTypes);
  return {
    devInteractions: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    dPoP: { enabled: false },
    ciba: cibaFeature(parts),
    richAuthorizationRequests: {
      enabled: true,
      // Never empty: the library then knows the parameter at all, so that an unregistered type is refused, not overlooked.
      types: Object.fromEntries(
        [...types, "urn:none"].map((type) => [
          type,
          { validate: (ctx, detail) => checkDetail(parts, ctx, detail.type) },
        ]),
      ),
      authorizationDetailsForGrantSource: async () => undefined,
      authorizationDetailsForAccessToken: async (_ctx, _token, source) =>
        source && "rar" in source ? (source.rar as never) : undefined,
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: async (ctx) => audienceOf(ctx) ?? [],
      useGrantedResource: async () => true,
      getResourceServerInfo: async (_ctx, audience) => {
        const api = state.apis.get(audience);
        if (!api) throw new errors.InvalidTarget(`Service not found: ${audience}`);
        return {
          scope: api.permissions.map(({ value }) => value).join(" "),
          audience,
          accessTokenFormat: "jwt",
          accessTokenTTL: 86_400,
          jwt: { sign: { alg: "RS256", kid: String(keys.jwks[0]?.kid) } },
        };
      },
    },
  } as NonNullable<Configuration["features"]>;
}
