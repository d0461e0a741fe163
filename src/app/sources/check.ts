import { type CheckRun, checkRunsNamed } from "../../adapters/github-app-checks.ts";
import { commitsOf } from "../../adapters/github-app-code.ts";
import { checkRunOfJob, type Job, jobWithId, type WorkflowRun, workflowRun } from "../../adapters/github-app-runs.ts";
import type { Reason } from "../../incident/reason.ts";
import type { Reading } from "../../incident/world.ts";
import type { Sha } from "../../kernel/sha.ts";
import type { SignalRule } from "../../policy/schema.ts";
import { runVerdict, type Verdict } from "../../quarantine/evidence.ts";
import {
  type Ask,
  fromPast,
  quoted,
  type SourceFacts,
  secondsOf,
  sinceGood,
  unbroken,
  unconfirmed,
  walkBack,
} from "./source.ts";
import { doubt, pathWithoutRef } from "./workflow.ts";

type Rule = Extract<SignalRule, { check: string }>;
type Judged = { readonly verdict: Verdict; readonly reading: Reading; readonly origin: Origin | null };
/** The run behind a check run, and in which of its attempts that was made. */
type Origin = { readonly run: WorkflowRun; readonly attempt: number };

const ACTIONS = "github-actions";
/** Forged check runs that may stand before the real one. */
const MOST_LOOKED_AT = 5;
const MOST_COMMITS = 100;

/**
 * How a check stands on a revision. A name proves nothing: the policy's App must have made it, and one of GitHub Actions must
 * be the job of a run of this branch, since any workflow may write check runs under that App.
 */
export async function readCheck(ask: Ask, rule: Rule): Promise<SourceFacts> {
  const known = fromPast(ask.past, ask.head);
  const ahead = readAhead(ask, rule);
  const [runs, changed] = await Promise.all([
    checkRunsNamed(ask.github, ask.repo, ask.head, rule.check),
    known?.lastGood ? sinceGood(ask, known.lastGood) : null,
  ]);
  const { reading, origin } = await judge(ask, rule, ask.head, runs, ahead);
  if (reading.kind !== "failing") return unbroken(reading);
  if (rule.confirm === "rerun" && origin && !isConfirmed(origin)) return unconfirmed(origin.run);
  const failures = runs.filter(
    (one) => one.app?.slug === rule.app && runVerdict(one.status, one.conclusion) === "failing",
  ).length;
  if (known && changed !== null) return { reading, failures, ...known, changed };
  const commits = await commitsOf(ask.github, ask.repo, ask.head, MOST_COMMITS);
  const verdictOf = async (sha: Sha): Promise<Verdict> => {
    const older = await checkRunsNamed(ask.github, ask.repo, sha, rule.check);
    return (await judge(ask, rule, sha, older, null)).verdict;
  };
  return {
    reading,
    failures,
    ...(await walkBack(
      ask,
      commits.filter((sha) => sha !== ask.head),
      verdictOf,
    )),
  };
}

/** By its own second attempt, or by one of the run that ended without the job. */
function isConfirmed({ run, attempt }: Origin): boolean {
  return attempt > 1 || ((run.run_attempt ?? 1) > 1 && runVerdict(run.status, run.conclusion) === "failing");
}

type Ahead = { readonly job: Promise<Job | null>; readonly run: Promise<WorkflowRun | null> } | null;

/** The job and run an event named, asked for beside everything else. */
function readAhead({ github, repo, hint }: Ask, rule: Rule): Ahead {
  if (rule.app !== ACTIONS || hint.job === undefined || hint.run === undefined) return null;
  const job = jobWithId(github, repo, hint.job);
  const run = workflowRun(github, repo, hint.run);
  // Whoever awaits them sees the failure.
  job.catch(() => {});
  run.catch(() => {});
  return { job, run };
}

/**
 * Several workflows may have a job of this name: of each its newest run counts, and the worst of them is what is told. One that
 * failed is not made good by another that did not.
 */
async function judge(ask: Ask, rule: Rule, sha: Sha, runs: readonly CheckRun[], ahead: Ahead): Promise<Judged> {
  const looked = runs.slice(0, MOST_LOOKED_AT);
  const proofs = await Promise.all(looked.map((run) => prove(ask, rule, sha, run, ahead)));
  const seen = new Set<string | null>();
  const newest = looked.flatMap((run, at): readonly Judged[] => {
    const proof = proofs[at];
    if (proof?.kind !== "proved") return [];
    const workflow = proof.origin && pathWithoutRef(proof.origin.run.path);
    if (seen.has(workflow)) return [];
    seen.add(workflow);
    return [{ ...judged(run, rule), origin: proof.origin }];
  });
  const [worst] = newest.toSorted((a, b) => WORST_FIRST.indexOf(a.verdict) - WORST_FIRST.indexOf(b.verdict));
  if (worst) return worst;
  const why = proofs.find((proof) => proof.kind === "doubted")?.why ?? "no-evidence";
  return { verdict: "inconclusive", reading: { kind: "none", why }, origin: null };
}

const WORST_FIRST: readonly Verdict[] = ["failing", "pending", "passing", "inconclusive"];

/** Who made a check run is proved, by the run behind it where there is one, or it is doubted. */
type Proof =
  | { readonly kind: "proved"; readonly origin: Origin | null }
  | { readonly kind: "doubted"; readonly why: Reason };
const doubted = (why: Reason): Proof => ({ kind: "doubted", why });

async function prove(ask: Ask, rule: Rule, sha: Sha, check: CheckRun, ahead: Ahead): Promise<Proof> {
  if (check.app?.slug !== rule.app) return doubted("evidence-untrusted");
  if (rule.app !== ACTIONS) return { kind: "proved", origin: null };
  const place = jobPlace(check.details_url);
  if (place === null) return doubted("evidence-untrusted");
  const isAhead = ahead !== null && ask.hint.job === place.job && ask.hint.run === place.run;
  const [job, run] = await Promise.all(
    isAhead
      ? [ahead.job, ahead.run]
      : [jobWithId(ask.github, ask.repo, place.job), workflowRun(ask.github, ask.repo, place.run)],
  );
  if (job === null || run === null) return doubted("evidence-untrusted");
  if (checkRunOfJob(job) !== check.id || job.run_id !== run.id) return doubted("evidence-untrusted");
  const why = doubt(ask, run, sha);
  const attempt = job.run_attempt ?? run.run_attempt ?? 1;
  return why === null ? { kind: "proved", origin: { run, attempt } } : doubted(why);
}

/** Run and job of a check run of GitHub Actions, from its link: a claim, proved by what the job itself says. */
export function jobPlace(url: string | null | undefined): { readonly run: number; readonly job: number } | null {
  const match = /\/actions\/runs\/(\d{1,15})\/job\/(\d{1,15})(?:$|[?#])/.exec(url ?? "");
  return match ? { run: Number(match[1]), job: Number(match[2]) } : null;
}

function judged(check: CheckRun, rule: Rule): Omit<Judged, "origin"> {
  const verdict = runVerdict(check.status, check.conclusion);
  if (verdict === "inconclusive") return { verdict, reading: { kind: "none", why: "not-conclusive" } };
  const says = `${rule.check} ended with ${check.conclusion ?? check.status}${quoted(check.output?.title)}`;
  const at = secondsOf(check.completed_at ?? check.started_at);
  return { verdict, reading: { kind: verdict, at, says, url: check.details_url ?? check.html_url ?? null } };
}
