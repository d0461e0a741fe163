import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startGitHub } from "../../drill/github/github.ts";
import type { GitHub, RepoRef } from "../../drill/github/types.ts";
import { createJournal, type Journal } from "../../drill/journal.ts";
import { encodeMemory, type Memory } from "../../src/incident/memory.ts";
import { CHECK_NAME, holdName, REPORT_TITLE, RESPONDER_REF, RESPONDER_WORKFLOW } from "../../src/incident/names.ts";
import { APP_PERMISSIONS } from "../../src/incident/registration.ts";
import { type Report, readReports } from "../../src/incident/report.ts";
import { Result } from "../../src/incident/result.ts";
import { Policy, type PolicyInput } from "../../src/policy/schema.ts";
import { justOpened } from "../incident/memory-fixture.ts";
import { actionFromSource, makeDir } from "../standins/action-from-source.ts";
import { asInstallation, asPerson } from "../standins/rest-caller.ts";

/**
 * A held branch with an open incident, as the App leaves it, and the responder's first job ready to be dispatched: the real
 * Action from its sources in the stand-in runner, against the stand-in GitHub.
 */
export type Scene = {
  readonly github: GitHub;
  readonly journal: Journal;
  readonly repo: RepoRef;
  readonly good: string;
  readonly bad: string;
  /** Commits after the first, oldest first. */
  readonly commits: readonly string[];
  readonly incident: number;
  analysed(inputs?: Readonly<Record<string, string>>): Promise<Analysed>;
  close(): Promise<void>;
};

export type Analysed = {
  readonly conclusion: string | null;
  readonly log: string;
  readonly reports: readonly Report[];
  /** What stands on lines of files, as `path:line message`. */
  readonly warnings: readonly string[];
  /** The output `result`, checked by its schema. */
  readonly result: Result;
  /** Whatever the job asked of GitHub. */
  readonly requests: readonly string[];
};

export type SceneOptions = {
  /** Files of each commit after the first, oldest first; the last is the bad head. */
  readonly commits: readonly { readonly files: Readonly<Record<string, string>>; readonly message: string }[];
  readonly log: string;
  readonly annotations?: readonly { readonly path: string; readonly line: number; readonly message: string }[];
  readonly policy?: Partial<PolicyInput>;
  readonly memory?: Partial<Memory>;
  /** Issues labelled as incidents that stood there before, oldest first. */
  readonly earlier?: readonly { readonly by: "sentinel" | "writer"; readonly title: string; readonly body: string }[];
  /** A permission that the job is not given. */
  readonly lacks?: "issues" | "checks";
  /** GitHub's clock; two scenes whose clocks stand still at the same moment have the same shas. */
  readonly now?: () => number;
};

const OWNER = "acme";
const NAME = "shop";

