import { randomUUID } from "node:crypto";
import { importPKCS8, SignJWT } from "jose";
import type { RemoteAnswer } from "../kernel/remote-answer.ts";
import { Secret } from "../kernel/secret.ts";
import type { TokenVault } from "../vault/credential.ts";
import { type Auth0Client, answerOf, createAuthClient } from "./auth0-client.ts";

/**
 * Token Vault through the Custom API Client: the approval's access token becomes the same person's token at `connection`.
 * `onToken` runs before anybody else sees the token, so that a host can have it masked.
 */
export function createAuth0Vault(
  client: Auth0Client,
  connection: string,
  onToken: (token: Secret) => void,
): TokenVault {
  const auth0 = createAuthClient(client);
  return {
    exchange: (accessToken) =>
      answerOf(async () => {
        const released = await auth0.exchangeToken({
          connection,
          subjectToken: accessToken.expose(),
          subjectTokenType: "urn:ietf:params:oauth:token-type:access_token",
        });
        const token = new Secret(released.accessToken);
        onToken(token);
        return { token };
      }),
  };
}

export type WorkerVault = {
  /** The token of `user` (an Auth0 user id) at `connection`; `auditContext` (1 to 256 characters) says why, in Auth0's log. */
  release(request: {
    readonly user: string;
    readonly connection: string;
    readonly auditContext: string;
  }): Promise<RemoteAnswer<{ readonly token: Secret }>>;
};

/** Token Vault for a privileged worker: no person is asked, so it is for notifications alone. */
export function createAuth0WorkerVault(client: Auth0Client): WorkerVault {
  const auth0 = createAuthClient(client);
  return {
    release: ({ user, connection, auditContext }) =>
      answerOf(async () => {
        const released = await auth0.exchangeToken({
          connection,
          subjectToken: await workerRequest(client, user, auditContext),
          // The SDK's type knows only the two other variants.
          subjectTokenType: "urn:ietf:params:oauth:token-type:jwt" as "urn:ietf:params:oauth:token-type:access_token",
          requestedTokenType: "http://auth0.com/oauth/token-type/token-vault-access-token",
        });
        return { token: new Secret(released.accessToken) };
      }),
  };
}

/** Auth0 refuses one that is older than 60 s or was seen before. */
async function workerRequest(client: Auth0Client, user: string, auditContext: string): Promise<string> {
  const key = await importPKCS8(client.privateKey.expose(), "RS256");
  return new SignJWT({ audit_context: auditContext })
    .setProtectedHeader({ alg: "RS256", typ: "token-vault-req+jwt" })
    .setIssuer(client.clientId)
    .setSubject(user)
    .setAudience(`https://${client.domain}/`)
    .setIssuedAt()
    .setExpirationTime("60s")
    .setJti(randomUUID())
    .sign(key);
}
