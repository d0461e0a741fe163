import { actorOf, appOf } from "./auth.ts";
import { readCommit, resolveCommit } from "./git-store.ts";
import {
  created,
  HttpError,
  invalid,
  isRecord,
  notFound,
  numberParam,
  objectField,
  ok,
  page,
  param,
  type RepoCall,
  type Route,
  repoRoute,
  requiredText,
  textField,
  unprocessable,
} from "./http.ts";
import { appShape, htmlUrl, nodeId, repositoryShape, repoUrl, simpleCommitShape, userShape } from "./shapes.ts";
import {
  type Account,
  type AppRecord,
  type CheckAnnotation,
  type CheckRun,
  type CheckSuite,
  type CommitStatus,
  isoNow,
  type Repository,
  type State,
  track,
} from "./state.ts";
import { emit, isHeard } from "./webhooks.ts";

/** Check runs, suites, annotations and commit statuses. Only the App that made a check run may change it. */

const READ = [{ checks: "read" }] as const;
const WRITE = [{ checks: "write" }] as const;
const ANNOTATIONS_A_REQUEST = 50;
const CONCLUSIONS = ["success", "failure", "neutral", "cancelled", "skipped", "timed_out", "action_required", "stale"];

export const statusRoutes: readonly Route[] = [
  repoRoute("POST /repos/{owner}/{repo}/statuses/{sha}", [{ statuses: "write" }], createStatus),
  repoRoute("GET /repos/{owner}/{repo}/commits/{ref}/statuses", [{ statuses: "read" }], async (call, state) => {
    const sha = await commitOf(call);
    return page(call, state, statusesOf(call.repo, sha), (status) => statusShape(state, call.repo, status));
  }),
  repoRoute("GET /repos/{owner}/{repo}/commits/{ref}/status", [{ statuses: "read" }], combinedStatus),
];

export const suiteRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/check-suites/{check_suite_id}", READ, async (call, state) => {
    const suite = call.repo.checkSuites.find(({ id }) => id === numberParam(call, "check_suite_id"));
    if (!suite) throw notFound();
    return ok(await checkSuiteShape(state, call.repo, suite));
  }),
  repoRoute("GET /repos/{owner}/{repo}/check-suites/{check_suite_id}/check-runs", READ, (call, state) => {
    const runs = call.repo.checkRuns.filter(({ suite }) => suite.id === numberParam(call, "check_suite_id"));
    return listCheckRuns(call, state, runs);
  }),
  repoRoute("GET /repos/{owner}/{repo}/commits/{ref}/check-suites", READ, async (call, state) => {
    const sha = await commitOf(call);
    const app = call.query.get("app_id");
    const suites = call.repo.checkSuites.filter(
      (suite) => suite.headSha === sha && (app === null || String(suite.app.id) === app),
    );
    const shown = await Promise.all(suites.map((suite) => checkSuiteShape(state, call.repo, suite)));
    return page(
      call,
      state,
      shown,
      (shape) => shape,
      (items, total) => ({ total_count: total, check_suites: items }),
    );
  }),
];

export const checkRoutes: readonly Route[] = [
  repoRoute("POST /repos/{owner}/{repo}/check-runs", WRITE, createCheckRun),
  repoRoute("GET /repos/{owner}/{repo}/check-runs/{check_run_id}", READ, (call, state) =>
    ok(checkRunShape(state, call.repo, checkRunOf(call))),
  ),
  repoRoute("PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}", WRITE, updateCheckRun),
  repoRoute("GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations", READ, (call, state) => {
    const checkRun = checkRunOf(call);
    return page(call, state, checkRun.annotations, (annotation) => ({
      ...annotation,
      blob_href: `${htmlUrl(state, call.repo)}/blob/${checkRun.headSha}/${annotation.path}`,
    }));
  }),
  repoRoute("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", READ, async (call, state) => {
    const sha = await commitOf(call);
    return listCheckRuns(
      call,
      state,
      call.repo.checkRuns.filter(({ headSha }) => headSha === sha),
    );
  }),
];

