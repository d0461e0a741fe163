import { createLocalJWKSet, decodeJwt, type JWK, type JWTPayload, jwtVerify } from "jose";
import { publicPart } from "./keys.ts";
import type { TenantParts } from "./parts.ts";
import type { Privileged, TenantClient } from "./records.ts";
import { TenantRefusal } from "./refusals.ts";
import { publicJwk } from "./state.ts";
import { thumbprint } from "./tokens.ts";

/** Whose provider token an exchange asks for, as the subject token proves it. */
export type Subject = {
  readonly userId: string;
  readonly scope: string;
  /** Why a privileged worker asks; null for a user's own token. */
  readonly auditContext: string | null;
};

/** An access token that this tenant issued to a user, for the API that the client is linked to. */
export async function readUserToken(parts: TenantParts, client: TenantClient, token: string): Promise<Subject> {
  const claims = await verifyIssued(parts, token);
  const issued = parts.state.issued.get(thumbprint(token));
  if (!issued || !claims) throw invalidGrant("Invalid subject token");
  if (issued.audience !== client.linkedAudience)
    throw new TenantRefusal(403, {
      error: "unauthorized_client",
      description: "The subject token's audience is not the API linked to this client",
    });
  return { userId: issued.userId, scope: "", auditContext: null };
}

async function verifyIssued({ keys, state }: TenantParts, token: string): Promise<JWTPayload | null> {
  try {
    const jwks = createLocalJWKSet({ keys: keys.jwks.map(publicPart) });
    return (await jwtVerify(token, jwks, { algorithms: ["RS256"], issuer: state.issuer })).payload;
  } catch {
    return null;
  }
}

/** A privileged worker's own request for one user's connection: signed by it, fresh, used once, from an allowed address. */
export async function readWorkerToken(
  parts: TenantParts,
  client: TenantClient,
  privileged: Privileged,
  token: string,
  connection: string,
  address: string,
): Promise<Subject> {
  const { state } = parts;
  const claims = await verifyWorker(client.id, privileged, token, state.issuer);
  if (!claims) throw invalidGrant("Invalid subject token");
  const now = state.now() / 1000;
  if (typeof claims.iat !== "number" || claims.iat < now - 60 || claims.iat > now + 5)
    throw invalidGrant("The subject token is too old");
  if (typeof claims.jti !== "string" || !isFirstUse(parts, client.id, claims.jti))
    throw invalidGrant("The subject token must carry a jti that was not used before");
  const auditContext = claims.audit_context;
  if (typeof auditContext !== "string" || auditContext === "" || auditContext.length > 256)
    throw new TenantRefusal(400, {
      error: "invalid_request",
      description: "audit_context must have 1 to 256 characters",
    });
  if (!privileged.ipAllowlist.includes(address.replace(/^::ffff:/, "")))
    throw accessDenied("The request's IP address is not in the allow-list");
  const grant = privileged.grants.find((each) => each.connection === connection);
  if (!grant) throw accessDenied("The client has no privileged access to this connection");
  return { userId: String(claims.sub ?? ""), scope: grant.scopes.join(" "), auditContext };
}

async function verifyWorker(
  clientId: string,
  { keys }: Privileged,
  token: string,
  issuer: string,
): Promise<JWTPayload | null> {
  try {
    const jwks = createLocalJWKSet({ keys: keys.map(publicJwk) as unknown as JWK[] });
    const { payload } = await jwtVerify(token, jwks, {
      algorithms: ["RS256"],
      typ: "token-vault-req+jwt",
      issuer: clientId,
      audience: issuer,
      clockTolerance: 5,
    });
    return decodeJwt(token).aud === issuer ? payload : null;
  } catch {
    return null;
  }
}

const USED = new WeakMap<object, Set<string>>();

function isFirstUse({ state }: TenantParts, clientId: string, jti: string): boolean {
  const used = USED.get(state) ?? new Set<string>();
  USED.set(state, used);
  const key = `${clientId} ${jti}`;
  if (used.has(key)) return false;
  used.add(key);
  return true;
}

function invalidGrant(description: string): TenantRefusal {
  return new TenantRefusal(400, { error: "invalid_grant", description });
}

function accessDenied(description: string): TenantRefusal {
  return new TenantRefusal(403, { error: "access_denied", description });
}
