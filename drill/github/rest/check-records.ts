import type { Account, AppRecord, CheckRun, CheckSuite, Repository } from "../records.ts";
import { isoNow, type State, track } from "../state.ts";
import { emit, isHeard } from "../webhooks/emit.ts";
import { checkRunShape, checkSuiteShape } from "./check-shapes.ts";

/** Check runs and suites coming into being and ending, with their webhooks. */

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
    deployment: null,
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
