import { importPKCS8 } from "jose";
import * as openid from "openid-client";
import { AUDIENCE, CLIENTS, type StandIns } from "../../drill/standins/open.ts";
import { expectThat, type ForeignCheck } from "./check.ts";

/** `openid-client`, a certified client, discovers the tenant and completes CIBA with it: a yes, and a no. */
export const openidClientAsks: ForeignCheck = {
  name: "openid-client",
  missing: () => null,
  run: async ({ auth0, privateKey }) => {
    const config = await openid.discovery(
      new URL(auth0.issuer),
      CLIENTS.asks,
      { client_id: CLIENTS.asks },
      openid.PrivateKeyJwt(await importPKCS8(privateKey, "RS256")),
    );
    const stop = answerInTurn(auth0, ["approve", "deny"]);
    try {
      const tokens = await askAndPoll(config, auth0.issuer);
      expectThat(tokens.claims()?.sub === "auth0|lead", "the id token names who approved");
      expectThat(tokens.scope?.includes("rollback:sev2") === true, `the scope was given: ${tokens.scope}`);
      const denied = await askAndPoll(config, auth0.issuer).catch((error: unknown) => error);
      expectThat(
        denied instanceof openid.ResponseBodyError && denied.error === "access_denied",
        `a no is access_denied: ${denied}`,
      );
    } finally {
      stop();
    }
    return "discovers, asks with private_key_jwt, polls to a verified token, and hears a no as access_denied";
  },
};

async function askAndPoll(config: openid.Configuration, issuer: string) {
  const asked = await openid.initiateBackchannelAuthentication(config, {
    scope: "openid rollback:sev2",
    audience: AUDIENCE,
    binding_message: "Plan ABCD-EFGH: restore main",
    login_hint: JSON.stringify({ format: "iss_sub", iss: issuer, sub: "auth0|lead" }),
  });
  return openid.pollBackchannelAuthenticationGrant(config, asked);
}

/** The person with the phone. */
function answerInTurn(auth0: StandIns["auth0"], answers: ("approve" | "deny")[]): () => void {
  return auth0.onRequest((request, event) => {
    const answer = answers[0];
    if (event !== "arrived" || answer === undefined) return;
    answers.shift();
    setImmediate(() => void auth0.decide(request.id, answer, "button"));
  });
}
