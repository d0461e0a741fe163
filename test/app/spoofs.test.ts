import { afterAll, beforeAll, expect, test } from "vitest";
import {
  base,
  checkRun,
  checkSuite,
  commented,
  deploymentStatus,
  type Payload,
  send,
  signatureOf,
  workflowRun,
} from "./events.ts";
import { type InProcess, startInProcess } from "./in-process.ts";
import { holdsOf, openStage, policyOf, type Stage, until } from "./stage.ts";

/**
 * Forged and confused events, one row each. None may hold; those that do not concern us may not cost a call to GitHub, the
 * others one look and a reason.
 */
const CI = ".github/workflows/ci.yml";
const DEPLOY = ".github/workflows/deploy.yml";
const ELSEWHERE = "d".repeat(40);

let stage: Stage;
let app: InProcess;
let from: Payload;
let head: string;
let deployed: number;
let otherDeployment: number;
let personal: { readonly sha: string; readonly id: number };
let checkIds: { readonly run: number; readonly job: number; readonly check: number };

beforeAll(async () => {
  stage = await openStage({
    start: false,
    policy: policyOf({ signals: [{ deployment: "production" }, { check: "test" }, { workflow: DEPLOY }] }),
  });
  const { github, repo } = stage;
  head = await stage.commit("A good change");
  const run = (path: string, job: string) =>
    github.ci.finishedRun({ repo, path, name: job, job, sha: head, branch: "main", conclusion: "success", log: "" });
  const ci = run(CI, "test");
  checkIds = { run: ci.runId, job: ci.jobId, check: ci.checkRunId };
  run(DEPLOY, "deploy");
  deployed = stage.deploy(head, "failure");
  deployed = stage.deploy(head, "success");
  otherDeployment = github.ci.deployment({
    repo,
    sha: head,
    ref: "main",
    environment: "staging",
    creator: "github-actions[bot]",
  }).id;
  github.ci.deploymentStatus({ repo, deployment: otherDeployment, state: "failure" });
  await github.idle();
  app = await startInProcess(stage.env);
  await until(async () => (await fetch(`${app.url}/readyz`)).ok, "the App is ready");
  from = base(stage, 1);
  const installation = stage.calls.map(({ path }) => /installations\/(\d+)\/access/.exec(path)?.[1]).find(Boolean);
  from = base(stage, Number(installation));
  personal = {
    sha: head,
    id: github.ci.deployment({ repo, sha: head, ref: "main", environment: "production", creator: "dev" }).id,
  };
}, 60_000);

afterAll(async () => {
  await app.close();
  await stage.close();
});

type Row = {
  readonly name: string;
  /** What it may cost: nothing, or one look that finds nothing. */
  readonly cost: "nothing" | "a look";
  readonly event?: string;
  readonly payload: () => Payload | string;
  readonly headers?: (body: string) => Readonly<Record<string, string | undefined>>;
  readonly status?: number;
};

const deployment = (claim: Partial<Parameters<typeof deploymentStatus>[1]>) => () =>
  deploymentStatus(from, { sha: head, deployment: deployed, ...claim });
const check = (claim: Readonly<Record<string, unknown>> & { readonly branch?: string | null }) => () =>
  checkRun(from, { head_sha: head, ...claim });
const suite = (claim: Readonly<Record<string, unknown>>) => () => checkSuite(from, { head_sha: head, ...claim });
const run = (claim: Readonly<Record<string, unknown>>) => () =>
  workflowRun(from, { head_sha: head, ...claim }, stage.repo.id);
const comment = (claim: Parameters<typeof commented>[1]) => () => commented(from, claim);

