import { randomUUID } from "node:crypto";
import { importPKCS8, SignJWT } from "jose";
import { z } from "zod";
import { Secret } from "../kernel/secret.ts";

/**
 * Token Vault for a worker without a user's session: a tool's token when it is needed, from a fixed address. It must never
 * keep the token, and never reach a connection that a person's approval guards.
 */
export type WorkerVault = (connection: string, why: string) => Promise<Secret>;

export type WorkerSettings = {
  /** Without scheme, as the tenant's domain is written. */
  readonly domain: string;
  readonly clientId: string;
  readonly privateKey: Secret;
  /** Auth0 user id that connected the tool. */
  readonly user: string;
};

class VaultError extends Error {
  override readonly name = "VaultError";
  readonly code: "unavailable" | "refused";

  constructor(code: VaultError["code"], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

const GRANT = "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token";
const ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const Released = z.looseObject({ access_token: z.string().min(1) });
const Refused = z.looseObject({ error: z.string().optional(), error_description: z.string().optional() });

/** `why` stands in the tenant's log (1 to 256 characters). */
export function createWorkerVault(settings: WorkerSettings): WorkerVault {
  const issuer = `https://${settings.domain}/`;
  const sign = async (header: Record<string, string>, claims: Record<string, string>, subject: string) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: "RS256", ...header })
      .setIssuer(settings.clientId)
      .setSubject(subject)
      .setAudience(issuer)
      .setIssuedAt()
      .setExpirationTime("60s")
      .setJti(randomUUID())
      .sign(await importPKCS8(settings.privateKey.expose(), "RS256"));

  return async (connection, why) => {
    const body = new URLSearchParams({
      grant_type: GRANT,
      client_id: settings.clientId,
      client_assertion_type: ASSERTION,
      client_assertion: await sign({}, {}, settings.clientId),
      subject_token: await sign({ typ: "token-vault-req+jwt" }, { audit_context: why.slice(0, 256) }, settings.user),
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      requested_token_type: "http://auth0.com/oauth/token-type/token-vault-access-token",
      connection,
    });
    const answer = await post(`${issuer}oauth/token`, body);
    const data: unknown = await answer.json().catch(() => ({}));
    if (answer.ok) return new Secret(Released.parse(data).access_token);
    const { error, error_description } = Refused.catch({}).parse(data);
    const code = answer.status >= 500 || answer.status === 429 ? "unavailable" : "refused";
    throw new VaultError(code, `Token Vault answered ${answer.status} ${error ?? ""}: ${error_description ?? ""}`);
  };
}

async function post(url: string, body: URLSearchParams): Promise<Response> {
  try {
    return await fetch(url, { method: "POST", body, redirect: "error", signal: AbortSignal.timeout(10_000) });
  } catch (cause) {
    throw new VaultError("unavailable", "Token Vault could not be reached", cause);
  }
}
