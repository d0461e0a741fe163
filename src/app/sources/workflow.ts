import { type WorkflowRun, workflowRun, workflowRuns } from "../../adapters/github-app-runs.ts";
import type { Reason } from "../../incident/reason.ts";
import type { Reading } from "../../incident/world.ts";
import type { Sha } from "../../kernel/sha.ts";
import type { SignalRule } from "../../policy/schema.ts";
import { doubtOfRun, runVerdict, type Verdict } from "../../quarantine/evidence.ts";
import {
  type Ask,
  fromPast,
  type SourceFacts,
  secondsOf,
  sinceGood,
  unbroken,
  unconfirmed,
  walkBack,
} from "./source.ts";

type Rule = Extract<SignalRule, { workflow: string }>;

/** How the runs of one workflow on a revision stand. It must never count a run of a fork, a pull request or another branch. */
export async function readWorkflow(ask: Ask, rule: Rule): Promise<SourceFacts> {
  const { github, repo, head, branch, hint } = ask;
  const known = fromPast(ask.past, head);
  const [listed, hinted, changed] = await Promise.all([
    workflowRuns(github, repo, rule.workflow, { branch, per_page: "50" }),
    hint.run === undefined ? null : workflowRun(github, repo, hint.run),
    known?.lastGood ? sinceGood(ask, known.lastGood) : null,
  ]);
  // Read by its id it is never older than in the list.
  const runs = [...(hinted ? [hinted] : []), ...listed.filter(({ id }) => id !== hinted?.id)]
    .filter((run) => pathWithoutRef(run.path) === rule.workflow)
    .toSorted((a, b) => b.id - a.id);
  const reading = readRuns(
    ask,
    runs.filter((run) => run.head_sha === head),
    rule,
  );
  if (reading.kind !== "failing") return unbroken(reading);
  const told = runs.find((run) => run.head_sha === head && doubt(ask, run, head) === null);
  if (rule.confirm === "rerun" && told && (told.run_attempt ?? 1) === 1) return unconfirmed(told);
  const isFailure = (run: WorkflowRun) =>
    run.head_sha === head && doubt(ask, run, head) === null && runVerdict(run.status, run.conclusion) === "failing";
  const failures = runs.filter(isFailure).length;
  if (known && changed !== null) return { reading, failures, ...known, changed };
  const older = runs.filter((run) => run.head_sha !== head && doubt(ask, run, run.head_sha) === null);
  const verdictOf = async (sha: Sha): Promise<Verdict> => {
    const run = older.find((one) => one.head_sha === sha);
    return run ? runVerdict(run.status, run.conclusion) : "inconclusive";
  };
  return { reading, failures, ...(await walkBack(ask, [...new Set(older.map((run) => run.head_sha))], verdictOf)) };
}

function readRuns(ask: Ask, runs: readonly WorkflowRun[], rule: Rule): Reading {
  const doubts: Reason[] = [];
  for (const run of runs) {
    const why = doubt(ask, run, ask.head);
    if (why === null) return readRun(run, rule.workflow);
    doubts.push(why);
  }
  return { kind: "none", why: doubts[0] ?? "no-evidence" };
}

function readRun(run: WorkflowRun, name: string): Reading {
  const verdict = runVerdict(run.status, run.conclusion);
  if (verdict === "inconclusive") return { kind: "none", why: "not-conclusive" };
  return {
    kind: verdict,
    at: secondsOf(run.updated_at ?? run.created_at),
    says: `${name} ended with ${run.conclusion ?? run.status} (attempt ${run.run_attempt ?? 1})`,
    url: run.html_url,
  };
}

export function doubt(ask: Ask, run: WorkflowRun, sha: Sha): Reason | null {
  const origin = {
    event: run.event,
    headBranch: run.head_branch,
    headSha: run.head_sha,
    headRepositoryId: run.head_repository?.id ?? null,
  };
  return doubtOfRun(origin, { repoId: ask.repo.id, branch: ask.branch, sha });
}

export function pathWithoutRef(path: string): string {
  return path.split("@")[0] ?? path;
}
