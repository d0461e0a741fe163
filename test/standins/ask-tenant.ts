import { AuthClient } from "@auth0/auth0-auth-js";
import { AUDIENCE, PRIVATE_KEY, planDetails, type SampleTenant } from "./sample-tenant.ts";

/** Steps with the real SDK that several tests of the stand-in tenant share. */
export function clientFor(tenant: SampleTenant, clientId: string): AuthClient {
  return new AuthClient({
    domain: tenant.auth0.domain,
    clientId,
    clientAssertionSigningKey: PRIVATE_KEY,
    clientAssertionSigningAlg: "RS256",
  });
}

export async function ask(tenant: SampleTenant, userId = "auth0|lead"): Promise<string> {
  const { authReqId } = await clientFor(tenant, "asks").initiateBackchannelAuthentication({
    bindingMessage: "Plan ABCD-EFGH: restore main",
    loginHint: { sub: userId },
    requestedExpiry: 60,
    authorizationDetails: planDetails() as { type: string }[],
    authorizationParams: { scope: "openid rollback:sev1", audience: AUDIENCE },
  });
  return authReqId;
}

export async function answer(tenant: SampleTenant, decision: "approve" | "deny"): Promise<void> {
  await tenant.auth0.decide(tenant.auth0.inbox().at(-1)?.id ?? "", decision, "button");
}

export async function poll(tenant: SampleTenant, authReqId: string): Promise<string> {
  return (await clientFor(tenant, "asks").backchannelAuthenticationGrant({ authReqId })).accessToken;
}

/** Asked, approved, polled. */
export async function approvedToken(tenant: SampleTenant, userId = "auth0|lead"): Promise<string> {
  const authReqId = await ask(tenant, userId);
  await answer(tenant, "approve");
  return poll(tenant, authReqId);
}

export async function exchange(tenant: SampleTenant, subjectToken: string, connection = "github"): Promise<string> {
  return (await clientFor(tenant, "vault").exchangeToken({ connection, subjectToken })).accessToken;
}
