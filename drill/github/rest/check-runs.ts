import { actorOf, appOf } from "../auth/identity.ts";
import { resolveCommit } from "../git/commits.ts";
import {
  created,
  HttpError,
  notFound,
  numberParam,
  ok,
  page,
  param,
  type RepoCall,
  type Route,
  repoRoute,
  requiredText,
  textField,
  unprocessable,
} from "../http.ts";
import type { AppRecord, CheckRun } from "../records.ts";
import type { State } from "../state.ts";
import { applyFields } from "./check-fields.ts";
import { addCheckRun, announceCheckRun, announceCompleted, suiteFor } from "./check-records.ts";
import { checkRunShape } from "./check-shapes.ts";
import { htmlUrl, pathInUrl } from "./shapes.ts";

/** Check runs. Only the App that made one may change it. */

const READ = [{ checks: "read" }] as const;
const WRITE = [{ checks: "write" }] as const;

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
      blob_href: `${htmlUrl(state, call.repo)}/blob/${checkRun.headSha}/${pathInUrl(annotation.path)}`,
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

export async function commitOf(call: RepoCall): Promise<string> {
  const ref = param(call, "ref");
  const sha = await resolveCommit(call.repo.gitDir, ref.replace(/^heads\//, "refs/heads/"));
  if (sha === null) throw unprocessable(`No commit found for SHA: ${ref}`);
  return sha;
}

export function listCheckRuns(call: RepoCall, state: State, all: readonly CheckRun[]) {
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

function checkRunOf(call: RepoCall): CheckRun {
  const checkRun = call.repo.checkRuns.find(({ id }) => id === numberParam(call, "check_run_id"));
  if (!checkRun) throw notFound();
  return checkRun;
}
