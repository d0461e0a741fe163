import { generateKeyPairSync } from "node:crypto";
import { makeKey } from "../../drill/auth0/keys.ts";
import { MANAGEMENT_SCOPES } from "../../drill/auth0/management/management.ts";
import { startAuth0 } from "../../drill/auth0/tenant.ts";
import type { Auth0, Auth0Options } from "../../drill/auth0/types.ts";
import { createJournal, type Journal } from "../../drill/journal.ts";
import { createTls } from "../../drill/tls.ts";

/** A tenant with one of everything that the line needs. The test processes trust its certificate from their start. */
export const AUDIENCE = "https://sentinel.example/api";
export const DETAILS_TYPE = "urn:auth0:schemas:authorization-details:v1:sentinel-rollback";
export const SECRET = "a-client-secret-that-nobody-may-see-0123456789";

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
export const PRIVATE_KEY: string = privateKey;
export const PUBLIC_KEY: string = publicKey;

/** One key for all tenants of a test file: making it is most of what starting a tenant costs. */
const SIGNING_KEY = await makeKey();

export type SampleTenant = {
  readonly auth0: Auth0;
  readonly journal: Journal;
  /** Provider tokens handed out so far. */
  readonly released: string[];
};

/** `callbackPort`: where `sentinel connect` listens. */
export async function startSampleTenant(
  overrides: Partial<Auth0Options> = {},
  callbackPort = 17_171,
): Promise<SampleTenant> {
  const tls = await createTls(process.env.SENTINEL_TLS_DIR ?? "");
  const journal = createJournal();
  const released: string[] = [];
  const release = (prefix: string) => () => {
    const token = `${prefix}_${crypto.randomUUID().replaceAll("-", "")}`;
    released.push(token);
    return token;
  };
  const auth0 = await startAuth0({
    journal,
    tls,
    signingKey: SIGNING_KEY,
    interval: 0.05,
    clients: [
      { id: "asks", name: "Sentinel", publicKeyPem: PUBLIC_KEY, kind: "ciba" },
      { id: "asks-by-secret", secret: SECRET, kind: "ciba" },
      { id: "vault", publicKeyPem: PUBLIC_KEY, kind: "custom-api", audience: AUDIENCE },
      { id: "vault-of-another", publicKeyPem: PUBLIC_KEY, kind: "custom-api", audience: "https://other.example/api" },
      {
        id: "worker",
        publicKeyPem: PUBLIC_KEY,
        kind: "worker",
        grants: [{ connection: "sign-in-with-slack", scopes: ["chat:write"] }],
        ipAllowlist: ["127.0.0.1", "::1"],
      },
      {
        id: "worker-elsewhere",
        publicKeyPem: PUBLIC_KEY,
        kind: "worker",
        grants: [{ connection: "sign-in-with-slack", scopes: ["chat:write"] }],
        ipAllowlist: ["192.0.2.7"],
      },
      {
        id: "connect",
        name: "Sentinel connect",
        kind: "native",
        callbacks: [`http://127.0.0.1:${callbackPort}/callback`],
      },
      { id: "admin", publicKeyPem: PUBLIC_KEY, kind: "management", scopes: MANAGEMENT_SCOPES },
      { id: "reader", publicKeyPem: PUBLIC_KEY, kind: "management", scopes: ["read:users"] },
    ],
    apis: [
      {
        audience: AUDIENCE,
        permissions: ["rollback:sev1", "rollback:sev2", "rollback:sev3"],
        authorizationDetailsTypes: [DETAILS_TYPE],
      },
      { audience: "https://other.example/api", permissions: ["other:thing"], authorizationDetailsTypes: [] },
    ],
    users: [
      {
        id: "auth0|lead",
        name: "Lena Lead",
        permissions: ["rollback:sev1", "rollback:sev2", "rollback:sev3"],
        enrolled: "confirmed",
        connected: { github: release("ghu"), "sign-in-with-slack": release("xoxe") },
      },
      { id: "auth0|junior", name: "Jun Junior", permissions: [], enrolled: "confirmed", connected: {} },
      { id: "auth0|half", name: "Hal Half", permissions: ["rollback:sev2"], enrolled: "pending", connected: {} },
      {
        id: "auth0|other",
        name: "Olga Other",
        permissions: ["rollback:sev2"],
        enrolled: "confirmed",
        connected: { github: release("ghu") },
      },
    ],
    ...overrides,
  });
  return { auth0, journal, released };
}

/** As the product asks: the plan's main fields in Guardian's schema. */
export function planDetails(digest = "3f6c8e41".repeat(8)): Record<string, unknown>[] {
  const property = (name: string, value: string, display_order: number) => ({
    display: true,
    name,
    display_order,
    value,
  });
  return [
    {
      type: DETAILS_TYPE,
      instruction: "Restore the last good revision of main in acme/shop?",
      properties: {
        repository: property("Repository", "acme/shop", 1),
        branch: property("Branch", "main", 2),
        undoes: property("Undoes", "2 commits, newest: pool connections per request", 3),
        restores: property("Restores", "9f31c2e8a4b7", 4),
        severity: property("Severity", "sev1", 5),
        risks: property("Risks", "migration db/003.sql", 6),
        digest: { display: false, name: "Digest", value: digest },
      },
    },
  ];
}
