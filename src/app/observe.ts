import type { GitHubApp, Reader } from "../adapters/github-app.ts";
import { memoriesOn, type StoredMemory } from "../adapters/github-app-checks.ts";
import { branchHead } from "../adapters/github-app-code.ts";
import { deploymentNumbered, statusesOf } from "../adapters/github-app-deployments.ts";
import { closedIncidents, type Issue, openIncidents } from "../adapters/github-app-issues.ts";
import { ourRulesets, rulesetNumbered } from "../adapters/github-app-rulesets.ts";
import type { Memory } from "../incident/memory.ts";
import type { Reason } from "../incident/reason.ts";
import { failing } from "../incident/signals.ts";
import type { Hold, Incident, Law, Order, Repo, Signal, World } from "../incident/world.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Sha } from "../kernel/sha.ts";
import type { SignalRule } from "../policy/schema.ts";
import { guards, ruleFor, severityOf } from "../policy/scope.ts";
import { sourceOf } from "../policy/source.ts";
import { isIntact } from "../quarantine/hold.ts";
import { findMarker } from "./marker.ts";
import { closedIncidentOn, findIncident, type Place } from "./observe-incident.ts";
import type { Policies } from "./policies.ts";
import { readAnomaly } from "./sources/anomaly.ts";
import { readCheck } from "./sources/check.ts";
import { readDeployment, verdictOfStatuses } from "./sources/deployment.ts";
import { type Ask, type Hint, type Past, type SourceFacts, toPast } from "./sources/source.ts";
import { readWorkflow } from "./sources/workflow.ts";

/**
 * Reads one branch from GitHub: everything that does not depend on an answer is asked at once, guided by what an event named.
 * It must never write, and never believe the event: what it named is only where to look first.
 */
export type Target = { readonly installation: number; readonly repo: Repo; readonly branch: string };

/** What an event named, or nothing for a sweep. */
export type Occasion = {
  readonly sha?: Sha;
  readonly source?: string;
  readonly hint: Hint;
  /** The event says that something failed, so a hold may be near. */
  readonly isFailure: boolean;
  readonly order: Order | null;
};

export type Observed =
  | { readonly kind: "world"; readonly world: World }
  | { readonly kind: "nothing"; readonly why: Reason | "branch-gone" }
  /** The hold is seconds old and what follows it is not there yet: another replica is at work, or has just died. */
  | { readonly kind: "busy" };

export type Eyes = {
  readonly github: GitHubApp;
  readonly appId: number;
  readonly policies: Policies;
  /** What was seen of each source before, by repository, branch and source. */
  readonly past: Map<string, Past>;
  readonly clock: Clock;
  /** How old an unfinished hold must be before anybody but its maker finishes it, in milliseconds. */
  readonly patienceMs: number;
};

export async function observe(eyes: Eyes, target: Target, occasion: Occasion): Promise<Observed> {
  const { repo, branch } = target;
  const look: Look = { eyes, target, occasion, github: eyes.github.reader(target.installation) };
  const guess = occasion.sha ?? null;
  const [head, rulesets, issues, closed, guessed, ahead] = await Promise.all([
    branchHead(look.github, repo, branch),
    ourRulesets(look.github, repo),
    openIncidents(look.github, repo, eyes.appId),
    occasion.isFailure ? closedIncidents(look.github, repo, eyes.appId) : [],
    guess === null ? null : memoriesOn(look.github, repo, guess, eyes.appId),
    guess === null ? null : hintedSignals(look, guess),
  ]);
  if (head === null) return { kind: "nothing", why: "branch-gone" };
  const read = new Map<Sha, readonly StoredMemory[]>(guess && guessed ? [[guess, guessed]] : []);
  const ours = rulesets.filter(({ name }) => name.branch === branch);
  const seen = (await Promise.all(ours.map((found) => seeHold(look, found)))).flat();
  const holds = seen.map(({ hold }) => hold);
  const place = { ...look, repo, branch, head, appId: eyes.appId, holds, issues, read };
  const present = await findIncident(place);
  const again = present === null && guess !== null && head !== guess ? await redeployed(look, place, guess) : null;
  const incident = present ?? again;
  const earlierAsks = incident === null ? await askedToday(look, closed) : [];
  const isUnfinished = incident !== null && (incident.stored?.memory.run ?? null) === null;
  if (isUnfinished && seen.some(({ ageMs }) => Math.abs(ageMs) < eyes.patienceMs)) return { kind: "busy" };
  if (incident === null && guess !== null && head !== guess) return { kind: "nothing", why: "evidence-superseded" };
  const memory = incident?.stored?.memory ?? null;
  const rulings = head === guess && ahead ? ahead : await signalsOn(look, head, memory);
  const own = await ownSignal(look, head, memory, rulings);
  const all = [...rulings, ...own];
  const law = await lawFor(look, head, memory, all);
  const signals = all.map(({ signal }) => signal);
  const notices = { pageStale: false, slackStale: false };
  const day = eyes.clock.now() - DAY_MS;
  const recent = [...issues, ...closed].filter(({ created_at }) => Date.parse(created_at ?? "") > day).length;
  const facts = { repo, branch, head, law, signals, holds, holdRefused: null, incident, recent, earlierAsks };
  const world = { ...facts, isRedeployed: again !== null, responder: null, notices };
  const isCarriedOut = memory?.handled?.includes(occasion.order?.comment ?? 0);
  return { kind: "world", world: { ...world, order: isCarriedOut ? null : occasion.order, missed: [] } };
}

