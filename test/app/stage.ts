import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { stringify } from "yaml";
import { startGitHub } from "../../drill/github/github.ts";
import type { GitHub, RepoRef } from "../../drill/github/types.ts";
import { createJournal, type JournalEntry } from "../../drill/journal.ts";
import { freePort } from "../../drill/story/ports.ts";
import { APP_PERMISSIONS, SUBSCRIBED } from "../../src/incident/registration.ts";
import type { PolicyInput } from "../../src/policy/schema.ts";

/** The real App as a process of its own beside the stand-in GitHub, with one repository that has a good deployment. */
export type Stage = {
  readonly github: GitHub;
  readonly repo: RepoRef;
  readonly appId: number;
  readonly good: string;
  readonly calls: readonly JournalEntry[];
  readonly app: AppProcess;
  /** Where the App answers; null while none runs. */
  readonly appUrl: string | null;
  readonly env: Readonly<Record<string, string>>;
  /** Adds a commit to main, as a push that nobody deployed yet. */
  commit(message: string): Promise<string>;
  /** Deploys a revision of main to production. */
  deploy(sha: string, state: "success" | "failure" | "error" | "in_progress", description?: string): number;
  restart(env?: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
};

export type AppProcess = {
  readonly url: string;
  readonly output: readonly string[];
  isRunning(): boolean;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
};

export const SECRET = "a-webhook-secret-of-the-tests";
export const APPROVER = { login: "lead", id: 700 };
export const PEOPLE = { dev: 701, admin: 702, reader: 703 };
export const OWNER = "acme";
const RESPONDER = `name: Sentinel
run-name: sentinel incident \${{ inputs.incident }}
on:
  workflow_dispatch:
    inputs:
      incident:
        required: true
        type: string
permissions: {}
jobs:
  respond:
    runs-on: ubuntu-latest
    steps:
      - run: |
          REPORT_COMMAND
`;

export function policyOf(change: Partial<PolicyInput> = {}): PolicyInput {
  return {
    version: 1,
    signals: [{ deployment: "production" }],
    people: [{ github: APPROVER.login, id: APPROVER.id, auth0: "auth0|lead", approves: ["sev1", "sev2", "sev3"] }],
    ...change,
  };
}

export type StageOptions = {
  readonly policy?: PolicyInput | null;
  readonly organisationPolicy?: PolicyInput;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the first revision is deployed green. Default true. */
  readonly deployed?: boolean;
  readonly start?: boolean;
  /** Until the App is started, its webhooks are lost for good: nothing is there to be asked for again, however long that takes. */
  readonly isUnheard?: boolean;
  /** What the responder's job runs. */
  readonly responder?: string;
  /** What the job is called. Default `respond`. */
  readonly responderJob?: string;
  /** Whether the responder's branch and environment are as they must be. Default true. */
  readonly isProtected?: boolean;
  /** Whether the repository has issues. Default true. */
  readonly hasIssues?: boolean;
  /** GitHub's clock, in milliseconds since the epoch. */
  readonly now?: () => number;
};

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const dir = await mkdtemp(join(tmpdir(), "sentinel-app-"));
  const journal = createJournal();
  const github = await startGitHub({ journal, dir, ...(options.now ? { now: options.now } : {}) });
  if (options.isUnheard) github.faults.webhooks.drop = Number.MAX_SAFE_INTEGER;
  const port = await freePort();
  github.addOrganization(OWNER);
  github.addUser(APPROVER);
  for (const [login, id] of Object.entries(PEOPLE)) github.addUser({ login, id });
  const app = github.addApp({
    slug: "sentinel",
    name: "Sentinel",
    permissions: APP_PERMISSIONS,
    events: SUBSCRIBED,
    webhook: { url: `http://127.0.0.1:${port}/api/github/webhooks`, secret: SECRET },
  });
  const repo = await github.addRepository({
    owner: OWNER,
    name: "shop",
    defaultBranch: "main",
    hasIssues: options.hasIssues !== false,
    collaborators: { dev: "write", admin: "admin", [APPROVER.login]: "maintain", reader: "read" },
  });
  const files = options.policy === null ? {} : { ".github/sentinel.yml": stringify(options.policy ?? policyOf()) };
  const good = await github.commitFiles(repo, "main", { "shop.js": "works", ...files }, "Open the shop", "dev");
  await github.commitFiles(
    repo,
    "sentinel",
    { ".github/workflows/sentinel.yml": responderOf(options) },
    "Add the responder",
    "admin",
  );
  if (options.isProtected !== false) await protectResponder(github, repo);
  if (options.organisationPolicy) {
    const shared = await github.addRepository({
      owner: OWNER,
      name: ".github",
      defaultBranch: "main",
      collaborators: { admin: "admin" },
    });
    await github.commitFiles(
      shared,
      "main",
      { ".github/sentinel.yml": stringify(options.organisationPolicy) },
      "Say the rules",
      "admin",
    );
  }
  github.install("sentinel", OWNER, "all");
  const deploy: Stage["deploy"] = (sha, state, description = "said by the deployer") => {
    const { id } = github.ci.deployment({
      repo,
      sha,
      ref: "main",
      environment: "production",
      creator: "github-actions[bot]",
    });
    github.ci.deploymentStatus({ repo, deployment: id, state, description });
    return id;
  };
  if (options.deployed !== false) deploy(good, "success");
  await github.idle();
  const env = {
    APP_ID: String(app.id),
    PRIVATE_KEY: app.privateKey,
    WEBHOOK_SECRET: SECRET,
    HOST: "127.0.0.1",
    PORT: String(port),
    GITHUB_API_URL: github.apiUrl,
    SENTINEL_SWEEP_SECONDS: "3600",
    ...options.env,
  };
  let running = options.start === false ? null : await startAppProcess(env);
  if (running) await isReady(running.url);
  let count = 0;
  return {
    github,
    repo,
    appId: app.id,
    good,
    calls: journal.entries,
    env,
    get app() {
      if (running === null) throw new Error("invariant: the App was not started");
      return running;
    },
    get appUrl() {
      return running?.isRunning() ? running.url : null;
    },
    commit: (message) => {
      count += 1;
      return github.commitFiles(repo, "main", { "shop.js": `change ${count}` }, message, "dev");
    },
    deploy,
    restart: async (change = {}) => {
      await running?.stop();
      github.faults.webhooks.drop = 0;
      running = await startAppProcess({ ...env, ...change });
      await isReady(running.url);
    },
    close: async () => {
      await running?.stop();
      await github.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** A foreign ruleset, which Sentinel must leave as it is, and the environment that belongs to that branch alone. */
async function protectResponder(github: GitHub, repo: RepoRef): Promise<void> {
  github.addApp({
    slug: "console",
    name: "Console",
    permissions: { metadata: "read", administration: "write", issues: "write" },
    events: [],
  });
  github.install("console", OWNER, "all");
  github.addEnvironment(repo, { name: "sentinel", branches: ["sentinel"], secrets: {} });
  const response = await fetch(`${github.apiUrl}/repos/${repo.owner}/${repo.name}/rulesets`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${github.userToken("admin", "console")}`,
      accept: "application/vnd.github+json",
      "content-type": "application/json",
    },
    body: JSON.stringify({
      name: "only admins change the responder",
      target: "branch",
      enforcement: "active",
      conditions: { ref_name: { include: ["refs/heads/sentinel"], exclude: [] } },
      rules: [{ type: "update" }, { type: "deletion" }, { type: "non_fast_forward" }],
      bypass_actors: [],
    }),
  });
  if (response.status !== 201) throw new Error(`the admin's ruleset was refused: ${await response.text()}`);
}

export function foreignRulesets(stage: Stage): string {
  const foreign = stage.github.state.rulesets(stage.repo).filter(({ name }) => !name.startsWith("sentinel hold "));
  return JSON.stringify(foreign);
}

const MAIN = resolve(import.meta.dirname, "../../src/app/main.ts");

export async function startAppProcess(env: Readonly<Record<string, string>>): Promise<AppProcess> {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH ?? "", NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  const port = await new Promise<number>((ready, failed) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      output.push(line);
      if (line.includes('"msg":"listening"')) ready(JSON.parse(line).port);
    });
    createInterface({ input: child.stderr }).on("line", (line) => output.push(line));
    child.once("exit", (code) => failed(new Error(`the App ended with ${code}:\n${output.join("\n")}`)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    output,
    isRunning: () => isRunning(child),
    stop: (signal = "SIGTERM") => stop(child, signal),
  };
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (!isRunning(child)) return child.exitCode;
  const ended = once(child, "exit");
  child.kill(signal);
  const kill = setTimeout(() => child.kill("SIGKILL"), 8000);
  await ended;
  clearTimeout(kill);
  return child.exitCode;
}

async function isReady(url: string): Promise<void> {
  await until(async () => (await fetch(`${url}/readyz`)).ok, "the App is ready");
}

/** Waits until something is true of the stand-in's state; the words say what was waited for. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  ms = 30_000,
  everyMs = 20,
): Promise<void> {
  const end = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain until ${what}`);
    await delay(everyMs);
  }
}

/** Resolves when no webhook and no look of the App at `url` is under way, and nothing followed from the last one. */
export async function atRest(stage: Stage, quietMs = 250, url = stage.appUrl): Promise<void> {
  for (;;) {
    await stage.github.idle();
    const before = stage.calls.length;
    await delay(quietMs);
    if (stage.calls.length === before && (url === null || (await isIdle(url)))) return;
  }
}

/** The App there is ready, and no look of it is under way; false where none answers. */
export async function isIdle(url: string): Promise<boolean> {
  const ask = async (path: string) => (await fetch(`${url}${path}`, { headers: { connection: "close" } })).text();
  try {
    return (await ask("/readyz")) === "ready" && /^sentinel_looks_under_way 0$/m.test(await ask("/metrics"));
  } catch {
    return false;
  }
}

/** What Sentinel wrote under the first issue, oldest first. */
export function answersOf({ github, repo }: Stage): readonly string[] {
  const comments = github.state.issues(repo)[0]?.comments ?? [];
  return comments.filter(({ author }) => author === "sentinel[bot]").map(({ body }) => body);
}

export function holdsOf(stage: Stage): readonly string[] {
  return stage.github.state
    .rulesets(stage.repo)
    .map(({ name }) => name)
    .filter((name) => name.startsWith("sentinel hold "));
}

function responderOf({ responder = "echo looking", responderJob = "respond" }: StageOptions): string {
  return RESPONDER.replace("REPORT_COMMAND", () => responder).replace("  respond:\n", `  ${responderJob}:\n`);
}
