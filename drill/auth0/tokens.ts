import { createHash } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, importJWK, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import type { JWTStructured, KoaContextWithOIDC } from "oidc-provider";
import { OIDC_SCOPES } from "./browser/login.ts";
import type { Forgery } from "./faults.ts";
import { makeKey, type SigningKeys } from "./keys.ts";
import { permissionsOf, type TenantState } from "./state.ts";

/**
 * The claims of an access token in Auth0's own profile: two audiences once `openid` was asked, `azp` for the client, the RBAC
 * permissions, and neither `jti` nor `client_id`.
 */
export function shapeAccessToken(
  state: TenantState,
  ctx: KoaContextWithOIDC,
  token: unknown,
  jwt: JWTStructured,
): void {
  const { jti: _jti, client_id: clientId, ...claims } = jwt.payload as JWTPayload & Record<string, unknown>;
  const audience = String(claims.aud);
  const user = state.users.get(String(claims.sub));
  const api = state.apis.get(audience);
  const source = ctx.oidc.entities.BackchannelAuthenticationRequest ?? ctx.oidc.entities.AuthorizationCode;
  const ofOpenId = String((source as { scope?: string } | undefined)?.scope ?? "")
    .split(" ")
    .filter((scope) => OIDC_SCOPES.includes(scope));
  const ofApi = String((token as { scope?: string }).scope ?? "");
  jwt.payload = {
    ...claims,
    aud: ofOpenId.includes("openid") ? [audience, `${state.issuer}userinfo`] : audience,
    azp: clientId,
    scope: [...ofOpenId, ofApi].filter(Boolean).join(" "),
    ...(user && api?.addsPermissions ? { permissions: permissionsOf(state, user, api) } : {}),
  } as typeof jwt.payload;
  jwt.header = { ...jwt.header, typ: "JWT" };
}

export function thumbprint(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Remembers an access token as issued here, for the vault. Only JWTs for an API can be exchanged. */
export function rememberIssued(state: TenantState, accessToken: string, clientId: string): void {
  if (accessToken.split(".").length !== 3) return;
  const claims = decodeJwt(accessToken);
  const audience = [claims.aud].flat()[0];
  if (claims.sub === undefined || audience === undefined) return;
  state.issued.set(thumbprint(accessToken), { userId: claims.sub, audience, clientId });
}

/** The token with one lie in it. All but the unsigned one and the one of a wrong key carry a signature that verifies. */
export async function forgeToken(
  accessToken: string,
  how: Exclude<Forgery, "none">,
  keys: SigningKeys,
): Promise<string> {
  const claims = lie(decodeJwt(accessToken), how);
  if (how === "unsigned") return new UnsecuredJWT(claims).encode();
  const { kid } = decodeProtectedHeader(accessToken);
  const genuine = keys.jwks.find((key) => key.kid === kid);
  const key = how === "wrong-key" || !genuine ? await makeKey() : genuine;
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256", typ: "JWT", kid: String(kid) })
    .sign(await importJWK(key, "RS256"));
}

function lie(claims: JWTPayload, how: Exclude<Forgery, "none">): JWTPayload {
  switch (how) {
    case "wrong-key":
    case "unsigned":
      return claims;
    case "other-subject":
      return { ...claims, sub: "auth0|somebody-else" };
    case "other-audience":
      return { ...claims, aud: ["https://other.example/api", ...[claims.aud].flat().slice(1)] as string[] };
    case "other-issuer":
      return { ...claims, iss: "https://other.example/" };
    case "other-details":
      return { ...claims, authorization_details: changeDetails(claims.authorization_details) };
    case "no-details":
      return { ...claims, authorization_details: undefined };
    case "no-scope":
      return { ...claims, scope: "openid", permissions: [] };
    case "expired":
      return { ...claims, iat: Number(claims.iat) - 90_000, exp: Number(claims.exp) - 90_000 };
  }
}

/** Every value of every property altered by one character, as if another plan had been shown. */
function changeDetails(details: unknown): unknown {
  return JSON.parse(JSON.stringify(details ?? []), (key, value) =>
    key === "value" && typeof value === "string" ? `${value.slice(0, -1)}${value.endsWith("0") ? "1" : "0"}` : value,
  );
}
