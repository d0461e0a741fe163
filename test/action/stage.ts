import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startAuth0 } from "../../drill/auth0/tenant.ts";
import type { Auth0 } from "../../drill/auth0/types.ts";
import { startGitHub } from "../../drill/github/github.ts";
import type { GitHub, RepoRef } from "../../drill/github/types.ts";
import { createJournal, type Journal } from "../../drill/journal.ts";
import { createTls } from "../../drill/tls.ts";
import type { Diagnosis, Proposal } from "../../src/incident/diagnosis.ts";
import { encodeMemory, type Memory } from "../../src/incident/memory.ts";
import { CHECK_NAME, holdName, REPORT_TITLE, RESPONDER_REF, RESPONDER_WORKFLOW } from "../../src/incident/names.ts";
import { APP_PERMISSIONS, HANDS_PERMISSIONS } from "../../src/incident/registration.ts";
import { decodeReport, type Report } from "../../src/incident/report.ts";
import { Policy, type PolicyInput } from "../../src/policy/schema.ts";
import { justOpened } from "../incident/memory-fixture.ts";
import { actionFromSource, makeDir, ROOT } from "../standins/action-from-source.ts";
import { asInstallation, asPerson } from "../standins/rest-caller.ts";
import { AUDIENCE, DETAILS_TYPE, PRIVATE_KEY, PUBLIC_KEY } from "../standins/sample-tenant.ts";

/**
 * A held branch with an open incident, as the App leaves it, and the responder's second job ready to be dispatched: the real
 * Action in the stand-in runner, against the stand-in GitHub and tenant.
 */
export type Stage = {
  readonly github: GitHub;
  readonly auth0: Auth0;
  readonly journal: Journal;
  readonly repo: RepoRef;
  readonly good: string;
  readonly bad: string;
  readonly incident: number;
  readonly memory: Memory;
  /** GitHub tokens that the vault released. */
  readonly released: readonly string[];
  /** Dispatches the job; gives the run's id. */
  dispatch(
    change?: Partial<Omit<Proposal, "diagnosis">> & { readonly diagnosis?: Partial<Diagnosis> },
  ): Promise<number>;
  /** A ruleset of the repository's own, on the held branch. */
  demand(rule: "pull_request"): Promise<void>;
  /** Another incident of the repository, on another branch, that asked this person so many times just now. */
  askElsewhere(approver: string, times: number): Promise<void>;
  /** What the App would write: the memory after a change. */
  remember(change: Partial<Memory>): Promise<void>;
  /** Somebody deletes the hold's ruleset. */
  removeHold(): Promise<void>;
  /** Runs when the vault is about to release a token. */
  whenReleased(then: () => Promise<void>): void;
  answer(decision: "approve" | "deny"): Promise<void>;
  /** Resolves when a push has arrived on a phone. */
  asked(): Promise<void>;
  askedOf(people: number): Promise<void>;
  /** Resolves when the job's log has this. */
  said(words: string): Promise<void>;
  /** Somebody whom the hold lets through pushes by hand. */
  moveHead(): Promise<void>;
  ended(run: number): Promise<{
    readonly conclusion: string | null;
    readonly log: string;
    readonly report: RespondReport;
    /** The output `result`, as it stands. */
    readonly result: string;
  }>;
  close(): Promise<void>;
};

export type RespondReport = Extract<Report, { phase: "respond" }>;
export type StageOptions = {
  readonly policy?: Partial<PolicyInput>;
  /** Which Action runs: the sources (default) or the committed bundle. */
  readonly action?: "source" | "bundle";
  /** Files of the bad commit. */
  readonly badFiles?: Readonly<Record<string, string>>;
  /** What else its message says. */
  readonly badMessage?: string;
  /** Who made it, and who pushed it where that is somebody else. */
  readonly badAuthor?: string;
  /** What another App wrote under our check run's name before we did, where it differs from ours. */
  readonly forged?: Partial<Memory>;
  readonly badPusher?: string;
  /** The App behind Auth0 was given what `redeploy: true` needs. */
  readonly handsDeploy?: boolean;
};

const OWNER = "acme";
const NAME = "shop";
const LEAD = "lead";
const SECOND = "second";

