import { setTimeout as delay } from "node:timers/promises";
import { createRemoteJWKSet, errors, jwtVerify } from "jose";
import type { ApprovalServer, TokenCheck } from "../approval/server.ts";
import { Secret } from "../kernel/secret.ts";
import { type Auth0Client, answerOf, createAuthClient } from "./auth0-client.ts";

/**
 * Auth0's CIBA in poll mode. `openid` is required by CIBA; `offline_access` is left out on purpose, so that no refresh token is
 * ever made.
 */
export function createAuth0Approval(client: Auth0Client, audience: string): ApprovalServer {
  const auth0 = createAuthClient(client);
  const keys = createRemoteJWKSet(new URL(`https://${client.domain}/.well-known/jwks.json`), {
    timeoutDuration: 10_000,
  });
  return {
    ask: (request) =>
      answerOf(async () => {
        const answer = await auth0.initiateBackchannelAuthentication({
          loginHint: { sub: request.user },
          bindingMessage: request.bindingMessage,
          requestedExpiry: request.expiresInS,
          authorizationParams: {
            scope: `openid ${request.scope}`,
            audience,
            ...(request.authorizationDetails === null
              ? {}
              : { authorization_details: JSON.stringify(request.authorizationDetails) }),
          },
        });
        return {
          authReqId: new Secret(answer.authReqId),
          expiresInS: answer.expiresIn,
          intervalS: answer.interval ?? null,
        };
      }),
    poll: (authReqId, signal) =>
      answerOf(async () => {
        const tokens = await auth0.backchannelAuthenticationGrant({ authReqId: authReqId.expose() }, { signal });
        return { accessToken: new Secret(tokens.accessToken) };
      }),
    verify: (accessToken) => verify(accessToken, keys, `https://${client.domain}/`, audience),
  };
}

const TRIES = 5;
const FIRST_PAUSE_MS = 300;

async function verify(
  accessToken: Secret,
  keys: ReturnType<typeof createRemoteJWKSet>,
  issuer: string,
  audience: string,
): Promise<TokenCheck> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { payload } = await jwtVerify(accessToken.expose(), keys, {
        issuer,
        audience,
        algorithms: ["RS256", "PS256"],
        requiredClaims: ["sub", "iat", "exp"],
        clockTolerance: 60,
      });
      return { kind: "claims", claims: payload };
    } catch (error) {
      const why = error instanceof Error ? error.message : "no words";
      if (isVerdict(error)) return { kind: "invalid", why };
      // The token can be fetched only once, so its keys are worth asking for again.
      if (attempt >= TRIES) return { kind: "no-answer", why };
      await delay(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    }
  }
}

/** Everything jose finds wrong with a token is a verdict; not getting the keys is none. */
function isVerdict(error: unknown): boolean {
  return (
    error instanceof errors.JOSEError &&
    !(error instanceof errors.JWKSTimeout) &&
    error.code !== "ERR_JOSE_GENERIC" &&
    !(error instanceof errors.JWKSInvalid)
  );
}
