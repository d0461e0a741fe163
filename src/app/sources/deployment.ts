import type { Reader } from "../../adapters/github-app.ts";
import { jobCheck } from "../../adapters/github-app-checks.ts";
import {
  type Deployment,
  type DeploymentStatus,
  deploymentsTo,
  statusesOf,
} from "../../adapters/github-app-deployments.ts";
import type { Reason } from "../../incident/reason.ts";
import type { Reading, Repo } from "../../incident/world.ts";
import type { Sha } from "../../kernel/sha.ts";
import type { SignalRule } from "../../policy/schema.ts";
import {
  type Creator,
  deploymentVerdict,
  doubtOfDeployer,
  runVerdict,
  type Verdict,
} from "../../quarantine/evidence.ts";
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
  const attempts = attemptsBefore(ask, list, newest);
  const [told, ...earlier] = await Promise.all([newest ? statuses(newest) : [], ...attempts.map(statuses)]);
  const verdictOfOne = async (one: Deployment, its?: readonly DeploymentStatus[]) =>
    verdictOfStatuses(ask, { id: one.id, statuses: its ?? (await statuses(one)) }, rule.deployment, rule.by);
  const reading: Reading = newest
    ? await readStatuses(ask, { id: newest.id, statuses: told }, rule)
    : { kind: "none", why: "no-evidence" };
  if (newest && reading.kind === "passing") {
    const after = list.find((one) => one.sha !== head && one.id > newest.id);
    const isReplaced = after && (await verdictOfOne(after)) === "passing";
    return unbroken(isReplaced ? { kind: "none", why: "evidence-superseded" } : reading);
  }
  if (reading.kind !== "failing") return unbroken(reading);
  const verdicts = await Promise.all(attempts.map((one, index) => verdictOfOne(one, earlier[index])));
  const failures = 1 + verdicts.filter((verdict) => verdict === "failing").length;
  if (known && changed !== null) return { reading, failures, ...known, changed };
  const older = list.filter((one) => one.sha !== head && (newest === undefined || one.id < newest.id));
  const verdictOf = async (sha: Sha): Promise<Verdict> => {
    const latest = older.find((one) => one.sha === sha);
    return latest ? verdictOfOne(latest) : "inconclusive";
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

/** Where to ask, and what was said of one deployment, newest first. */
type Place = { readonly github: Reader; readonly repo: Repo };
type Told = { readonly id: number; readonly statuses: readonly DeploymentStatus[] };

async function readStatuses(place: Place, { id, statuses }: Told, rule: Rule): Promise<Reading> {
  const status = telling(statuses, rule.deployment);
  if (status === undefined) return { kind: "none", why: "no-evidence" };
  const verdict = deploymentVerdict(status.state);
  if (verdict === "inconclusive") return { kind: "none", why: "not-conclusive" };
  const doubt = await doubtOf(place, id, status, rule.by);
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

export async function verdictOfStatuses(
  place: Place,
  { id, statuses }: Told,
  environment: string,
  trusted: readonly string[] | undefined,
): Promise<Verdict> {
  const status = telling(statuses, environment);
  if (!status || (await doubtOf(place, id, status, trusted)) !== null) return "inconclusive";
  return deploymentVerdict(status.state);
}

const ACTIONS = "github-actions";
const ACTIONS_BOT: Creator = { login: `${ACTIONS}[bot]`, type: "Bot" };

/** What GitHub Actions says of a job that names an environment stands in the name of whoever started the run. */
async function doubtOf(
  place: Place,
  deployment: number,
  status: DeploymentStatus,
  trusted: readonly string[] | undefined,
): Promise<Reason | null> {
  const doubt = doubtOfDeployer(status.creator ?? null, trusted);
  if (doubt === null || doubtOfDeployer(ACTIONS_BOT, trusted) !== null) return doubt;
  return (await isSaidByActions(place, deployment, status)) ? null : doubt;
}

/** A link can be written by anybody; the check run of a job only by Actions, and it names the deployment that was made for the job. */
async function isSaidByActions(
  { github, repo }: Place,
  deployment: number,
  { state, log_url, target_url, performed_via_github_app: via }: DeploymentStatus,
): Promise<boolean> {
  if (via?.slug === ACTIONS) return true;
  const job = /\/(?:job|runs)\/(\d{1,15})(?:$|[?#])/.exec(log_url || target_url || "")?.[1];
  if (job === undefined) return false;
  // A job's id is its check run's id too.
  const check = await jobCheck(github, repo, Number(job));
  const isOfIt = check?.app?.slug === ACTIONS && check.deployment?.id === deployment;
  return isOfIt && runVerdict(check.status, check.conclusion) === deploymentVerdict(state);
}
