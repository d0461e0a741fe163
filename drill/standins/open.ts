import { generateKeyPairSync } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Auth0 } from "../auth0/types.ts";
import type { Gemini } from "../gemini/types.ts";
import type { GitHub, GitHubOptions, RepoRef } from "../github/types.ts";
import type { Journal } from "../journal.ts";
import type { Slack } from "../slack/types.ts";
import { createTls, type Tls, trustTls } from "../tls.ts";

/** All four stand-ins with a small organisation inside, for people and programs that want to talk to them by hand. */

export const OWNER = "acme";
export const REPOSITORY = "shop";
export const AUDIENCE = "https://sentinel.example/api";
const DETAILS_TYPE = "urn:auth0:schemas:authorization-details:v1:sentinel-rollback";
export const CLIENTS = { asks: "sentinel-ask", vault: "sentinel-vault", worker: "sentinel-worker" } as const;
/** GitHub login → what they may do in the repository. */
export const PEOPLE = { boss: "admin", lead: "maintain", writer: "write", reader: "read" } as const;
export type Login = keyof typeof PEOPLE;

export type StandIns = {
  readonly github: GitHub;
  readonly auth0: Auth0;
  readonly slack: Slack;
  readonly gemini: Gemini;
  readonly repo: RepoRef;
  readonly app: ReturnType<GitHub["addApp"]>;
  /** What a user token is issued through: it may do whatever its person may. */
  readonly console: ReturnType<GitHub["addApp"]>;
  readonly slackToken: string;
  /** PKCS#8 PEM of the Auth0 clients. */
  readonly privateKey: string;
  readonly tls: Tls;
  /** Milliseconds that each took from the loading of its code to its first address. */
  readonly startedIn: Readonly<Record<"github" | "auth0" | "slack" | "gemini", number>>;
  close(): Promise<void>;
};

export type StandInsOptions = Pick<GitHubOptions, "actions" | "runnerEnv"> & {
  readonly journal: Journal;
  /** An empty directory; the caller removes it. */
  readonly dir: string;
  /** Seconds that Auth0 asks a client to wait between polls; Auth0's own five by default. */
  readonly pollSeconds?: number;
};

export async function openStandIns({ journal, dir, pollSeconds = 5, ...runner }: StandInsOptions): Promise<StandIns> {
  const tls = await createTls(await folder(dir, "tls"));
  trustTls(tls.certPem);
  const key = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });

  const github = await timed(async () => {
    const { startGitHub } = await import("../github/github.ts");
    return startGitHub({ journal, dir: await folder(dir, "github"), ...runner });
  });
  const slack = await timed(async () => (await import("../slack/slack.ts")).startSlack({ journal }));
  const auth0 = await timed(async () => {
    const { startAuth0 } = await import("../auth0/tenant.ts");
    const phone = { buttonAllowed: true };
    return startAuth0({ journal, tls, interval: pollSeconds, phone, ...tenant(key.publicKey, github.value) });
  });
  const gemini = await timed(async () => (await import("../gemini/gemini.ts")).startGemini({ journal }));

  const organisation = await populate(github.value);
  return {
    github: github.value,
    auth0: auth0.value,
    slack: slack.value,
    gemini: gemini.value,
    ...organisation,
    slackToken: slack.value.issueToken(),
    privateKey: key.privateKey,
    tls,
    startedIn: { github: github.ms, auth0: auth0.ms, slack: slack.ms, gemini: gemini.ms },
    close: async () => {
      for (const { value } of [gemini, auth0, slack, github]) await value.close();
    },
  };
}

function tenant(publicKeyPem: string, github: GitHub) {
  const permissions = ["rollback:sev1", "rollback:sev2", "rollback:sev3"];
  return {
    clients: [
      { id: CLIENTS.asks, kind: "ciba", publicKeyPem },
      { id: CLIENTS.vault, kind: "custom-api", publicKeyPem, audience: AUDIENCE },
      {
        id: CLIENTS.worker,
        kind: "worker",
        publicKeyPem,
        grants: [{ connection: "sign-in-with-slack", scopes: ["chat:write"] }],
        ipAllowlist: ["127.0.0.1", "::1"],
      },
    ],
    apis: [{ audience: AUDIENCE, permissions, authorizationDetailsTypes: [DETAILS_TYPE] }],
    users: [
      {
        id: "auth0|lead",
        name: "Lena Lead",
        permissions,
        enrolled: "confirmed",
        connected: { github: () => github.userToken("lead", "console") },
      },
    ],
  } as const;
}

async function populate(github: GitHub): Promise<Pick<StandIns, "repo" | "app" | "console">> {
  github.addOrganization(OWNER);
  for (const login of Object.keys(PEOPLE)) github.addUser({ login });
  const app = github.addApp({ slug: "sentinel", name: "Sentinel", permissions: APP_PERMISSIONS, events: [] });
  const console = github.addApp({ slug: "console", name: "Console", permissions: CONSOLE_PERMISSIONS, events: [] });
  const repo = await github.addRepository({
    owner: OWNER,
    name: REPOSITORY,
    private: true,
    defaultBranch: "main",
    collaborators: PEOPLE,
  });
  github.install("sentinel", OWNER, "all");
  github.install("console", OWNER, "all");
  await github.commitFiles(repo, "main", { "README.md": "# Shop\n" }, "Open the shop", "writer");
  await github.idle();
  return { repo, app, console };
}

const APP_PERMISSIONS = {
  actions: "write",
  administration: "write",
  checks: "write",
  contents: "read",
  deployments: "read",
  issues: "write",
  metadata: "read",
  pull_requests: "read",
  statuses: "read",
} as const;
const CONSOLE_PERMISSIONS = {
  ...APP_PERMISSIONS,
  contents: "write",
  pull_requests: "write",
  workflows: "write",
} as const;

async function timed<T>(start: () => Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const before = performance.now();
  const value = await start();
  return { value, ms: Math.round(performance.now() - before) };
}

async function folder(parent: string, name: string): Promise<string> {
  const path = join(parent, name);
  await mkdir(path, { recursive: true });
  return path;
}
