import { generateKeyPairSync } from "node:crypto";
import { createAuth0Approval } from "../../../src/adapters/auth0-approval.ts";
import { createAuth0Vault } from "../../../src/adapters/auth0-vault.ts";
import { createWorkerVault, type WorkerVault } from "../../../src/adapters/token-vault-worker.ts";
import type { ApprovalServer } from "../../../src/approval/server.ts";
import { Secret } from "../../../src/kernel/secret.ts";
import type { TokenVault } from "../../../src/vault/credential.ts";
import { AUDIENCE, PRIVATE_KEY, startSampleTenant } from "../../standins/sample-tenant.ts";
import { credentials, isLive } from "./live.ts";

/** A tenant that is set up for the line, whichever it is: the stand-in, or a real one in a live run. */
export type Auth0Target = {
  readonly server: ApprovalServer;
  /** The same client id with a key that the tenant does not know. */
  readonly strangers: ApprovalServer;
  readonly vault: TokenVault;
  readonly worker: { readonly vault: WorkerVault; readonly connection: string } | null;
  /** A person with a confirmed phone, the permission and a connected GitHub account. */
  readonly user: string;
  readonly scope: string;
  readonly issuer: string;
  /** On a real phone this only asks the person to do so; the poll shows whether they did. */
  answer(decision: "approve" | "deny"): Promise<void>;
  close(): Promise<void>;
};

const LIVE = [
  "SENTINEL_LIVE_AUTH0_DOMAIN",
  "SENTINEL_LIVE_AUTH0_AUDIENCE",
  "SENTINEL_LIVE_AUTH0_CLIENT_ID",
  "SENTINEL_LIVE_AUTH0_VAULT_CLIENT_ID",
  "SENTINEL_LIVE_AUTH0_PRIVATE_KEY",
  "SENTINEL_LIVE_AUTH0_USER",
  "SENTINEL_LIVE_AUTH0_SCOPE",
] as const;
const LIVE_WORKER = [
  "SENTINEL_LIVE_AUTH0_WORKER_CLIENT_ID",
  "SENTINEL_LIVE_AUTH0_WORKER_USER",
  "SENTINEL_LIVE_AUTH0_WORKER_CONNECTION",
] as const;

const live = isLive ? credentials("Auth0", LIVE) : null;
export const hasAuth0 = !isLive || live !== null;

export async function openAuth0(): Promise<Auth0Target> {
  return live ? openLive(live) : openStandIn();
}

async function openStandIn(): Promise<Auth0Target> {
  const { auth0 } = await startSampleTenant();
  const key = new Secret(PRIVATE_KEY);
  return {
    ...parts(auth0.domain, AUDIENCE, { asks: "asks", vault: "vault", key }),
    worker: {
      vault: createWorkerVault({ domain: auth0.domain, clientId: "worker", privateKey: key, user: "auth0|lead" }),
      connection: "sign-in-with-slack",
    },
    user: "auth0|lead",
    scope: "rollback:sev1",
    answer: async (decision) => auth0.decide(auth0.inbox().at(-1)?.id ?? "", decision, "button"),
    close: () => auth0.close(),
  };
}

async function openLive(env: NonNullable<typeof live>): Promise<Auth0Target> {
  const key = new Secret(env.SENTINEL_LIVE_AUTH0_PRIVATE_KEY.replaceAll("\\n", "\n"));
  const worker = credentials("Auth0's privileged worker", LIVE_WORKER);
  const clients = { asks: env.SENTINEL_LIVE_AUTH0_CLIENT_ID, vault: env.SENTINEL_LIVE_AUTH0_VAULT_CLIENT_ID, key };
  return {
    ...parts(env.SENTINEL_LIVE_AUTH0_DOMAIN, env.SENTINEL_LIVE_AUTH0_AUDIENCE, clients),
    worker: worker && {
      vault: createWorkerVault({
        domain: env.SENTINEL_LIVE_AUTH0_DOMAIN,
        clientId: worker.SENTINEL_LIVE_AUTH0_WORKER_CLIENT_ID,
        privateKey: key,
        user: worker.SENTINEL_LIVE_AUTH0_WORKER_USER,
      }),
      connection: worker.SENTINEL_LIVE_AUTH0_WORKER_CONNECTION,
    },
    user: env.SENTINEL_LIVE_AUTH0_USER,
    scope: env.SENTINEL_LIVE_AUTH0_SCOPE,
    answer: async (decision) => console.warn(`\n>>> ${decision.toUpperCase()} the request on the phone now.\n`),
    close: async () => {},
  };
}

function parts(domain: string, audience: string, clients: { asks: string; vault: string; key: Secret }) {
  const client = (clientId: string, privateKey = clients.key) => ({ domain, clientId, privateKey });
  return {
    server: createAuth0Approval(client(clients.asks), audience),
    strangers: createAuth0Approval(client(clients.asks, new Secret(STRANGE_KEY)), audience),
    vault: createAuth0Vault(client(clients.vault), "github", () => {}),
    issuer: `https://${domain}/`,
  };
}

const { privateKey: STRANGE_KEY } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