export async function setScene(options: SceneOptions): Promise<Scene> {
  const dir = mkdtempSync(join(tmpdir(), "sentinel-scene-"));
  const journal = createJournal();
  const github = await startGitHub({
    journal,
    dir: makeDir(dir, "github"),
    actions: { "sentinel-ai/respond@v1": { dir: actionFromSource(dir) } },
    ...(options.now ? { now: options.now } : {}),
  });
  github.addUser({ login: "admin" });
  github.addUser({ login: "writer", email: "writer@example.com" });
  github.addOrganization(OWNER);
  const app = github.addApp({ slug: "sentinel", name: "Sentinel", permissions: APP_PERMISSIONS, events: [] });
  const repo = await github.addRepository({
    owner: OWNER,
    name: NAME,
    private: true,
    defaultBranch: "main",
    collaborators: { admin: "admin", writer: "write" },
  });
  const { id: installation } = github.install("sentinel", OWNER, [NAME]);
  const good = await github.commitFiles(repo, "main", FIRST, "Open the shop", "admin");
  const commits: string[] = [];
  for (const { files, message } of options.commits)
    commits.push(await github.commitFiles(repo, "main", files, message, "writer"));
  const bad = commits.at(-1) ?? good;
  const run = github.ci.finishedRun({
    repo,
    path: ".github/workflows/deploy.yml",
    name: "Deploy",
    job: "deploy",
    sha: bad,
    branch: "main",
    conclusion: "failure",
    log: options.log,
    annotations: options.annotations ?? [],
  });
  const deployment = { repo, ref: "main", environment: "production", creator: "admin" };
  const before = github.ci.deployment({ ...deployment, sha: good });
  github.ci.deploymentStatus({ repo, deployment: before.id, state: "success" });
  const failed = github.ci.deployment({ ...deployment, sha: bad });
  github.ci.deploymentStatus({
    repo,
    deployment: failed.id,
    state: "failure",
    description: "the smoke test failed",
    logUrl: run.jobUrl,
  });
  const workflow = options.lacks === undefined ? WORKFLOW : WORKFLOW.replace(`${options.lacks}: read, `, "");
  await github.commitFiles(repo, RESPONDER_REF, { [RESPONDER_WORKFLOW]: workflow }, "Respond", "admin");
  github.setVariables(repo, { SENTINEL_APP_ID: String(app.id) });
  const call = await asInstallation(github, repo, app, installation);
  github.addApp({ slug: "web", name: "Web", permissions: { metadata: "read", issues: "write" }, events: [] });
  github.install("web", OWNER, [NAME]);
  for (const { by, ...issue } of options.earlier ?? []) {
    const labelled = { ...issue, labels: ["sentinel:incident"] };
    const opener = by === "writer" ? asPerson(github, repo, github.userToken("writer", "web")) : call;
    const { number } = await opener("POST", "issues", labelled);
    await call("PATCH", `issues/${number}`, { state: "closed" });
  }
  const incident = Number((await call("POST", "issues", { title: "incident", labels: ["sentinel:incident"] })).number);
  await call("POST", "rulesets", {
    name: holdName("main", bad, incident),
    target: "branch",
    enforcement: "active",
    conditions: { ref_name: { include: ["refs/heads/main"], exclude: [] } },
    rules: [{ type: "update" }, { type: "deletion" }, { type: "non_fast_forward" }],
  });
  const policy = policyWith(options.policy);
  const opened = justOpened({ repoId: repo.id, badHead: bad, lastGood: good, incident, policy });
  const memory: Memory = { ...opened, ...options.memory };
  await call("POST", "check-runs", {
    name: CHECK_NAME,
    head_sha: bad,
    status: "in_progress",
    output: { title: "held", summary: "held", text: encodeMemory(memory) },
  });
  return {
    github,
    journal,
    repo,
    good,
    bad,
    commits,
    incident,
    analysed: async (inputs = {}) => {
      const start = journal.entries.length;
      await call("POST", "actions/workflows/sentinel.yml/dispatches", {
        ref: RESPONDER_REF,
        inputs: { incident: String(incident), ...inputs },
      });
      await github.idle();
      const found = github.state.runs(repo).findLast(({ path }) => path === RESPONDER_WORKFLOW);
      const annotations = github.state.annotations(repo, found?.id ?? 0);
      const messages = annotations.filter(({ title }) => title === REPORT_TITLE);
      const { log = "", outputs = {} } = found?.jobs.at(-1) ?? {};
      return {
        conclusion: found?.conclusion ?? null,
        log,
        reports: readReports(messages.map(({ message }) => message)),
        warnings: annotations
          .filter(({ level }) => level === "warning")
          .map(({ path, line, message }) => `${path}:${line} ${message}`),
        result: Result.parse(JSON.parse(outputs.result ?? "")),
        requests: journal.entries
          .slice(start)
          .filter(({ actor }) => actor.startsWith("job:"))
          .map(({ method, path }) => `${method} ${path}`),
      };
    },
    close: async () => {
      await github.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const FIRST = {
  "README.md": "shop\n",
  CODEOWNERS: "* @acme/everyone\n/pay/ @acme/payments\n",
  "package.json": '{ "name": "shop" }\n',
  "pay/package.json": '{ "name": "@acme/pay" }\n',
  "pay/charge.js": "export function charge(cents) {\n  return Math.round(cents * 1.19);\n}\n",
  "web/page.js": 'import { charge } from "../pay/charge.js";\nexport const page = () => charge(100);\n',
};

function policyWith(input: Partial<PolicyInput> = {}): Policy {
  return Policy.parse({
    version: 1,
    signals: [{ deployment: "production" }],
    people: [{ github: "lead", id: 7, auth0: "auth0|lead", approves: ["sev1", "sev2", "sev3"] }],
    ...input,
  });
}

const WORKFLOW = `name: Sentinel
run-name: sentinel incident \${{ inputs.incident }}
on:
  workflow_dispatch:
    inputs:
      incident: { required: true, type: string }
      reasoner: { required: false, type: string }
      gemini-api-key: { required: false, type: string }
      gemini-base-url: { required: false, type: string }
permissions: {}
jobs:
  analyse:
    runs-on: ubuntu-latest
    permissions: {
      actions: read, checks: read, contents: read, deployments: read, issues: read, pull-requests: read }
    outputs:
      proposal: \${{ steps.sentinel.outputs.proposal }}
      result: \${{ steps.sentinel.outputs.result }}
    steps:
      - id: sentinel
        uses: sentinel-ai/respond@v1
        with:
          phase: analyse
          incident: \${{ inputs.incident }}
          app-id: \${{ vars.SENTINEL_APP_ID }}
          reasoner: \${{ inputs.reasoner }}
          gemini-api-key: \${{ inputs.gemini-api-key }}
          gemini-base-url: \${{ inputs.gemini-base-url }}
`;
