import { checkRunsNamed } from "../../adapters/github-app-checks.ts";
import { type Deployment, deploymentsTo, statusesOf } from "../../adapters/github-app-deployments.ts";
import { anomalyCheck } from "../../incident/names.ts";
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
    checkRunsNamed(ask.github, ask.repo, ask.head, anomalyCheck(rule.anomaly)),
    known?.lastGood ? sinceGood(ask, known.lastGood) : null,
  ]);
  const newest = runs.find((run) => run.app?.id === ask.appId);
  const reading: Reading = newest
    ? {
        kind: runVerdict(newest.status, newest.conclusion) === "passing" ? "passing" : "failing",
        at: secondsOf(newest.completed_at),
        says: newest.output?.title ?? rule.anomaly,
        url: newest.details_url ?? null,
      }
    : { kind: "none", why: "no-evidence" };
  if (reading.kind !== "failing") return unbroken(reading);
  const failures = runs.filter(
    (one) => one.app?.id === ask.appId && runVerdict(one.status, one.conclusion) === "failing",
  ).length;
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