const DAY_MS = 24 * 3_600_000;

/** Whom the incidents of the last day asked. The issue only hints at where their memory stands, which we alone can write. */
async function askedToday({ eyes, github, target }: Look, closed: readonly Issue[]): Promise<World["earlierAsks"]> {
  const day = eyes.clock.now() - DAY_MS;
  const heads = closed
    .filter(({ created_at }) => Date.parse(created_at ?? "") > day)
    .flatMap(({ body }) => findMarker(body)?.badHead ?? []);
  const stored = await Promise.all([...new Set(heads)].map((sha) => memoriesOn(github, target.repo, sha, eyes.appId)));
  return stored
    .flat()
    .flatMap(({ memory }) => memory.asks)
    .map(({ at, approverId }) => ({ at, approverId }))
    .filter(({ at }) => Date.parse(at) > day);
}

/** The incident of a bad head that we let go when another was green, and that was deployed again since. */
async function redeployed(look: Look, place: Place, sha: Sha): Promise<Incident | null> {
  const { hint, source } = look.occasion;
  if (hint.deployment === undefined || source === undefined) return null;
  const incident = await closedIncidentOn(place, sha);
  const memory = incident?.stored?.memory;
  if (!memory?.released || memory.source !== source) return null;
  const [deployment, statuses] = await Promise.all([
    deploymentNumbered(look.github, place.repo, hint.deployment),
    statusesOf(look.github, place.repo, hint.deployment),
  ]);
  const environment = source.slice("deployment:".length);
  const isOfIt = deployment?.sha === sha && deployment.environment === environment;
  const isLater = Date.parse(deployment?.created_at ?? "") >= Date.parse(memory.released.at);
  return isOfIt && isLater && verdictOfStatuses(statuses, environment, undefined) === "passing" ? incident : null;
}

type Look = {
  readonly eyes: Eyes;
  readonly target: Target;
  readonly occasion: Occasion;
  readonly github: Reader;
};

/** A reader is not shown who may pass; the read-back after the hold compares that. */
async function seeHold(
  { github, target, eyes }: Look,
  found: Omit<Hold, "intact">,
): Promise<readonly { readonly hold: Hold; readonly ageMs: number }[]> {
  const ruleset = await rulesetNumbered(github, target.repo, found.id);
  if (ruleset === null) return [];
  const { bypass_actors: _unseen, created_at, ...seen } = ruleset;
  const ageMs = eyes.clock.now() - Date.parse(created_at ?? "");
  return [{ hold: { ...found, intact: isIntact(seen, target.branch, []) }, ageMs }];
}

/** A signal with the law that names it. */
type Ruling = { readonly signal: Signal; readonly law: Law };

async function hintedSignals(look: Look, sha: Sha): Promise<readonly Ruling[] | null> {
  if (look.occasion.source === undefined) return null;
  return readSources(look, sha, (source) => source === look.occasion.source);
}

