import { type CheckRun, ownCheckRuns } from "../../adapters/github-app-checks.ts";
import { type Deployment, deploymentsTo, statusesOf } from "../../adapters/github-app-deployments.ts";
import { anomalyCheck, parseAlertId } from "../../incident/names.ts";
import type { Reading } from "../../incident/world.ts";
import type { Sha } from "../../kernel/sha.ts";
import type { SignalRule } from "../../policy/schema.ts";
import { runVerdict, type Verdict } from "../../quarantine/evidence.ts";
import { verdictOfStatuses } from "./deployment.ts";
import { type Ask, fromPast, type SourceFacts, secondsOf, sinceGood, unbroken, walkBack } from "./source.ts";

type Rule = Extract<SignalRule, { anomaly: string }>;

/**
 * How monitoring found a revision, by the check run that our App wrote when the alert came: GitHub is the memory, and nobody
 * else can write it. It was green before where the environment's earlier deployment succeeded.
 */
export async function readAnomaly(ask: Ask, rule: Rule): Promise<SourceFacts> {
  const known = fromPast(ask.past, ask.head);
  const [runs, changed] = await Promise.all([
    ownCheckRuns(ask.github, ask.repo, ask.head, ask.appId, anomalyCheck(rule.anomaly)),
    known?.lastGood ? sinceGood(ask, known.lastGood) : null,
  ]);
  const groups = newestOfEachGroup(runs);
  const firing = groups.filter((run) => !isOver(run));
  const told = firing[0] ?? groups[0];
  const reading: Reading = told
    ? {
        kind: isOver(told) ? "passing" : "failing",
        at: secondsOf(told.completed_at),
        says: told.output?.title ?? rule.anomaly,
        url: told.details_url ?? null,
      }
    : { kind: "none", why: "no-evidence" };
  if (reading.kind !== "failing") return unbroken(reading);
  const failures = firing.length;
  if (known && changed !== null) return { reading, failures, ...known, changed };
  const older = (await deploymentsTo(ask.github, ask.repo, rule.environment, 50)).filter((one) => one.sha !== ask.head);
  const verdictOf = async (sha: Sha): Promise<Verdict> => {
    const latest: Deployment | undefined = older.find((one) => one.sha === sha);
    if (!latest) return "inconclusive";
    const statuses = await statusesOf(ask.github, ask.repo, latest.id);
    return verdictOfStatuses(ask, { id: latest.id, statuses }, rule.environment, undefined);
  };
  return { reading, failures, ...(await walkBack(ask, [...new Set(older.map(({ sha }) => sha))], verdictOf)) };
}

function isOver({ status, conclusion }: CheckRun): boolean {
  return runVerdict(status, conclusion) === "passing";
}

/** Monitoring speaks of groups of alerts: that one is over says nothing of another that fires under the same name. */
function newestOfEachGroup(runs: readonly CheckRun[]): readonly CheckRun[] {
  const groupOf = ({ external_id }: CheckRun) => parseAlertId(external_id ?? "");
  return runs.filter((run, at) => runs.findIndex((other) => groupOf(other) === groupOf(run)) === at);
}
