import {
  type Deployment,
  type DeploymentStatus,
  deploymentsTo,
  statusesOf,
} from "../../adapters/github-app-deployments.ts";
import type { Reading } from "../../incident/world.ts";
import type { Sha } from "../../kernel/sha.ts";
import type { SignalRule } from "../../policy/schema.ts";
import { deploymentVerdict, doubtOfDeployer, type Verdict } from "../../quarantine/evidence.ts";
import { type Ask, fromPast, quoted, type SourceFacts, secondsOf, sinceGood, unbroken, walkBack } from "./source.ts";

type Rule = Extract<SignalRule, { deployment: string }>;

/** How the deployments of a revision to one environment stand. It must never take an older attempt's word over a newer one's. */
export async function readDeployment(ask: Ask, rule: Rule): Promise<SourceFacts> {
  const { github, repo, head, hint } = ask;
  const known = fromPast(ask.past, head);
  const [list, hinted, changed] = await Promise.all([
    deploymentsTo(github, repo, rule.deployment, MOST),
    hint.deployment === undefined ? null : statusesOf(github, repo, hint.deployment),
    known?.lastGood ? sinceGood(ask, known.lastGood) : null,
  ]);
  const newest = list.find((one) => one.sha === head);
  const statuses = (one: Deployment) =>
    hinted !== null && one.id === hint.deployment ? Promise.resolve(hinted) : statusesOf(github, repo, one.id);
  const [told, ...earlier] = await Promise.all([
    newest ? statuses(newest) : [],
    ...attemptsBefore(ask, list, newest).map(statuses),
  ]);
  const reading: Reading = newest ? readStatuses(told, rule) : { kind: "none", why: "no-evidence" };
  if (newest && reading.kind === "passing") {
    const after = list.find((one) => one.sha !== head && one.id > newest.id);
    const isReplaced = after && verdictOfStatuses(await statuses(after), rule.deployment, rule.by) === "passing";
    return unbroken(isReplaced ? { kind: "none", why: "evidence-superseded" } : reading);
  }
  if (reading.kind !== "failing") return unbroken(reading);
  const failures = 1 + earlier.filter((one) => verdictOfStatuses(one, rule.deployment, rule.by) === "failing").length;
  if (known && changed !== null) return { reading, failures, ...known, changed };
  const older = list.filter((one) => one.sha !== head && (newest === undefined || one.id < newest.id));
  const verdictOf = async (sha: Sha): Promise<Verdict> => {
    const latest = older.find((one) => one.sha === sha);
    return latest ? verdictOfStatuses(await statuses(latest), rule.deployment, rule.by) : "inconclusive";
  };
  return { reading, failures, ...(await walkBack(ask, [...new Set(older.map(({ sha }) => sha))], verdictOf)) };
}

const MOST = 50;
const MOST_COUNTED = 20;

/** Only to be counted, so not before this head was seen red: on the way to a hold nothing more is asked. */
function attemptsBefore({ past, head }: Ask, list: readonly Deployment[], newest: Deployment | undefined) {
  if (past?.head !== head || past.kind !== "red") return [];
  return list.filter((one) => one.sha === head && one.id !== newest?.id).slice(0, MOST_COUNTED - 1);
}

function readStatuses(statuses: readonly DeploymentStatus[], rule: Rule): Reading {
  const status = telling(statuses, rule.deployment);
  if (status === undefined) return { kind: "none", why: "no-evidence" };
  const verdict = deploymentVerdict(status.state);
  if (verdict === "inconclusive") return { kind: "none", why: "not-conclusive" };
  const doubt = doubtOfDeployer(status.creator ?? null, rule.by);
  if (doubt !== null) return { kind: "none", why: doubt };
  return {
    kind: verdict,
    at: secondsOf(status.created_at),
    says: `The deployment to ${rule.deployment} says ${status.state}${quoted(status.description)}`,
    url: status.log_url || status.target_url || null,
  };
}

/** The newest status; `inactive` only says that another deployment replaced this one, so what stood before it counts. */
function telling(statuses: readonly DeploymentStatus[], wanted: string): DeploymentStatus | undefined {
  return statuses.find(({ state, environment }) => state !== "inactive" && (!environment || environment === wanted));
}

export function verdictOfStatuses(
  statuses: readonly DeploymentStatus[],
  environment: string,
  trusted: readonly string[] | undefined,
): Verdict {
  const status = telling(statuses, environment);
  if (!status || doubtOfDeployer(status.creator ?? null, trusted) !== null) return "inconclusive";
  return deploymentVerdict(status.state);
}
