import { CIBA_GRANT, type TenantFacts, type TenantWishes, VAULT_GRANT } from "../../adapters/auth0-tenant-facts.ts";
import { scopeFor } from "../../approval/grant.ts";
import { DETAILS_TYPE } from "../../notice/phone.ts";
import type { Policy } from "../../policy/schema.ts";
import { type Check, check } from "./check.ts";

const SETUP = "Run `sentinel setup auth0`.";

export function checkTenant(facts: TenantFacts, wishes: TenantWishes): readonly Check[] {
  return [
    ...checkDiscovery(facts, wishes),
    ...checkApi(facts, wishes),
    ...checkAsking(facts, wishes),
    ...checkVault(facts, wishes),
    check(
      "auth0-connect-client",
      facts.connect === null ? false : facts.connect.appType === "native",
      facts.connect ? `client ${facts.connect.id}` : "no client for `sentinel connect`",
      SETUP,
    ),
    check(
      "auth0-my-account",
      facts.connect === null ? null : facts.myAccount.isActive && facts.myAccount.isGranted,
      facts.myAccount.isActive ? "the My Account API is active" : "the My Account API is not active",
      `Without it and a grant for that client nobody can connect an account. ${SETUP}`,
    ),
    ...checkSpeaker(facts, wishes),
    ...wishes.people.flatMap((person) => checkPerson(facts, wishes, person)),
  ];
}

function checkDiscovery({ discovery, takesKey }: TenantFacts, { domain, asksId }: TenantWishes): readonly Check[] {
  const issuer = `https://${domain}/`;
  return [
    check(
      "auth0-discovery",
      discovery !== null && discovery.issuer === issuer,
      discovery === null ? `${domain} does not answer` : `issuer ${discovery.issuer}`,
      `Set SENTINEL_AUTH0_DOMAIN to the tenant's canonical domain, whose issuer is ${issuer}`,
    ),
    check(
      "auth0-jwks",
      discovery === null ? null : discovery.keys > 0,
      `${discovery?.keys ?? 0} signing keys published`,
      "In Auth0 → Settings → Signing Keys there must be one in use.",
    ),
    check(
      "auth0-ciba",
      discovery === null ? null : discovery.hasCiba,
      discovery?.hasCiba ? "the tenant offers CIBA" : "the tenant offers no CIBA",
      "CIBA needs a plan that has it; see Auth0 → Client-Initiated Backchannel Authentication.",
    ),
    check(
      "auth0-client-authentication",
      takesKey,
      takesKey ? `Auth0 takes the key of ${asksId}` : `Auth0 does not take the key for ${asksId}`,
      "Register the public half of auth0-private-key with this client: Credentials → Private Key JWT.",
    ),
  ];
}

function checkApi({ api }: TenantFacts, { audience }: TenantWishes): readonly Check[] {
  const scopes = (["sev1", "sev2", "sev3"] as const).map(scopeFor);
  const missing = scopes.filter((scope) => !api?.scopes.includes(scope));
  return [
    check("auth0-api", api !== null, api ? `API ${audience}` : `no API ${audience}`, SETUP),
    check(
      "auth0-api-scopes",
      missing.length === 0,
      missing.length === 0 ? "all scopes" : `lacks ${missing.join(", ")}`,
      SETUP,
    ),
    check(
      "auth0-api-rbac",
      api?.enforcesPolicies ?? false,
      "a yes counts only with the person's own permission",
      `Turn on RBAC for the API, or anybody asked could grant any severity. ${SETUP}`,
    ),
    check(
      "auth0-details-type",
      api?.detailsTypes.includes(DETAILS_TYPE) ?? false,
      `authorization details type ${DETAILS_TYPE}`,
      `Without it the phone cannot show the plan, and nobody is asked. ${SETUP}`,
    ),
  ];
}

function checkAsking({ asks, pushEnabled }: TenantFacts, { asksId }: TenantWishes): readonly Check[] {
  return [
    check("auth0-asking-client", asks !== null, asks ? `client ${asksId}` : `no client ${asksId}`, SETUP),
    check(
      "auth0-asking-client-kind",
      asks === null ? null : asks.isFirstParty && asks.isOidcConformant && asks.hasKey,
      "first-party, OIDC conformant, with a private key",
      "CIBA takes only such clients. Correct it in Auth0, or delete it and run `sentinel setup auth0`.",
    ),
    check("auth0-ciba-grant", asks?.grants.includes(CIBA_GRANT) ?? null, "CIBA grant", SETUP),
    check(
      "auth0-ciba-channel",
      asks?.channels.includes("guardian-push") ?? null,
      `channels: ${asks?.channels.join(", ") || "none"}`,
      "Add `guardian-push` to async_approval_notification_channels of the client.",
    ),
    check(
      "auth0-push-factor",
      pushEnabled,
      pushEnabled ? "push notifications are on" : "push notifications are off",
      "Auth0 → Security → Multi-factor Auth → Push Notification using Auth0 Guardian: turn it on.",
    ),
  ];
}