async function signalsOn(look: Look, head: Sha, memory: Memory | null): Promise<readonly Ruling[]> {
  const { source } = look.occasion;
  const isWanted = (one: string) => source === undefined || one === source || one === memory?.source;
  return readSources(look, head, isWanted);
}

/** The incident's own source decides about its release, whether or not any policy still names it. */
async function ownSignal(
  look: Look,
  head: Sha,
  memory: Memory | null,
  known: readonly Ruling[],
): Promise<readonly Ruling[]> {
  if (memory === null || known.some(({ signal }) => signal.source === memory.source)) return [];
  const rule = ruleFor(memory.policy, memory.source);
  return rule ? [await readSource(look, head, rule)] : [];
}

async function readSources(look: Look, head: Sha, isWanted: (source: string) => boolean): Promise<readonly Ruling[]> {
  const { policies } = look.eyes;
  const { repo } = look.target;
  const watched = policies.watched(repo.id) ?? (await policies.watch(look.github, repo, head, false));
  const rules = watched.rules.filter((rule) => isWanted(sourceOf(rule)));
  const once = rules.filter((rule, at) => rules.findIndex((other) => sourceOf(other) === sourceOf(rule)) === at);
  const found = await Promise.all(once.map((rule) => judgeSource(look, head, rule)));
  return found.filter((ruling) => ruling !== null);
}

/** Reads a source by the rule that may be in force, and again where the law in force has another rule for it. */
async function judgeSource(look: Look, head: Sha, candidate: SignalRule): Promise<Ruling | null> {
  const ruling = await readSource(look, head, candidate);
  if (ruling.law.kind !== "in-force" || ruling.signal.reading.kind !== "failing") return ruling;
  const { policy } = ruling.law;
  const rule = ruleFor(policy, sourceOf(candidate));
  if (rule === null || !guards(policy, look.target.branch, look.target.repo.defaultBranch)) return null;
  if (JSON.stringify(rule) === JSON.stringify(candidate)) return ruling;
  return readSource(look, head, rule);
}

async function readSource(look: Look, head: Sha, rule: SignalRule): Promise<Ruling> {
  const { eyes, target, occasion, github } = look;
  const source = sourceOf(rule);
  const key = `${target.repo.id} ${target.branch} ${source}`;
  const past = eyes.past.get(key) ?? null;
  const hint = occasion.sha === head && occasion.source === source ? occasion.hint : {};
  const facts = await readFacts(
    { github, repo: target.repo, branch: target.branch, head, appId: eyes.appId, hint, past },
    rule,
  );
  const next = toPast(head, facts, past);
  if (next) eyes.past.set(key, next);
  const law = await eyes.policies.lawAt(github, target.repo, facts.lastGood, head);
  const severity = law.kind === "in-force" ? severityOf(law.policy, rule, facts.changed) : rule.severity;
  const { reading, before, lastGood } = facts;
  return { signal: { source, severity, reading, before, lastGood, rerun: facts.rerun ?? null }, law };
}

function readFacts(ask: Ask, rule: SignalRule): Promise<SourceFacts> {
  if ("deployment" in rule) return readDeployment(ask, rule);
  if ("check" in rule) return readCheck(ask, rule);
  if ("anomaly" in rule) return readAnomaly(ask, rule);
  return readWorkflow(ask, rule);
}

/** An open incident keeps the rules it began with; only how far they go is read anew. */
async function lawFor(look: Look, head: Sha, memory: Memory | null, rulings: readonly Ruling[]): Promise<Law> {
  const lead = failing(rulings.map(({ signal }) => signal));
  if (memory?.state !== "open") {
    const own = rulings.find(({ signal }) => signal === lead) ?? rulings[0];
    return own?.law ?? { kind: "none" };
  }
  const now = await look.eyes.policies.lawAt(look.github, look.target.repo, memory.lastGood, head);
  const { policy, policyDigest: digest } = memory;
  const mode = now.kind === "in-force" && now.because !== "no-last-good" ? now.mode : policy.mode;
  return { kind: "in-force", policy, digest, mode, because: "policy", problems: [] };
}
