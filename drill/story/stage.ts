import { generateKeyPairSync } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { startAuth0 } from "../auth0/tenant.ts";
import type { Auth0, Auth0Options } from "../auth0/types.ts";
import { startGemini } from "../gemini/gemini.ts";
import { startGitHub } from "../github/github.ts";
import type { GitHub, RepoRef } from "../github/types.ts";
import { startSlack } from "../slack/slack.ts";
import { createTls } from "../tls.ts";
import { type AppProcess, startApp } from "./app-process.ts";
import type { Arguments } from "./arguments.ts";
import { APPROVER } from "./policy.ts";
import { freePort } from "./ports.ts";
import type { Rehearsal } from "./rehearsal.ts";
import { approverToken, foreignRulesets, protectResponder, registerApps, seedRepository } from "./seed.ts";
import type { Timeline } from "./timeline.ts";

/** Everything the line needs, running on loopback: the stand-ins with their accounts, and the App. */
export type Stage = {
  readonly github: GitHub;
  readonly auth0: Auth0 | null;
  readonly slackMessages: () => readonly unknown[];
  readonly repo: RepoRef;
  readonly app: AppProcess;
  /** The rulesets of others as they were before anything happened. */
  readonly foreignRulesets: string;
  close(): Promise<void>;
};

const CHECKOUT = resolve(import.meta.dirname, "../..");
const AUDIENCE = "https://sentinel.example/api";
const DETAILS_TYPE = "urn:auth0:schemas:authorization-details:v1:sentinel-rollback";
const PERMISSIONS = ["rollback:sev1", "rollback:sev2", "rollback:sev3"];
const CLIENT = { ciba: "sentinel-ask", vault: "sentinel-vault", worker: "sentinel-worker" } as const;
const SLACK_CONNECTION = "sign-in-with-slack";
/** The Auth0 user whose Slack account speaks for the App. */
const SPEAKER = "auth0|sentinel-speaker";
const WEBHOOK_SECRET = "drill-webhook-secret";
const POLL_SECONDS = 0.2;

export async function setStage(
  args: Arguments,
  rehearsal: Rehearsal,
  timeline: Timeline,
  workDir: string,
): Promise<Stage> {
  const closers: (() => Promise<void>)[] = [];
  const opened = <T extends { close(): Promise<void> }>(thing: T): T => {
    closers.push(() => thing.close());
    return thing;
  };
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  const isDead = (service: Arguments["kill"][number]) => args.kill.includes(service);
  const { journal } = timeline;
  try {
    const tls = await createTls(await folder(workDir, "tls"));
    const key = makeKey();
    const github = opened(
      await startGitHub({
        journal,
        dir: await folder(workDir, "github"),
        actions: { "sentinel-ai/respond@v1": { dir: CHECKOUT } },
        runnerIsFree: timeline.quiet,
        warm: true,
        runnerEnv: { NODE_EXTRA_CA_CERTS: tls.caPath },
      }),
    );
    const slack = isDead("slack") ? null : opened(await startSlack({ journal }));
    const accounts = tenantAccounts(key.publicKey, github, slack ? () => slack.issueToken() : null);
    const auth0 = isDead("auth0")
      ? null
      : opened(await startAuth0({ journal, tls, interval: POLL_SECONDS, phone: { buttonAllowed: true }, ...accounts }));
    if (auth0 && isDead("vault")) auth0.faults.refuseVault = true;
    const realKey = args.model === null && !isDead("gemini") ? process.env.GEMINI_API_KEY : undefined;
    const gemini =
      realKey || isDead("gemini") ? null : opened(await startGemini({ journal, model: args.model ?? "good" }));

    const nowhere = await freePort();
    const appPort = await freePort();
    const url = `http://127.0.0.1:${appPort}/api/github/webhooks`;
    const app = registerApps(github, { url, secret: WEBHOOK_SECRET });
    const domain = auth0?.domain ?? `localhost:${nowhere}`;
    const repo = await seedRepository(github, args, rehearsal, {
      variables: {
        SENTINEL_APP_ID: String(app.id),
        SENTINEL_REASONER: args.reasoner,
        ...(realKey ? {} : { SENTINEL_GEMINI_BASE_URL: gemini?.baseUrl ?? `http://127.0.0.1:${nowhere}` }),
        SENTINEL_AUTH0_DOMAIN: domain,
        SENTINEL_AUTH0_AUDIENCE: AUDIENCE,
        SENTINEL_AUTH0_CLIENT_ID: CLIENT.ciba,
        SENTINEL_AUTH0_VAULT_CLIENT_ID: CLIENT.vault,
      },
      geminiKey: realKey ?? gemini?.apiKey ?? "key-of-a-dead-service",
      auth0Key: key.privateKey,
    });
    await protectResponder(github, repo);
    const before = foreignRulesets(github, repo);
    const running = await startApp({
      APP_ID: String(app.id),
      PRIVATE_KEY: app.privateKey,
      WEBHOOK_SECRET,
      HOST: "127.0.0.1",
      PORT: String(appPort),
      GITHUB_API_URL: github.apiUrl,
      NODE_EXTRA_CA_CERTS: tls.caPath,
      AUTH0_DOMAIN: domain,
      AUTH0_WORKER_CLIENT_ID: CLIENT.worker,
      AUTH0_PRIVATE_KEY: key.privateKey,
      SLACK_AUTH0_USER: SPEAKER,
      SLACK_API_URL: slack?.apiUrl ?? `http://127.0.0.1:${nowhere}/api/`,
    });
    closers.push(() => running.stop());
    const slackMessages = () => slack?.messages ?? [];
    return { github, auth0, slackMessages, repo, app: running, foreignRulesets: before, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function makeKey() {
  return generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}

/** One key pair, three clients; one approver with a phone and a connected GitHub account; one account that speaks in Slack. */
function tenantAccounts(
  publicKeyPem: string,
  github: GitHub,
  slackToken: (() => string) | null,
): Pick<Auth0Options, "clients" | "apis" | "users"> {
  return {
    clients: [
      { id: CLIENT.ciba, name: "Sentinel", kind: "ciba", publicKeyPem },
      { id: CLIENT.vault, kind: "custom-api", publicKeyPem, audience: AUDIENCE },
      {
        id: CLIENT.worker,
        kind: "worker",
        publicKeyPem,
        grants: [{ connection: SLACK_CONNECTION, scopes: ["chat:write"] }],
        ipAllowlist: ["127.0.0.1", "::1"],
      },
    ],
    apis: [{ audience: AUDIENCE, permissions: PERMISSIONS, authorizationDetailsTypes: [DETAILS_TYPE] }],
    users: [
      {
        id: APPROVER.auth0,
        name: APPROVER.name,
        permissions: PERMISSIONS,
        enrolled: "confirmed",
        connected: { github: () => approverToken(github) },
      },
      {
        id: SPEAKER,
        name: "Sentinel",
        permissions: [],
        enrolled: "none",
        connected: slackToken ? { [SLACK_CONNECTION]: slackToken } : {},
      },
    ],
  };
}

async function folder(parent: string, name: string): Promise<string> {
  const path = join(parent, name);
  await mkdir(path, { recursive: true });
  return path;
}