function checkVault({ vault, connection, mfaPolicies }: TenantFacts, wishes: TenantWishes): readonly Check[] {
  return [
    check(
      "auth0-vault-client",
      vault !== null,
      vault ? `client ${wishes.vaultId}` : `no client ${wishes.vaultId}`,
      SETUP,
    ),
    check(
      "auth0-vault-client-link",
      vault === null ? null : vault.appType === "resource_server" && vault.linkedAudience === wishes.audience,
      `linked to ${vault?.linkedAudience ?? "no API"}`,
      `It must be a Custom API Client of ${wishes.audience}; a link cannot be changed. Delete it and run \`sentinel setup auth0\`.`,
    ),
    check("auth0-vault-grant", vault?.grants.includes(VAULT_GRANT) ?? null, "Token Vault grant", SETUP),
    check(
      "auth0-vault-rotation",
      vault === null ? null : !vault.rotatesRefreshTokens,
      "refresh token rotation is off",
      "Token Vault needs refresh token rotation off for this client: Settings → Refresh Token Rotation.",
    ),
    check(
      "auth0-connection",
      connection?.isConnectable ?? false,
      connection ? `connection ${wishes.connection}` : `no connection ${wishes.connection}`,
      "Make a GitHub connection with the second GitHub App and turn on Connected Accounts for Token Vault in it.",
    ),
    check(
      "auth0-connection-client",
      connection === null ? null : connection.clients.includes(wishes.vaultId),
      "the connection is on for the vault client",
      SETUP,
    ),
    check(
      "auth0-mfa-policy",
      !mfaPolicies.includes("all-applications"),
      mfaPolicies.length === 0 ? "MFA is asked for by Actions alone" : `MFA policy: ${mfaPolicies.join(", ")}`,
      "The policy `Always` breaks Token Vault. Set `Never` and ask for MFA in a post-login Action.",
    ),
  ];
}

/** Slack may not tell its scopes through Auth0; then only a post can show. */
function checkSpeaker({ speaker }: TenantFacts, { slack }: TenantWishes): readonly Check[] {
  if (speaker === null || slack === null) return [];
  const canPost = speaker.scopes.length === 0 ? null : speaker.scopes.includes("chat:write");
  return [
    check(
      "slack-connected",
      speaker.connected,
      `${slack.user} at ${slack.connection}`,
      "That user connects Slack to Auth0 once: `sentinel connect --connection` with the connection's name.",
    ),
    check(
      "slack-scopes",
      speaker.connected ? canPost : null,
      `scopes: ${speaker.scopes.join(", ") || "not told"}`,
      "The connection must ask Slack for `chat:write`; connect again afterwards.",
    ),
  ];
}

function checkPerson(
  { people }: TenantFacts,
  wishes: TenantWishes,
  person: Policy["people"][number],
): readonly Check[] {
  const facts = people.find(({ user }) => user === person.auth0);
  const missing = person.approves.map(scopeFor).filter((scope) => !facts?.permissions.includes(scope));
  const who = person.github;
  return [
    check(
      `approver-${who}`,
      facts?.exists ?? false,
      `Auth0 user ${person.auth0}`,
      "Correct `people[].auth0` in the policy.",
    ),
    check(
      `approver-${who}-enrolled`,
      facts?.exists ? facts.enrolment === "confirmed" : null,
      `Guardian enrolment: ${facts?.enrolment ?? "none"}`,
      "They must finish enrolling in Guardian (a `pending` enrolment gets no push): send them a ticket from Auth0.",
    ),
    check(
      `approver-${who}-permissions`,
      facts?.exists ? missing.length === 0 : null,
      missing.length === 0 ? "has every permission the policy expects" : `lacks ${missing.join(", ")}`,
      "Give them the permission, or the role `sentinel setup auth0` made for it.",
    ),
    check(
      `approver-${who}-connected`,
      facts?.exists ? facts.connected.includes(wishes.connection) : null,
      `connected accounts: ${facts?.connected.join(", ") || "none"}`,
      "They run `sentinel connect` once, in their own browser.",
    ),
  ];
}
