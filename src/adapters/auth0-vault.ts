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
