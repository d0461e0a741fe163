import type { Memory } from "../incident/memory.ts";
import { failing } from "../incident/signals.ts";
import type { Law, Signal } from "../incident/world.ts";
import type { Sha } from "../kernel/sha.ts";
import type { SignalRule } from "../policy/schema.ts";
import { guards, ruleFor, severityOf } from "../policy/scope.ts";
import { sourceOf } from "../policy/source.ts";
import type { Gaze } from "./gaze.ts";
import { readAnomaly } from "./sources/anomaly.ts";
import { readCheck } from "./sources/check.ts";
import { readDeployment } from "./sources/deployment.ts";
import { type Ask, type Past, type SourceFacts, toPast } from "./sources/source.ts";
import { readWorkflow } from "./sources/workflow.ts";

/** What each source says of a revision, and which law names it. It must never let a rule judge that is not in force. */

/** A signal with the law that names it, and what the next look is to know of its source. */
export type Ruling = { readonly signal: Signal; readonly law: Law; readonly past: Past | null };

/** Of the branch's head alone: an old success that arrives late has nothing to say of what came since. */
export async function learn(gaze: Gaze, head: Sha, rulings: readonly Ruling[]): Promise<void> {
  const { eyes, target, github } = gaze;
  const isDefault = target.branch === target.repo.defaultBranch;
  const green = rulings.filter(({ signal }) => isDefault && signal.reading.kind === "passing");
  for (const { signal, past } of rulings) if (past) eyes.past.set(pastKey(gaze, signal.source), past);
  await Promise.all(green.map(({ signal }) => eyes.policies.noteGreen(github, target.repo, signal.source, head)));
}

function pastKey({ target }: Gaze, source: string): string {
  return `${target.repo.id} ${target.branch} ${source}`;
}

export async function hintedSignals(gaze: Gaze, sha: Sha): Promise<readonly Ruling[] | null> {
  if (gaze.occasion.source === undefined) return null;
  return readSources(gaze, sha, (source) => source === gaze.occasion.source);
}

export async function signalsOn(gaze: Gaze, head: Sha, memory: Memory | null): Promise<readonly Ruling[]> {
  const { source } = gaze.occasion;
  const isWanted = (one: string) => source === undefined || one === source || one === memory?.source;
  return readSources(gaze, head, isWanted);
}

/** The incident's own source decides about its release, whether or not any policy still names it. */
export async function ownSignal(
  gaze: Gaze,
  head: Sha,
  memory: Memory | null,
  known: readonly Ruling[],
): Promise<readonly Ruling[]> {
  if (memory === null || known.some(({ signal }) => signal.source === memory.source)) return [];
  const rule = ruleFor(memory.policy, memory.source);
  return rule ? [await readSource(gaze, head, rule)] : [];
}

async function readSources(gaze: Gaze, head: Sha, isWanted: (source: string) => boolean): Promise<readonly Ruling[]> {
  const { policies } = gaze.eyes;
  const { repo } = gaze.target;
  const watched = policies.watched(repo.id) ?? (await policies.watch(gaze.github, repo, head, false));
  const rules = watched.rules.filter((rule) => isWanted(sourceOf(rule)));
  const once = rules.filter((rule, at) => rules.findIndex((other) => sourceOf(other) === sourceOf(rule)) === at);
  const found = await Promise.all(once.map((rule) => judgeSource(gaze, head, rule)));
  return found.filter((ruling) => ruling !== null);
}

/** Reads a source by the rule that may be in force, and again where the law in force has another rule for it. */
async function judgeSource(gaze: Gaze, head: Sha, candidate: SignalRule): Promise<Ruling | null> {
  const ruling = await readSource(gaze, head, candidate);
  if (ruling.law.kind !== "in-force" || ruling.signal.reading.kind !== "failing") return ruling;
  const { policy } = ruling.law;
  const rule = ruleFor(policy, sourceOf(candidate));
  if (rule === null || !guards(policy, gaze.target.branch, gaze.target.repo.defaultBranch)) return null;
  if (JSON.stringify(rule) === JSON.stringify(candidate)) return ruling;
  return readSource(gaze, head, rule);
}

async function readSource(gaze: Gaze, head: Sha, rule: SignalRule): Promise<Ruling> {
  const { eyes, target, occasion, github } = gaze;
  const source = sourceOf(rule);
  const past = eyes.past.get(pastKey(gaze, source)) ?? null;
  const hint = occasion.sha === head && occasion.source === source ? occasion.hint : {};
  const facts = await readFacts(
    { github, repo: target.repo, branch: target.branch, head, appId: eyes.appId, hint, past },
    rule,
  );
  const law = await eyes.policies.lawAt(github, target.repo, facts.lastGood, head);
  const severity = law.kind === "in-force" ? severityOf(law.policy, rule, facts.changed) : rule.severity;
  const { reading, before, lastGood, rerun = null, failures = 1 } = facts;
  const signal = { source, severity, reading, failures, before, lastGood, rerun };
  return { signal, law, past: toPast(head, facts, past) };
}

function readFacts(ask: Ask, rule: SignalRule): Promise<SourceFacts> {
  if ("deployment" in rule) return readDeployment(ask, rule);
  if ("check" in rule) return readCheck(ask, rule);
  if ("anomaly" in rule) return readAnomaly(ask, rule);
  return readWorkflow(ask, rule);
}

/** An open incident keeps the rules it began with; only how far they go is read anew. */
export async function lawFor(gaze: Gaze, head: Sha, memory: Memory | null, rulings: readonly Ruling[]): Promise<Law> {
  const lead = failing(rulings.map(({ signal }) => signal));
  if (memory?.state !== "open") {
    const own = rulings.find(({ signal }) => signal === lead) ?? rulings[0];
    return own?.law ?? { kind: "none" };
  }
  const now = await gaze.eyes.policies.lawAt(gaze.github, gaze.target.repo, memory.lastGood, head);
  const { policy, policyDigest: digest } = memory;
  const mode = now.kind === "in-force" && now.because !== "no-last-good" ? now.mode : policy.mode;
  return { kind: "in-force", policy, digest, mode, because: "policy" };
}