export async function setStage(options: StageOptions = {}): Promise<Stage> {
  const dir = mkdtempSync(join(tmpdir(), "sentinel-stage-"));
  const journal = createJournal();
  const tls = await createTls(process.env.SENTINEL_TLS_DIR ?? "");
  const github = await startGitHub({
    journal,
    dir: makeDir(dir, "github"),
    actions: { "sentinel-ai/respond@v1": { dir: options.action === "bundle" ? ROOT : actionFromSource(dir) } },
    runnerEnv: { NODE_EXTRA_CA_CERTS: tls.caPath },
  });
  const [lead, second] = [github.addUser({ login: LEAD, email: "lea@example.com" }), github.addUser({ login: SECOND })];
  github.addUser({ login: "mallory", email: "mallory@example.com" });
  github.addUser({ login: "admin" });
  github.addOrganization(OWNER);
  const app = github.addApp({ slug: "sentinel", name: "Sentinel", permissions: APP_PERMISSIONS, events: [] });
  github.addApp({
    slug: "hands",
    name: "Sentinel hands",
    permissions: { ...HANDS_PERMISSIONS, ...(options.handsDeploy ? { deployments: "write" } : {}) },
    events: [],
  });
  const repo = await github.addRepository({
    owner: OWNER,
    name: NAME,
    defaultBranch: "main",
    collaborators: { admin: "admin", [LEAD]: "maintain", [SECOND]: "maintain", mallory: "write" },
  });
  const lines: string[] = [];
  github.onJobLine(({ text }) => lines.push(text));
  const installation = github.install("sentinel", OWNER, [NAME]);
  github.install("hands", OWNER, [NAME]);
  const released: string[] = [];
  let onRelease = async (): Promise<void> => {};
  const release = (login: string) => () => {
    void onRelease();
    const token = github.userToken(login, "hands");
    released.push(token);
    return token;
  };
  const auth0 = await startTenant(journal, tls, { [LEAD]: release(LEAD), [SECOND]: release(SECOND) });
  await github.commitFiles(repo, "main", { "README.md": "soon\n" }, "Begin", LEAD);
  const good = await github.commitFiles(
    repo,
    "main",
    { "app.js": "ok\n", "README.md": "shop\n" },
    "A good start",
    "admin",
  );
  await github.commitFiles(repo, "main", { "util.js": "1\n" }, "Add a helper", "mallory");
  const bad = await breakIt(github, repo, options);
  await github.commitFiles(repo, RESPONDER_REF, { [RESPONDER_WORKFLOW]: WORKFLOW }, "Respond", "admin");
  github.addEnvironment(repo, {
    name: "sentinel",
    branches: [RESPONDER_REF],
    secrets: { SENTINEL_AUTH0_PRIVATE_KEY: PRIVATE_KEY },
  });
  github.setVariables(repo, {
    SENTINEL_APP_ID: String(app.id),
    SENTINEL_AUTH0_DOMAIN: auth0.domain,
    SENTINEL_AUTH0_AUDIENCE: AUDIENCE,
    SENTINEL_AUTH0_CLIENT_ID: "asks",
    SENTINEL_AUTH0_VAULT_CLIENT_ID: "vault",
  });

  const call = await asInstallation(github, repo, app, installation.id);
  const policy = Policy.parse({
    version: 1,
    signals: [{ deployment: "production" }],
    people: [
      { github: LEAD, id: lead.id, auth0: "auth0|lead", approves: ["sev1", "sev2", "sev3"] },
      { github: SECOND, id: second.id, auth0: "auth0|second", approves: ["sev1"] },
    ],
    ...options.policy,
  });
  const { number: incident } = await call("POST", "issues", { title: "incident", labels: ["sentinel:incident"] });
  const hold = await call("POST", "rulesets", {
    name: holdName("main", bad, Number(incident)),
    target: "branch",
    enforcement: "active",
    conditions: { ref_name: { include: ["refs/heads/main"], exclude: [] } },
    rules: [{ type: "update" }, { type: "deletion" }, { type: "non_fast_forward" }],
    bypass_actors: [lead, second].map(({ id }) => ({ actor_type: "User", actor_id: id, bypass_mode: "always" })),
  });
  let memory = justOpened({ repoId: repo.id, badHead: bad, lastGood: good, incident: Number(incident), policy });
  if (options.forged !== undefined) {
    const rogue = github.addApp({ slug: "rogue", name: "Sentinel", permissions: ROGUE_PERMISSIONS, events: [] });
    const forge = await asInstallation(github, repo, rogue, github.install("rogue", OWNER, [NAME]).id);
    const text = encodeMemory({ ...memory, ...options.forged });
    const output = { title: "held", summary: "held", text };
    await forge("POST", "check-runs", { name: CHECK_NAME, head_sha: bad, status: "in_progress", output });
  }
  const checkRun = await call("POST", "check-runs", {
    name: CHECK_NAME,
    head_sha: bad,
    status: "in_progress",
    output: { title: "held", summary: "held", text: encodeMemory(memory) },
  });

  return {
    github,
    auth0,
    journal,
    repo,
    good,
    bad,
    incident: Number(incident),
    memory,
    released,
    dispatch: async (change = {}) => {
      const proposal = { ...proposalFor(memory), ...change, diagnosis: { ...DIAGNOSIS, ...change.diagnosis } };
      const inputs = { incident: String(incident), proposal: JSON.stringify(proposal) };
      await call("POST", "actions/workflows/sentinel.yml/dispatches", { ref: RESPONDER_REF, inputs });
      return Math.max(...github.state.runs(repo).map(({ id }) => id));
    },
    demand: async (type) => {
      await call("POST", "rulesets", {
        name: "house rule",
        target: "branch",
        enforcement: "active",
        conditions: { ref_name: { include: ["refs/heads/main"], exclude: [] } },
        rules: [{ type, ...(type === "pull_request" ? { parameters: PULL_REQUEST } : {}) }],
      });
    },
    askElsewhere: async (approver, times) => {
      const other = await github.commitFiles(repo, "other", { "o.js": "1\n" }, "Other work", "admin");
      const { number } = await call("POST", "issues", { title: "other", labels: ["sentinel:incident"] });
      const person = policy.people.find((one) => one.github === approver);
      const at = new Date(Date.now() - 60_000).toISOString();
      const ask = { at, approver, approverId: person?.id ?? 0, digest: "x", answer: "expired" };
      const asks = Array.from({ length: times }, (_, i) => ({ ...ask, at: at.replace(/Z$/, `${i}Z`) }));
      const elsewhere: Memory = { ...memory, branch: "other", badHead: other, incident: Number(number), asks };
      await call("POST", "check-runs", {
        name: CHECK_NAME,
        head_sha: other,
        status: "in_progress",
        output: { title: "held", summary: "held", text: encodeMemory(elsewhere) },
      });
      await call("POST", "rulesets", {
        name: holdName("other", other, Number(number)),
        target: "branch",
        enforcement: "active",
        conditions: { ref_name: { include: ["refs/heads/other"], exclude: [] } },
        rules: [{ type: "update" }],
      });
    },
    remember: async (change) => {
      memory = { ...memory, ...change };
      await call("PATCH", `check-runs/${checkRun.id}`, {
        output: { title: "held", summary: "held", text: encodeMemory(memory) },
      });
    },
    removeHold: async () => {
      await call("DELETE", `rulesets/${hold.id}`);
    },
    whenReleased: (then) => {
      onRelease = then;
    },
    asked: () => eventually(() => auth0.inbox().length > 0, "a push", lines),
    askedOf: (people) => eventually(() => auth0.inbox().length >= people, `${people} pushes`, lines),
    said: (words) => eventually(() => lines.some((line) => line.includes(words)), words, lines),
    moveHead: async () => {
      await github.commitFiles(repo, "main", { "fix.js": "1\n" }, "Fix by hand", LEAD);
    },
    answer: async (decision) => {
      await eventually(() => auth0.inbox().length > 0, "a push", lines);
      for (const { id } of [...auth0.inbox()]) await auth0.decide(id, decision, "button");
    },
    ended: async (run) => {
      await eventually(
        () => github.state.runs(repo).find(({ id }) => id === run)?.status === "completed",
        "the run's end",
        lines,
      );
      const found = github.state.runs(repo).find(({ id }) => id === run);
      const reports = github.state.annotations(repo, run).filter(({ title }) => title === REPORT_TITLE);
      const report = decodeReport(reports.at(-1)?.message ?? "");
      const { log = "", outputs = {} } = found?.jobs.at(-1) ?? {};
      if (report?.phase !== "respond") throw new Error(`the job left no report:\n${log}`);
      return { conclusion: found?.conclusion ?? null, log, report, result: outputs.result ?? "" };
    },
    close: async () => {
      await github.close();
      await auth0.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function breakIt(github: GitHub, repo: RepoRef, options: StageOptions): Promise<string> {
  const { badFiles = { "app.js": "broken\n" }, badMessage = "", badAuthor = "mallory", badPusher } = options;
  const commit = (branch: string) => github.commitFiles(repo, branch, badFiles, `Break it\n\n${badMessage}`, badAuthor);
  if (badPusher === undefined) return commit("main");
  const person = asPerson(github, repo, github.userToken(badPusher, "hands"));
  await person("POST", "git/refs", { ref: "refs/heads/side", sha: await github.state.head(repo, "main") });
  const sha = await commit("side");
  await person("PATCH", "git/refs/heads/main", { sha, force: false });
  return sha;
}

async function startTenant(
  journal: Journal,
  tls: Awaited<ReturnType<typeof createTls>>,
  tokens: Readonly<Record<string, () => string>>,
): Promise<Auth0> {
  const permissions = ["rollback:sev1", "rollback:sev2", "rollback:sev3"];
  return startAuth0({
    journal,
    tls,
    interval: 0.1,
    clients: [
      { id: "asks", publicKeyPem: PUBLIC_KEY, kind: "ciba" },
      { id: "vault", publicKeyPem: PUBLIC_KEY, kind: "custom-api", audience: AUDIENCE },
    ],
    apis: [{ audience: AUDIENCE, permissions, authorizationDetailsTypes: [DETAILS_TYPE] }],
    users: Object.entries(tokens).map(([login, github]) => ({
      id: `auth0|${login}`,
      name: login,
      permissions,
      enrolled: "confirmed" as const,
      connected: { github },
    })),
  });
}

const WORKFLOW = `name: Sentinel
run-name: sentinel incident \${{ inputs.incident }}
on:
  workflow_dispatch:
    inputs:
      incident: { required: true, type: string }
      proposal: { required: true, type: string }
permissions: {}
jobs:
  respond:
    runs-on: ubuntu-latest
    environment: { name: sentinel, deployment: false }
    permissions: { checks: read, contents: read, issues: write, pull-requests: read }
    outputs:
      result: \${{ steps.sentinel.outputs.result }}
    steps:
      - id: sentinel
        uses: sentinel-ai/respond@v1
        with:
          phase: respond
          incident: \${{ inputs.incident }}
          app-id: \${{ vars.SENTINEL_APP_ID }}
          proposal: \${{ inputs.proposal }}
          auth0-domain: \${{ vars.SENTINEL_AUTH0_DOMAIN }}
          auth0-audience: \${{ vars.SENTINEL_AUTH0_AUDIENCE }}
          auth0-client-id: \${{ vars.SENTINEL_AUTH0_CLIENT_ID }}
          auth0-vault-client-id: \${{ vars.SENTINEL_AUTH0_VAULT_CLIENT_ID }}
          auth0-private-key: \${{ secrets.SENTINEL_AUTH0_PRIVATE_KEY }}
`;

const ROGUE_PERMISSIONS = { metadata: "read", checks: "write" } as const;
const DIAGNOSIS: Diagnosis = {
  by: "offline",
  fellBack: null,
  verdict: "rollback",
  option: "restore-last-good",
  culprit: null,
  suspects: [],
  confidence: 0.5,
  summary: "It broke.",
  claims: [],
  blastRadius: { files: 1, areas: [], owners: [], environments: [], touches: [], notLookedAt: [] },
  notLookedAt: [],
};

function proposalFor({ incident, repoId, branch, badHead, lastGood }: Memory): Proposal {
  return { v: 1, incident, repoId, branch, badHead, lastGood: lastGood ?? badHead, diagnosis: DIAGNOSIS };
}

const PULL_REQUEST = {
  dismiss_stale_reviews_on_push: false,
  require_code_owner_review: false,
  require_last_push_approval: false,
  required_approving_review_count: 0,
  required_review_thread_resolution: false,
};

async function eventually(isTrue: () => boolean, what: string, lines: readonly string[]): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (isTrue()) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`waited 15 s in vain for ${what}:\n${lines.join("\n")}`);
}
