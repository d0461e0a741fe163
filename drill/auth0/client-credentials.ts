import { importJWK, SignJWT } from "jose";
import type { KoaContextWithOIDC, Provider } from "oidc-provider";
import type { TenantParts } from "./parts.ts";
import { TenantRefusal } from "./refusals.ts";

/** Tokens for programs: only for what a client grant allows, as at Auth0. */
export function addClientCredentials(provider: Provider, parts: TenantParts): void {
  provider.registerGrantType("client_credentials", (ctx: KoaContextWithOIDC) => issue(ctx, parts), [
    "audience",
    "scope",
  ]);
}

async function issue(ctx: KoaContextWithOIDC, { state, keys }: TenantParts): Promise<void> {
  const clientId = ctx.oidc.client?.clientId ?? "";
  const audience = String(ctx.oidc.params?.audience ?? "");
  const grant = [...state.clientGrants.values()].find(
    (each) => each.clientId === clientId && each.audience === audience,
  );
  if (!grant)
    throw new TenantRefusal(403, {
      error: "access_denied",
      description: `Client is not authorized to access "${audience}". You need to create a "client-grant" associated to this API.`,
    });
  const asked = ctx.oidc.params?.scope;
  const scope = grant.scope.filter((each) => asked === undefined || String(asked).split(" ").includes(each)).join(" ");
  const [key] = keys.jwks;
  if (!key) throw new Error("invariant: a tenant has a signing key");
  ctx.body = {
    access_token: await new SignJWT({ azp: clientId, scope, gty: "client-credentials" })
      .setProtectedHeader({ alg: "RS256", typ: "JWT", kid: String(key.kid) })
      .setIssuer(state.issuer)
      .setSubject(`${clientId}@clients`)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime("24h")
      .sign(await importJWK(key, "RS256")),
    scope,
    expires_in: 86_400,
    token_type: "Bearer",
  };
}
