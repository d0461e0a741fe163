import { generateKeyPairSync } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { RESPONDER_ENVIRONMENT, RESPONDER_REF, RESPONDER_WORKFLOW } from "../../src/incident/names.ts";
import { startAuth0 } from "../auth0/tenant.ts";
import type { Auth0 } from "../auth0/types.ts";
import { startGemini } from "../gemini/gemini.ts";
import { startGitHub } from "../github/github.ts";
import type { GitHub, RepoRef } from "../github/types.ts";
import { startSlack } from "../slack/slack.ts";
import { createTls, trustTls } from "../tls.ts";
import { type AppProcess, startApp } from "./app-process.ts";
import type { Arguments } from "./arguments.ts";
import { APPROVER, drillPolicy } from "./policy.ts";
import { freePort } from "./ports.ts";
import type { Rehearsal } from "./rehearsal.ts";
import type { Timeline } from "./timeline.ts";

/** Everything the line needs, running on loopback: the stand-ins with their accounts, and the App. */
export type Stage = {
  readonly github: GitHub;
  readonly auth0: Auth0 | null;
  readonly slackMessages: () => readonly unknown[];
  readonly repo: RepoRef;
  readonly app: AppProcess;
  readonly foreignRuleset: string;
  close(): Promise<void>;
};

