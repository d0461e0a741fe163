import { memoriesOn, type StoredMemory } from "../adapters/github-app-checks.ts";
import { branchHead } from "../adapters/github-app-code.ts";
import { closedIncidents, type Issue, openIncidents } from "../adapters/github-app-issues.ts";
import { ourRulesets, rulesetNumbered } from "../adapters/github-app-rulesets.ts";
import type { Reason } from "../incident/reason.ts";
import type { Hold, World } from "../incident/world.ts";
import type { Sha } from "../kernel/sha.ts";
import { isIntact } from "../quarantine/hold.ts";
import type { Eyes, Gaze, Occasion, Target } from "./gaze.ts";
import { findIncident } from "./observe-incident.ts";
import { movesPast } from "./observe-moves.ts";
import { askedToday, DAY_MS, redeployed, rememberedToday } from "./observe-past.ts";
import { hintedSignals, lawFor, learn, ownSignal, signalsOn } from "./observe-signals.ts";

/**
 * Reads one branch from GitHub: everything that does not depend on an answer is asked at once, guided by what an event named.
 * It must never write, and never believe the event: what it named is only where to look first.
 */
export type Observed =
  | { readonly kind: "world"; readonly world: World }
  | { readonly kind: "nothing"; readonly why: Reason | "branch-gone" }
  /** The hold is seconds old and what follows it is not there yet: another replica is at work, or has just died. */
  | { readonly kind: "busy" };

export async function observe(eyes: Eyes, target: Target, occasion: Occasion): Promise<Observed> {
  const { repo, branch } = target;
  const gaze: Gaze = { eyes, target, occasion, github: eyes.github.reader(target.installation) };
  const guess = occasion.sha ?? null;
  const [tip, rulesets, { open: issues, closed, failure }, asked, guessed, ahead] = await Promise.all([
    branchHead(gaze.github, repo, branch),
    ourRulesets(gaze.github, repo),
    issuesOf(gaze),
    rememberedToday(gaze),
    guess === null ? null : memoriesOn(gaze.github, repo, guess, eyes.appId),
    guess === null ? null : hintedSignals(gaze, guess),
  ]);
  const read = new Map<Sha, readonly StoredMemory[]>(guess && guessed ? [[guess, guessed]] : []);
  const ours = rulesets.filter(({ name }) => name.branch === branch);
  const seen = (await Promise.all(ours.map((found) => seeHold(gaze, found)))).flat();
  const holds = seen.map(({ hold }) => hold);
  const place = { ...gaze, repo, branch, head: tip, appId: eyes.appId, holds, issues, read };
  const present = await findIncident(place);
  const isGone = tip === null;
  // Somebody who may pass the hold can delete or rename the branch; the hold on its name is still to be let go.
  const head = tip ?? present?.badHead;
  if (head === undefined) return { kind: "nothing", why: "branch-gone" };
  const again = present === null && guess !== null && head !== guess ? await redeployed(gaze, place, guess) : null;
  const incident = present ?? again;
  if (incident !== null && failure !== null) throw failure;
  if (incident !== null) eyes.badHeads.set(`${repo.id} ${incident.badHead}`, eyes.clock.now());
  const earlierAsks = incident === null ? await askedToday(gaze, closed, asked) : [];
  const isUnfinished = incident !== null && (incident.stored?.memory.run ?? null) === null;
  if (isUnfinished && seen.some(({ ageMs }) => Math.abs(ageMs) < eyes.patienceMs)) return { kind: "busy" };
  if (incident === null && guess !== null && head !== guess) return { kind: "nothing", why: "evidence-superseded" };
  const memory = incident?.stored?.memory ?? null;
  const [rulings, moves] = await Promise.all([
    isGone ? [] : head === guess && ahead ? ahead : signalsOn(gaze, head, memory),
    movesPast(gaze, head, incident),
  ]);
  const own = isGone ? [] : await ownSignal(gaze, head, memory, rulings);
  const all = [...rulings, ...own];
  await learn(gaze, head, all);
  const law = await lawFor(gaze, head, memory, all);
  const signals = all.map(({ signal }) => signal);
  const notices = { pageStale: false, slackStale: false };
  const day = eyes.clock.now() - DAY_MS;
  const recent = [...issues, ...closed].filter(({ created_at }) => Date.parse(created_at ?? "") > day).length;
  const facts = { repo, branch, head, law, signals, holds, holdRefused: null, incident, recent, earlierAsks };
  const world = { ...facts, isGone, moves, isRedeployed: again !== null, responder: null, notices };
  const isCarriedOut = memory?.handled?.includes(occasion.order?.comment ?? 0);
  const order = (isCarriedOut ? null : occasion.order) ?? memory?.releasing ?? null;
  return { kind: "world", world: { ...world, order, missed: [] } };
}

type Issues = { readonly open: readonly Issue[]; readonly closed: readonly Issue[]; readonly failure: unknown };

/** Or why GitHub does not show them: the hold comes first, and an incident that is there already can wait. */
async function issuesOf({ github, target, occasion }: Gaze): Promise<Issues> {
  try {
    const [open, closed] = await Promise.all([
      openIncidents(github, target.repo),
      occasion.isFailure ? closedIncidents(github, target.repo) : [],
    ]);
    return { open, closed, failure: null };
  } catch (failure) {
    return { open: [], closed: [], failure };
  }
}

/** A reader is not shown who may pass; the read-back after the hold compares that. */
async function seeHold(
  { github, target, eyes }: Gaze,
  found: Omit<Hold, "intact">,
): Promise<readonly { readonly hold: Hold; readonly ageMs: number }[]> {
  const ruleset = await rulesetNumbered(github, target.repo, found.id);
  if (ruleset === null) return [];
  const { bypass_actors: _unseen, created_at, ...seen } = ruleset;
  const ageMs = eyes.clock.now() - Date.parse(created_at ?? "");
  return [{ hold: { ...found, intact: isIntact(seen, target.branch, []) }, ageMs }];
}