async function commitOf(call: RepoCall): Promise<string> {
  const ref = param(call, "ref");
  const sha = await resolveCommit(call.repo.gitDir, ref.replace(/^heads\//, "refs/heads/"));
  if (sha === null) throw unprocessable(`No commit found for SHA: ${ref}`);
  return sha;
}

function listCheckRuns(call: RepoCall, state: State, all: readonly CheckRun[]) {
  const { query } = call;
  const name = query.get("check_name");
  const status = query.get("status");
  const app = query.get("app_id");
  const matching = all
    .filter((run) => name === null || run.name === name)
    .filter((run) => status === null || run.status === status)
    .filter((run) => app === null || String(run.app.id) === app);
  const shown = query.get("filter") === "all" ? matching : matching.filter((run) => isLatest(run, matching));
  return page(
    call,
    state,
    shown.toReversed(),
    (run) => checkRunShape(state, call.repo, run),
    (items, total) => ({ total_count: total, check_runs: items }),
  );
}

/** By default GitHub lists one check run for each name and suite's app: the newest. */
function isLatest(run: CheckRun, all: readonly CheckRun[]): boolean {
  return !all.some((other) => other.id > run.id && other.name === run.name && other.suite.id === run.suite.id);
}

async function createCheckRun(call: RepoCall, state: State) {
  const { repo, body } = call;
  const app = requestingApp(call, state);
  const sha = await resolveCommit(repo.gitDir, requiredText(body, "head_sha"));
  if (sha === null || sha !== body.head_sha) throw unprocessable(`No commit found for SHA: ${String(body.head_sha)}`);
  const checkRun = addCheckRun(state, repo, {
    app,
    suite: suiteFor(state, repo, app, sha),
    name: requiredText(body, "name"),
    headSha: sha,
  });
  applyFields(state, checkRun, body);
  announceCheckRun(state, repo, checkRun, "created", actorOf(call.identity, state));
  if (checkRun.status === "completed") announceCompleted(state, repo, checkRun, actorOf(call.identity, state));
  return created(checkRunShape(state, repo, checkRun));
}

function updateCheckRun(call: RepoCall, state: State) {
  const { repo } = call;
  const app = requestingApp(call, state);
  const checkRun = checkRunOf(call);
  if (checkRun.app !== app)
    throw new HttpError(
      403,
      `Invalid app_id \`${app.id}\` - check run can only be modified by the GitHub App that created it.`,
    );
  const wasCompleted = checkRun.status === "completed";
  checkRun.name = textField(call.body, "name") ?? checkRun.name;
  applyFields(state, checkRun, call.body);
  if (!wasCompleted && checkRun.status === "completed")
    announceCompleted(state, repo, checkRun, actorOf(call.identity, state));
  return ok(checkRunShape(state, repo, checkRun));
}

/** Check runs are an App's own voice: a person's token, even through an App, cannot make them. */
function requestingApp(call: RepoCall, state: State): AppRecord {
  const app = appOf(call.identity, state);
  if (!app || call.identity.kind === "user") throw new HttpError(403, "You must authenticate via a GitHub App.");
  return app;
}

function applyFields(state: State, checkRun: CheckRun, body: RepoCall["body"]): void {
  const conclusion = textField(body, "conclusion");
  if (conclusion !== undefined && !CONCLUSIONS.includes(conclusion))
    throw unprocessable(`Invalid request.\n\nInvalid property /conclusion: \`${conclusion}\` is not a possible value.`);
  const status = textField(body, "status") ?? (conclusion === undefined ? checkRun.status : "completed");
  if (status === "completed" && conclusion === undefined && checkRun.conclusion === null)
    throw unprocessable('Invalid request.\n\n"conclusion" wasn\'t supplied.');
  const output = objectField(body, "output");
  if (output) applyOutput(checkRun, output);
  checkRun.status = status;
  checkRun.conclusion = status === "completed" ? (conclusion ?? checkRun.conclusion) : null;
  checkRun.startedAt = textField(body, "started_at") ?? checkRun.startedAt ?? isoNow(state);
  checkRun.completedAt = status === "completed" ? (textField(body, "completed_at") ?? isoNow(state)) : null;
  checkRun.detailsUrl = textField(body, "details_url") ?? checkRun.detailsUrl;
  checkRun.externalId = textField(body, "external_id") ?? checkRun.externalId;
}

const MAX_OUTPUT = 65_535;

function applyOutput(checkRun: CheckRun, output: Readonly<Record<string, unknown>>): void {
  const summary = requiredText(output, "summary");
  const text = textField(output, "text");
  for (const [field, value] of [
    ["summary", summary],
    ["text", text ?? ""],
  ] as const)
    if (Buffer.byteLength(value) > MAX_OUTPUT)
      throw invalid([`Output ${field} is too long (maximum is ${MAX_OUTPUT} characters)`]);
  const annotations = Array.isArray(output.annotations) ? output.annotations : [];
  if (annotations.length > ANNOTATIONS_A_REQUEST)
    throw unprocessable("Invalid request.\n\nNo more than 50 items are allowed for annotations.");
  checkRun.title = textField(output, "title") ?? checkRun.title;
  checkRun.summary = summary;
  checkRun.text = text ?? checkRun.text;
  checkRun.annotations.push(...annotations.map(annotationFrom));
}

function annotationFrom(value: unknown): CheckAnnotation {
  if (!isRecord(value)) throw unprocessable("Invalid request.\n\nInvalid annotation.");
  const column = (name: string) => (typeof value[name] === "number" ? value[name] : null);
  return {
    path: requiredText(value, "path"),
    start_line: Number(value.start_line),
    end_line: Number(value.end_line),
    start_column: column("start_column"),
    end_column: column("end_column"),
    annotation_level: requiredText(value, "annotation_level"),
    title: textField(value, "title") ?? null,
    message: requiredText(value, "message"),
    raw_details: textField(value, "raw_details") ?? null,
  };
}

export function addCheckRun(
  state: State,
  repo: Repository,
  seed: Pick<CheckRun, "app" | "suite" | "name" | "headSha"> & { readonly id?: number },
): CheckRun {
  const checkRun: CheckRun = {
    ...seed,
    id: seed.id ?? state.nextId(),
    detailsUrl: null,
    externalId: "",
    status: "queued",
    conclusion: null,
    startedAt: null,
    completedAt: null,
    title: null,
    summary: null,
    text: null,
    annotations: [],
  };
  repo.checkRuns.push(checkRun);
  return checkRun;
}

/** An App's suite for a commit; it comes into being with the first check run. */
export function suiteFor(state: State, repo: Repository, app: AppRecord, sha: string): CheckSuite {
  const existing = repo.checkSuites.find((suite) => suite.app === app && suite.headSha === sha && suite.run === null);
  return existing ?? openSuite(state, repo, { app, headSha: sha, headBranch: null, run: null });
}

export function openSuite(
  state: State,
  repo: Repository,
  seed: Pick<CheckSuite, "app" | "headSha" | "headBranch" | "run">,
): CheckSuite {
  const now = isoNow(state);
  const suite = { ...seed, id: state.nextId(), createdAt: now, updatedAt: now };
  repo.checkSuites.push(suite);
  return suite;
}

export function announceCheckRun(
  state: State,
  repo: Repository,
  checkRun: CheckRun,
  action: string,
  sender: Account,
): void {
  const { id, headBranch: head_branch, headSha: head_sha } = checkRun.suite;
  // A webhook says more of the suite than REST does.
  const check_run = { ...checkRunShape(state, repo, checkRun), check_suite: { id, head_branch, head_sha } };
  emit(state, repo, "check_run", sender, { action, check_run });
}

/** A finished check run, and its suite when that was the last one. */
export function announceCompleted(state: State, repo: Repository, checkRun: CheckRun, sender: Account): void {
  announceCheckRun(state, repo, checkRun, "completed", sender);
  const siblings = repo.checkRuns.filter(({ suite }) => suite === checkRun.suite);
  if (siblings.some(({ status }) => status !== "completed") || checkRun.suite.run !== null) return;
  announceSuite(state, repo, checkRun.suite, sender);
}

export function announceSuite(state: State, repo: Repository, suite: CheckSuite, sender: Account): void {
  suite.updatedAt = isoNow(state);
  if (!isHeard(state, repo, "check_suite")) return;
  const told = checkSuiteShape(state, repo, suite).then(({ repository: _, ...checkSuite }) =>
    emit(state, repo, "check_suite", sender, { action: "completed", check_suite: checkSuite }),
  );
  track(state, told);
}

function checkRunOf(call: RepoCall): CheckRun {
  const checkRun = call.repo.checkRuns.find(({ id }) => id === numberParam(call, "check_run_id"));
  if (!checkRun) throw notFound();
  return checkRun;
}

export function checkRunShape(state: State, repo: Repository, checkRun: CheckRun) {
  const url = `${repoUrl(state, repo)}/check-runs/${checkRun.id}`;
  const html = `${htmlUrl(state, repo)}/runs/${checkRun.id}`;
  return {
    id: checkRun.id,
    name: checkRun.name,
    node_id: nodeId("CheckRun", checkRun.id),
    head_sha: checkRun.headSha,
    external_id: checkRun.externalId,
    url,
    html_url: html,
    details_url: checkRun.detailsUrl ?? html,
    status: checkRun.status,
    conclusion: checkRun.conclusion,
    started_at: checkRun.startedAt,
    completed_at: checkRun.completedAt,
    output: {
      title: checkRun.title,
      summary: checkRun.summary,
      text: checkRun.text,
      annotations_count: checkRun.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: checkRun.suite.id },
    app: appShape(state, checkRun.app),
    pull_requests: [],
  };
}

async function checkSuiteShape(state: State, repo: Repository, suite: CheckSuite) {
  const url = `${repoUrl(state, repo)}/check-suites/${suite.id}`;
  const runs = repo.checkRuns.filter((run) => run.suite === suite);
  const open = runs.filter(({ status }) => status !== "completed");
  const head = await readCommit(repo.gitDir, suite.headSha);
  return {
    id: suite.id,
    node_id: nodeId("CheckSuite", suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    status: runs.length === 0 ? "queued" : open.length > 0 ? "in_progress" : "completed",
    conclusion: runs.length === 0 || open.length > 0 ? null : worst(runs),
    url,
    before: head.parents[0] ?? "0".repeat(40),
    after: suite.headSha,
    pull_requests: [],
    app: appShape(state, suite.app),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
    rerequestable: suite.run === null,
    runs_rerequestable: false,
    latest_check_runs_count: runs.length,
    check_runs_url: `${url}/check-runs`,
    head_commit: simpleCommitShape(head),
    repository: repositoryShape(state, repo),
  };
}

function worst(runs: readonly CheckRun[]): string {
  const order = ["failure", "timed_out", "action_required", "cancelled", "stale", "success", "neutral", "skipped"];
  return order.find((conclusion) => runs.some((run) => run.conclusion === conclusion)) ?? "neutral";
}

async function createStatus(call: RepoCall, state: State) {
  const { repo, body } = call;
  const sha = await resolveCommit(repo.gitDir, param(call, "sha"));
  if (sha === null) throw unprocessable(`No commit found for SHA: ${param(call, "sha")}`);
  const value = requiredText(body, "state");
  if (!["error", "failure", "pending", "success"].includes(value))
    throw invalid([{ resource: "Status", code: "invalid", field: "state" }]);
  const status = {
    id: state.nextId(),
    sha,
    state: value,
    context: textField(body, "context") ?? "default",
    description: textField(body, "description") ?? null,
    targetUrl: textField(body, "target_url") ?? null,
    creator: actorOf(call.identity, state),
    createdAt: isoNow(state),
  };
  repo.statuses.unshift(status);
  emit(state, repo, "status", status.creator, {
    ...statusShape(state, repo, status),
    sha,
    name: `${repo.owner.login}/${repo.name}`,
    branches: [],
    commit: {},
  });
  return created(statusShape(state, repo, status));
}

function statusesOf(repo: Repository, sha: string): readonly CommitStatus[] {
  return repo.statuses.filter((status) => status.sha === sha);
}

async function combinedStatus(call: RepoCall, state: State) {
  const sha = await commitOf(call);
  const all = statusesOf(call.repo, sha);
  const latest = all.filter((status, i) => all.findIndex(({ context }) => context === status.context) === i);
  const has = (...states: string[]) => latest.some((status) => states.includes(status.state));
  const url = `${repoUrl(state, call.repo)}/commits/${sha}`;
  const combined = has("error", "failure") ? "failure" : latest.length === 0 || has("pending") ? "pending" : "success";
  return page(
    call,
    state,
    latest,
    (status) => {
      const { creator: _, ...simple } = statusShape(state, call.repo, status);
      return simple;
    },
    (statuses, total) => ({
      state: combined,
      statuses,
      sha,
      total_count: total,
      repository: repositoryShape(state, call.repo),
      commit_url: url,
      url: `${url}/status`,
    }),
  );
}

function statusShape(state: State, repo: Repository, status: CommitStatus) {
  return {
    url: `${repoUrl(state, repo)}/statuses/${status.sha}`,
    avatar_url: `${state.url}/avatars/u/${status.creator.id}`,
    id: status.id,
    node_id: nodeId("Status", status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
    creator: userShape(state, status.creator),
  };
}
