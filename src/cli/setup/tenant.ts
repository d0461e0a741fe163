import type { Tenant } from "../../adapters/auth0-management.ts";
import { CIBA_GRANT, type TenantFacts, type TenantWishes, VAULT_GRANT } from "../../adapters/auth0-tenant-facts.ts";
import { scopeFor } from "../../approval/grant.ts";
import { DETAILS_TYPE } from "../../notice/phone.ts";

/** One change: what it is in words, and doing it. */
export type Step = { readonly says: string; readonly run: (tenant: Tenant) => Promise<void> };

/** What is still to do, from what was seen; a tenant that is set up gives nothing, so running it twice does nothing twice. */
export function tenantSteps(facts: TenantFacts, wishes: TenantWishes, publicKeyPem: string): readonly Step[] {
  return [
    ...apiSteps(facts, wishes),
    ...clientSteps(facts, wishes, publicKeyPem),
    ...connectSteps(facts),
    ...(facts.pushEnabled
      ? []
      : [step("turn on push notifications by Auth0 Guardian", (tenant) => tenant.enablePush())]),
    ...permissionSteps(facts, wishes),
  ];
}

const SCOPES = (["sev1", "sev2", "sev3"] as const).map(scopeFor);

function apiSteps({ api }: TenantFacts, { audience }: TenantWishes): readonly Step[] {
  if (api === null)
    return [
      step(`create the API ${audience} with ${SCOPES.join(", ")}`, (tenant) => tenant.createApi(audience, SCOPES)),
    ];
  const isRight =
    SCOPES.every((scope) => api.scopes.includes(scope)) &&
    api.enforcesPolicies &&
    api.detailsTypes.includes(DETAILS_TYPE);
  const scopes = [...new Set([...api.scopes, ...SCOPES])];
  return isRight
    ? []
    : [
        step(`correct the API ${audience}: scopes, RBAC, details type`, (tenant) =>
          tenant.correctApi(api.id, scopes, api.detailsTypes),
        ),
      ];
}

function clientSteps(facts: TenantFacts, wishes: TenantWishes, publicKeyPem: string): readonly Step[] {
  const { asks, vault, connection } = facts;
  const steps: Step[] = [];
  if (asks === null) steps.push(creating("asks", wishes.audience, publicKeyPem));
  else if (!asks.grants.includes(CIBA_GRANT) || !asks.channels.includes("guardian-push"))
    steps.push(
      step("give the asking client the CIBA grant and the push channel", (tenant) =>
        tenant.correctClient(asks, "asks"),
      ),
    );
  if (vault === null) {
    steps.push(creating("vault", wishes.audience, publicKeyPem, connection?.id));
  } else {
    if (!vault.grants.includes(VAULT_GRANT))
      steps.push(step("give the vault client its grant", (tenant) => tenant.correctClient(vault, "vault")));
    if (connection && !connection.clients.includes(vault.id))
      steps.push(
        step(`turn on ${wishes.connection} for the vault client`, (tenant) =>
          tenant.enableConnection(connection.id, vault.id),
        ),
      );
  }
  return steps;
}

function connectSteps({ connect, myAccount }: TenantFacts): readonly Step[] {
  let clientId = connect?.id ?? "";
  const creating: Step = {
    says: 'create the native client "Sentinel connect", with which approvers connect GitHub once',
    run: async (tenant) => {
      clientId = await tenant.createConnectClient();
    },
  };
  return [
    ...(myAccount.isActive
      ? []
      : [step("activate Auth0's My Account API, through which they do", (tenant) => tenant.activateMyAccount())]),
    ...(connect === null ? [creating] : []),
    ...(myAccount.isGranted
      ? []
      : [
          step("let that client connect accounts through the My Account API", (tenant) =>
            tenant.grantMyAccount(clientId),
          ),
        ]),
  ];
}

function creating(kind: "asks" | "vault", audience: string, publicKeyPem: string, connection?: string): Step {
  return {
    says: `create the client "Sentinel ${kind}" with the given public key${connection ? ", and turn on the connection for it" : ""}`,
    run: async (tenant) => {
      const id = await tenant.createClient(kind, audience, publicKeyPem);
      if (connection !== undefined) await tenant.enableConnection(connection, id);
    },
  };
}

function permissionSteps({ people }: TenantFacts, wishes: TenantWishes): readonly Step[] {
  return wishes.people.flatMap((person) => {
    const facts = people.find(({ user }) => user === person.auth0);
    const missing = person.approves.map(scopeFor).filter((scope) => !facts?.permissions.includes(scope));
    if (!facts?.exists || missing.length === 0) return [];
    const says = `let ${person.github} (${person.auth0}) approve ${missing.join(", ")}`;
    return [step(says, (tenant) => tenant.allow(person.auth0, wishes.audience, missing))];
  });
}

function step(says: string, run: Step["run"]): Step {
  return { says, run };
}

/** The commands for the ids of clients that no setting names yet; empty when there are none. */
export function settingsLeft({ asks, vault, connect }: TenantFacts, wishes: TenantWishes): string {
  const ids = [
    { name: "SENTINEL_AUTH0_CLIENT_ID", id: asks?.id, known: wishes.asksId },
    { name: "SENTINEL_AUTH0_VAULT_CLIENT_ID", id: vault?.id, known: wishes.vaultId },
    { name: "SENTINEL_AUTH0_CONNECT_CLIENT_ID", id: connect?.id, known: wishes.connectId },
  ];
  const left = ids.filter(({ id, known }) => id !== undefined && id !== known);
  const commands = left.map(({ name, id }) => `  gh variable set ${name} --body ${id}\n`);
  return commands.length === 0 ? "" : `Set as variables of the repository:\n${commands.join("")}`;
}