const ROWS: readonly Row[] = [
  // Not from GitHub
  {
    name: "no signature",
    cost: "nothing",
    event: "deployment_status",
    payload: deployment({}),
    headers: () => ({ "x-hub-signature-256": undefined }),
    status: 401,
  },
  {
    name: "another secret",
    cost: "nothing",
    event: "deployment_status",
    payload: deployment({}),
    headers: (body) => ({ "x-hub-signature-256": signatureOf(body, "guessed-secret") }),
    status: 401,
  },
  {
    name: "the secret `development`",
    cost: "nothing",
    event: "deployment_status",
    payload: deployment({}),
    headers: (body) => ({ "x-hub-signature-256": signatureOf(body, "development") }),
    status: 401,
  },
  {
    name: "the signature of another body",
    cost: "nothing",
    event: "deployment_status",
    payload: deployment({}),
    headers: () => ({ "x-hub-signature-256": signatureOf("{}") }),
    status: 401,
  },
  {
    name: "a signature cut short",
    cost: "nothing",
    event: "deployment_status",
    payload: deployment({}),
    headers: (body) => ({ "x-hub-signature-256": signatureOf(body).slice(0, 40) }),
    status: 401,
  },
  {
    name: "a SHA-1 signature",
    cost: "nothing",
    event: "deployment_status",
    payload: deployment({}),
    headers: () => ({ "x-hub-signature-256": `sha1=${"a".repeat(40)}` }),
    status: 401,
  },
  {
    name: "no event header",
    cost: "nothing",
    event: "deployment_status",
    payload: deployment({}),
    headers: () => ({ "x-github-event": undefined }),
    status: 400,
  },
  { name: "signed, but not JSON", cost: "nothing", event: "deployment_status", payload: () => "not json", status: 400 },
  { name: "signed, but a list", cost: "nothing", event: "deployment_status", payload: () => "[1,2,3]" },
  {
    name: "signed, but of another shape",
    cost: "nothing",
    event: "deployment_status",
    payload: () => ({ ...from, action: "created" }),
  },
  // Deployments
  {
    name: "a failure that GitHub does not know of",
    cost: "a look",
    event: "deployment_status",
    payload: deployment({}),
  },
  {
    name: "an older failure replayed after a newer success",
    cost: "a look",
    event: "deployment_status",
    payload: deployment({ deployment: 1 }),
  },
  {
    name: "a deployment that does not exist",
    cost: "a look",
    event: "deployment_status",
    payload: deployment({ deployment: 999_999_999 }),
  },
  {
    name: "a revision that is not the head",
    cost: "a look",
    event: "deployment_status",
    payload: deployment({ sha: ELSEWHERE }),
  },
  {
    name: "the head of long ago",
    cost: "a look",
    event: "deployment_status",
    payload: () => deploymentStatus(from, { sha: stage.good, deployment: deployed }),
  },
  {
    name: "an environment that the policy does not name",
    cost: "nothing",
    event: "deployment_status",
    payload: deployment({ environment: "staging" }),
  },
  {
    name: "an environment that only looks the same",
    cost: "nothing",
    event: "deployment_status",
    payload: deployment({ environment: "Production" }),
  },
  {
    name: "a real failure in another environment, said to be ours",
    cost: "a look",
    event: "deployment_status",
    payload: () => deploymentStatus(from, { sha: head, deployment: otherDeployment }),
  },
  {
    name: "a status that is under way",
    cost: "nothing",
    event: "deployment_status",
    payload: deployment({ state: "in_progress" }),
  },
  {
    name: "a status that was replaced",
    cost: "nothing",
    event: "deployment_status",
    payload: deployment({ state: "inactive" }),
  },
  {
    name: "a state nobody has heard of",
    cost: "nothing",
    event: "deployment_status",
    payload: deployment({ state: "exploded" }),
  },
  {
    name: "a real failure set by a person with write access",
    cost: "a look",
    event: "deployment_status",
    payload: () => {
      stage.github.ci.deploymentStatus({ repo: stage.repo, deployment: personal.id, state: "failure" });
      return deploymentStatus(from, { sha: personal.sha, deployment: personal.id });
    },
  },
  // Check runs
  {
    name: "a check that GitHub says passed",
    cost: "a look",
    event: "check_run",
    payload: () =>
      checkRun(from, {
        head_sha: head,
        id: checkIds.check,
        details_url: `${stage.github.url}/acme/shop/actions/runs/${checkIds.run}/job/${checkIds.job}`,
      }),
  },
  {
    name: "a check that does not exist",
    cost: "a look",
    event: "check_run",
    payload: check({ details_url: "https://evil.example/actions/runs/1/job/2" }),
  },
  {
    name: "a check of another App with the same name",
    cost: "nothing",
    event: "check_run",
    payload: check({ app: { id: 4711, slug: "evil-ci" } }),
  },
  { name: "a check of no App", cost: "nothing", event: "check_run", payload: check({ app: null }) },
  {
    name: "a check that the policy does not name",
    cost: "nothing",
    event: "check_run",
    payload: check({ name: "lint" }),
  },
  {
    name: "a check whose name only looks the same",
    cost: "nothing",
    event: "check_run",
    payload: check({ name: "tеst" }),
  },
  {
    name: "a check with a space after its name",
    cost: "nothing",
    event: "check_run",
    payload: check({ name: "test " }),
  },
  { name: "our own check", cost: "nothing", event: "check_run", payload: check({ name: "Sentinel" }) },
  {
    name: "a check of a fork, which has no branch",
    cost: "nothing",
    event: "check_run",
    payload: check({ branch: null }),
  },
  {
    name: "a check of a fork's branch that is called main",
    cost: "a look",
    event: "check_run",
    payload: check({ head_sha: ELSEWHERE }),
  },
  { name: "a check of another branch", cost: "nothing", event: "check_run", payload: check({ branch: "feature" }) },
  {
    name: "a check of a branch called like ours in another place",
    cost: "nothing",
    event: "check_run",
    payload: check({ branch: "refs/heads/main" }),
  },
  ...["cancelled", "skipped", "neutral", "stale", "action_required", "unheard_of", null].map(
    (conclusion): Row => ({
      name: `a check that ended with ${conclusion}`,
      cost: "nothing",
      event: "check_run",
      payload: check({ conclusion }),
    }),
  ),
  {
    name: "a check that is only requested",
    cost: "nothing",
    event: "check_run",
    payload: () => ({ ...checkRun(from, { head_sha: head }), action: "rerequested" }),
  },
  // Check suites
  { name: "a failing suite whose check passed", cost: "a look", event: "check_suite", payload: suite({}) },
  {
    name: "a failing suite of a revision that GitHub does not know of",
    cost: "a look",
    event: "check_suite",
    payload: suite({ head_sha: ELSEWHERE }),
  },
  {
    name: "a suite of a fork's branch, though that is called main too",
    cost: "nothing",
    event: "check_suite",
    payload: suite({ head_branch: null }),
  },
  {
    name: "a suite that names another repository",
    cost: "nothing",
    event: "check_suite",
    payload: suite({ repository: { id: 42 } }),
  },
  {
    name: "a suite of another branch",
    cost: "nothing",
    event: "check_suite",
    payload: suite({ head_branch: "feature" }),
  },
  {
    name: "a suite of an App that the policy does not name",
    cost: "nothing",
    event: "check_suite",
    payload: suite({ app: { id: 99, slug: "circle" } }),
  },
  {
    name: "a suite of our own App under the name of another",
    cost: "nothing",
    event: "check_suite",
    payload: () => checkSuite(from, { head_sha: head, app: { id: stage.appId, slug: "github-actions" } }),
  },
  { name: "a suite of no App", cost: "nothing", event: "check_suite", payload: suite({ app: null }) },
  {
    name: "a suite that is only requested",
    cost: "nothing",
    event: "check_suite",
    payload: () => ({ ...checkSuite(from, { head_sha: head }), action: "requested" }),
  },
  {
    name: "a suite of a repository that nobody has seen",
    cost: "nothing",
    event: "check_suite",
    payload: () => ({
      ...checkSuite(from, { head_sha: head }),
      repository: { ...(from.repository as object), id: 42 },
    }),
  },
  // Workflow runs
  { name: "a run of a fork", cost: "nothing", event: "workflow_run", payload: run({ head_repository: { id: 42 } }) },
  {
    name: "a run without a head repository",
    cost: "nothing",
    event: "workflow_run",
    payload: run({ head_repository: null }),
  },
  { name: "a run that GitHub does not know of", cost: "a look", event: "workflow_run", payload: run({}) },
  { name: "a run of another workflow", cost: "nothing", event: "workflow_run", payload: run({ path: CI }) },
  {
    name: "a run of a path that only leads there",
    cost: "nothing",
    event: "workflow_run",
    payload: run({ path: ".github/workflows/../workflows/deploy.yml" }),
  },
  { name: "a run of another branch", cost: "nothing", event: "workflow_run", payload: run({ head_branch: "feature" }) },
  {
    name: "a run that was cancelled",
    cost: "nothing",
    event: "workflow_run",
    payload: run({ conclusion: "cancelled" }),
  },
  {
    name: "our responder on a branch that anybody may push",
    cost: "nothing",
    event: "workflow_run",
    payload: run({ path: ".github/workflows/sentinel.yml", head_branch: "main" }),
  },
  // Things that are no signals at all
  {
    name: "a commit status, which any writer may set",
    cost: "nothing",
    event: "status",
    payload: () => ({ ...from, state: "failure", sha: head, context: "test" }),
  },
  { name: "a push", cost: "nothing", event: "push", payload: () => ({ ...from, ref: "refs/heads/main", after: head }) },
  {
    name: "a ruleset that only looks like ours",
    cost: "nothing",
    event: "repository_ruleset",
    payload: () => ({ ...from, action: "deleted", repository_ruleset: { id: 1, name: "sentinel hold main" } }),
  },
  // Commands
  {
    name: "a command that was edited in",
    cost: "nothing",
    event: "issue_comment",
    payload: comment({ action: "edited", body: "/sentinel release now" }),
  },
  {
    name: "a command of a bot",
    cost: "nothing",
    event: "issue_comment",
    payload: comment({ body: "/sentinel release now", login: "helper[bot]", type: "Bot" }),
  },
  {
    name: "a command on a pull request",
    cost: "nothing",
    event: "issue_comment",
    payload: comment({ body: "/sentinel release now", isPull: true }),
  },
  {
    name: "a command within a sentence",
    cost: "nothing",
    event: "issue_comment",
    payload: comment({ body: "you could say /sentinel release" }),
  },
  {
    name: "a word that only begins like one",
    cost: "nothing",
    event: "issue_comment",
    payload: comment({ body: "/sentinelrelease now" }),
  },
];

test("there are at least forty of them", () => {
  expect(ROWS.length).toBeGreaterThanOrEqual(40);
});

test.each(ROWS.map((row) => [row.name, row] as const))("%s does not hold", async (_name, row) => {
  const payload = row.payload();
  const body = typeof payload === "string" ? payload : JSON.stringify(payload);
  await stage.github.idle();
  const before = app.calls().length;
  const sent = await send(app.url, row.event ?? "", body, row.headers?.(body));
  expect(sent.status).toBe(row.status ?? 200);
  // The look before may still be ending its tokens.
  const calls = app
    .calls()
    .slice(before)
    .filter((call) => call !== "DELETE /installation/token");
  if (row.cost === "nothing") expect(calls).toEqual([]);
  expect(calls.filter((call) => /^(POST|PUT|PATCH) \/repos/.test(call))).toEqual([]);
  expect(holdsOf(stage)).toEqual([]);
  expect(stage.github.state.issues(stage.repo)).toEqual([]);
});