const CHECKOUT = resolve(import.meta.dirname, "../..");
const AUDIENCE = "https://sentinel.example/api";
const DETAILS_TYPE = "urn:auth0:schemas:authorization-details:v1:sentinel-rollback";
const CLIENT = { ciba: "sentinel-ask", vault: "sentinel-vault", worker: "sentinel-worker" } as const;
const SPEAKER = "auth0|sentinel-speaker";
const APP_SLUG = "sentinel";
const HANDS_SLUG = "sentinel-hands";
const CONSOLE_SLUG = "web-console";
const ADMIN = "platform-admin";
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
  try {
    const dir = await folder(workDir, "github");
    const tls = await createTls(await folder(workDir, "tls"));
    trustTls(tls.certPem);
    const journal = timeline.journal;
    const key = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    const github = opened(
      await startGitHub({
        journal,
        dir,
        actions: { "sentinel-ai/respond@v1": { dir: CHECKOUT } },
        runnerEnv: { NODE_EXTRA_CA_CERTS: tls.caPath },
      }),
    );
    const slack = args.kill.includes("slack") ? null : opened(await startSlack({ journal }));
    const auth0 = args.kill.includes("auth0")
      ? null
      : opened(
          await startAuth0({
            journal,
            tls,
            interval: POLL_SECONDS,
            phone: { buttonAllowed: true },
            clients: [
              { id: CLIENT.ciba, kind: "ciba", publicKeyPem: key.publicKey },
              { id: CLIENT.vault, kind: "custom-api", publicKeyPem: key.publicKey, audience: AUDIENCE },
              {
                id: CLIENT.worker,
                kind: "worker",
                publicKeyPem: key.publicKey,
                grants: [{ connection: "sign-in-with-slack", scopes: ["chat:write"] }],
                ipAllowlist: ["127.0.0.1", "::1"],
              },
            ],
            apis: [
              {
                audience: AUDIENCE,
                permissions: ["rollback:sev1", "rollback:sev2", "rollback:sev3"],
                authorizationDetailsTypes: [DETAILS_TYPE],
              },
            ],
            users: [
              {
                id: APPROVER.auth0,
                name: APPROVER.name,
                permissions: ["rollback:sev1", "rollback:sev2", "rollback:sev3"],
                enrolled: "confirmed",
                connected: { github: () => github.userToken(APPROVER.login, HANDS_SLUG) },
              },
              {
                id: SPEAKER,
                name: "Sentinel",
                permissions: [],
                enrolled: "none",
                connected: slack ? { "sign-in-with-slack": () => slack.issueToken() } : {},
              },
            ],
          }),
        );
    if (auth0 && args.kill.includes("vault")) auth0.faults.refuseVault = true;
    const useRealGemini = args.reasoner === "gemini" && args.model === null && Boolean(process.env.GEMINI_API_KEY);
    const gemini =
      args.kill.includes("gemini") || useRealGemini
        ? null
        : opened(await startGemini({ journal, model: args.model ?? "good" }));

    const nowhere = await freePort();
    const appPort = await freePort();
    const app = github.addApp({
      slug: APP_SLUG,
      name: "Sentinel",
      permissions: APP_PERMISSIONS,
      events: APP_EVENTS,
      webhook: { url: `http://127.0.0.1:${appPort}/api/github/webhooks`, secret: "drill-webhook-secret" },
    });
    const repo = await seedRepository(
      github,
      args,
      rehearsal,
      {
        SENTINEL_APP_ID: String(app.id),
        SENTINEL_REASONER: args.reasoner,
        ...(useRealGemini ? {} : { SENTINEL_GEMINI_BASE_URL: gemini ? gemini.baseUrl : `http://127.0.0.1:${nowhere}` }),
        SENTINEL_AUTH0_DOMAIN: auth0?.domain ?? `localhost:${nowhere}`,
        SENTINEL_AUTH0_AUDIENCE: AUDIENCE,
        SENTINEL_AUTH0_CLIENT_ID: CLIENT.ciba,
        SENTINEL_AUTH0_VAULT_CLIENT_ID: CLIENT.vault,
      },
      key.privateKey,
    );
    const foreignRuleset = await protectResponder(github, repo);

    const running = await startApp({
      APP_ID: String(app.id),
      PRIVATE_KEY: app.privateKey,
      WEBHOOK_SECRET: "drill-webhook-secret",
      HOST: "127.0.0.1",
      PORT: String(appPort),
      GITHUB_API_URL: github.apiUrl,
      NODE_EXTRA_CA_CERTS: tls.caPath,
      AUTH0_DOMAIN: auth0?.domain ?? `localhost:${nowhere}`,
      AUTH0_WORKER_CLIENT_ID: CLIENT.worker,
      AUTH0_PRIVATE_KEY: key.privateKey,
      SLACK_AUTH0_USER: SPEAKER,
      SLACK_API_URL: slack?.apiUrl ?? `http://127.0.0.1:${nowhere}/api/`,
    });
    closers.push(() => running.stop());
    return { github, auth0, slackMessages: () => slack?.messages ?? [], repo, app: running, foreignRuleset, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const APP_PERMISSIONS = {
  metadata: "read",
  administration: "write",
  checks: "write",
  issues: "write",
  actions: "write",
  contents: "read",
  deployments: "read",
  statuses: "read",
  pull_requests: "read",
} as const;

const APP_EVENTS = [
  "deployment_status",
  "check_run",
  "check_suite",
  "workflow_run",
  "issue_comment",
  "push",
  "repository_ruleset",
] as const;

async function seedRepository(
  github: GitHub,
  args: Arguments,
  rehearsal: Rehearsal,
  variables: Readonly<Record<string, string>>,
  privateKey: string,
): Promise<RepoRef> {
  const { owner, name, branch } = rehearsal;
  github.addOrganization(owner);
  github.addUser({ login: ADMIN });
  const approver = github.addUser({ login: APPROVER.login, name: APPROVER.name });
  const defaults = await github.addRepository({
    owner,
    name: ".github",
    defaultBranch: "main",
    collaborators: { [ADMIN]: "admin" },
  });
  await github.commitFiles(
    defaults,
    "main",
    { ".github/sentinel.yml": drillPolicy(args, approver.id) },
    "Say who may approve a rollback",
    ADMIN,
  );
  const repo = await github.addRepository({
    owner,
    name,
    defaultBranch: branch,
    borrowFrom: rehearsal.gitDir,
    branches: { [branch]: rehearsal.bad },
    collaborators: { [ADMIN]: "admin", [APPROVER.login]: "maintain" },
  });
  const workflow = await readFile(join(CHECKOUT, "examples/sentinel-workflow.yml"), "utf8");
  await github.commitFiles(repo, RESPONDER_REF, { [RESPONDER_WORKFLOW]: workflow }, "Add the responder", ADMIN);
  github.setVariables(repo, variables);
  github.addEnvironment(repo, {
    name: "sentinel-analysis",
    branches: [RESPONDER_REF],
    secrets: { GEMINI_API_KEY: process.env.GEMINI_API_KEY ?? "drill-gemini-key" },
  });
  github.addEnvironment(repo, {
    name: RESPONDER_ENVIRONMENT,
    branches: [RESPONDER_REF],
    secrets: { SENTINEL_AUTH0_PRIVATE_KEY: privateKey },
  });
  github.addApp({
    slug: HANDS_SLUG,
    name: "Sentinel hands",
    permissions: { metadata: "read", contents: "write", workflows: "write", pull_requests: "write" },
    events: [],
  });
  github.addApp({
    slug: CONSOLE_SLUG,
    name: "Web",
    permissions: { metadata: "read", administration: "write" },
    events: [],
  });
  for (const slug of [APP_SLUG, HANDS_SLUG, CONSOLE_SLUG]) github.install(slug, owner, "all");
  return repo;
}

/** An admin's own ruleset keeps writers off the responder's branch; Sentinel must leave it as it is. */
async function protectResponder(github: GitHub, repo: RepoRef): Promise<string> {
  const response = await fetch(`${github.apiUrl}/repos/${repo.owner}/${repo.name}/rulesets`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${github.userToken(ADMIN, CONSOLE_SLUG)}`,
      accept: "application/vnd.github+json",
      "content-type": "application/json",
    },
    body: JSON.stringify({
      name: "only admins change the responder",
      target: "branch",
      enforcement: "active",
      conditions: { ref_name: { include: [`refs/heads/${RESPONDER_REF}`], exclude: [] } },
      rules: [{ type: "update" }, { type: "deletion" }, { type: "non_fast_forward" }],
      bypass_actors: [],
    }),
  });
  if (response.status !== 201) throw new Error(`the stand-in refused the admin's ruleset: ${await response.text()}`);
  return foreignRulesets(github, repo);
}

/** Every ruleset that is not Sentinel's, as bytes to compare. */
export function foreignRulesets(github: GitHub, repo: RepoRef): string {
  return JSON.stringify(github.state.rulesets(repo).filter((ruleset) => !ruleset.name.startsWith("sentinel hold ")));
}

async function folder(parent: string, name: string): Promise<string> {
  const path = join(parent, name);
  await mkdir(path, { recursive: true });
  return path;
}
