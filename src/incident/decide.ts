import { canonicalJson } from "../kernel/digest.ts";
import { shortSha } from "../kernel/sha.ts";
import { CANCELLING } from "./advance.ts";
import { callTime } from "./call-time.ts";
import type { Command } from "./command.ts";
import { firstMemory } from "./first-memory.ts";
import type { Memory } from "./memory.ts";
import { PAGE_MISSED } from "./missed.ts";
import { nextMemory } from "./next-memory.ts";
import { seeMode } from "./remember/mode.ts";
import { isRelease, isToBeAsked } from "./remember/orders.ts";
import { greenWords } from "./remember/release.ts";
import { failing, recovered } from "./signals.ts";
import { sourceWords } from "./source-words.ts";
import type { Incident, Run, World } from "./world.ts";

/**
 * What is to be done about a branch, given what was seen of it: nothing, or the next commands that do not depend on each
 * other. Pure; a world that asks for nothing gives no command. It must never decide by a comment, a label or an issue's text.
 *
 * `at` is now in ISO 8601 UTC. Whoever performs the commands folds their results into the world and decides again; what failed,
 * or is done once in a look, is not `isOpen` any more, and must keep nobody from reading how things stand.
 */
export function decide(world: World, at: string, isOpen: IsOpen = () => true): readonly Command[] {
  return wanted(world, at, isOpen).filter(isOpen);
}

type IsOpen = (command: Command) => boolean;

function wanted(world: World, at: string, isOpen: IsOpen): readonly Command[] {
  if (world.law.kind === "in-force" && world.law.mode === "off") return beOff(world, at);
  const twins = world.holds.slice(1).map((twin): Command => ({ do: "remove-twin", id: twin.id }));
  if (twins.length > 0) return twins;
  if (world.incident) return aboutIncident(world, world.incident, at, isOpen);
  return aboutHead(world);
}

/** Only that it is so is written down, where a responder that waits for an answer reads it before it acts. */
function beOff(world: World, at: string): readonly Command[] {
  const { incident } = world;
  return incident?.stored ? keep(incident, seeMode(incident.stored.memory, world, incident, at)) : [];
}

/** Nothing of ours is here yet. */
function aboutHead(world: World): readonly Command[] {
  const { law, repo } = world;
  // A hold that nobody can be told of is worse than none.
  if (law.kind !== "in-force" || repo.hasIssues === false) return [];
  const signal = failing(world.signals);
  if (!signal) return confirm(world);
  const report = (reason: "red-before" | "no-last-good" | "mode-shadow" | "hold-budget-spent"): readonly Command[] => [
    { do: "report-shadow", head: world.head, signal, reason },
  ];
  if (signal.lastGood === null) return report("no-last-good");
  if (signal.before === "red") return report("red-before");
  if (law.mode !== "act") return report("mode-shadow");
  if (world.recent >= law.policy.limits.holdsPerDay) return report("hold-budget-spent");
  const bypass = bypassOf(law.policy);
  return [{ do: "hold-branch", head: world.head, bypass, reason: `${signal.source} fails at ${shortSha(world.head)}` }];
}

/** Running a job again is harmless, so it needs no last good revision; but it is an effect, so it needs the mode. */
function confirm({ law, signals }: World): readonly Command[] {
  if (law.kind !== "in-force" || (law.mode !== "act" && law.because !== "no-last-good")) return [];
  const runs = new Set(signals.flatMap(({ rerun }) => rerun ?? []));
  return [...runs].map((run) => ({ do: "confirm-by-rerun", run }));
}

function bypassOf(policy: { readonly people: readonly { readonly id: number }[] }): readonly number[] {
  return [...new Set(policy.people.map(({ id }) => id))];
}

function aboutIncident(world: World, incident: Incident, at: string, isOpen: IsOpen): readonly Command[] {
  const memory = incident.stored?.memory;
  if (incident.number === null) return openIncident(world, incident, at);
  const known = memory ?? firstMemory(world, incident, incident.number, at);
  if (known === null) return [];
  const next = nextMemory(world, incident, known, at);
  if (next.state === "closed" || wantsRelease(world, next)) return letGo(world, incident, next, at, isOpen);
  if (mustHoldAgain(world, incident, next)) return holdAgain(world, next);
  const commands: readonly Command[] = [
    ...readBack(world, next),
    ...keep(incident, next),
    ...nameHold(world, next),
    ...startResponder(world, incident, next),
    ...assignPeople(world, next),
    ...settleIssue(incident, next),
    ...callPeople(world, incident, next, at),
  ];
  if (commands.some(isOpen)) return commands;
  return [...tellWhatIsKept(world, incident, next), ...tellOfMoves(next)];
}

/** Nobody may be forgotten behind a held branch, least of all where no responder can help. */
function callPeople(world: World, incident: Incident, memory: Memory, at: string): readonly Command[] {
  const isStuck = world.responder !== null && world.responder !== "ready" && memory.run === null;
  const isDue = (isStuck || Date.parse(at) >= callTime(memory)) && memory.called !== memory.callAt;
  // The limit names the call, so it is remembered first: a look after a crash finds the same one.
  const isKept = incident.stored?.memory.callAt === memory.callAt;
  return isDue && isKept && memory.callAt !== undefined ? [{ do: "call-people", memory, since: memory.callAt }] : [];
}

/** Whom the hold lets through may push by hand; the others must know that nobody approved it. */
function tellOfMoves(memory: Memory): readonly Command[] {
  const untold = memory.passed?.moves.filter(({ said, told }) => said === "not-approved" && !told) ?? [];
  return untold.map((move): Command => ({ do: "tell-of-move", memory, move }));
}

function openIncident(world: World, incident: Incident, at: string): readonly Command[] {
  const first = firstMemory(world, incident, UNNUMBERED, at);
  if (first === null) return [];
  // The record names the incident in every entry, so it begins when there is a number.
  const { record: _later, ...draft } = first;
  return [{ do: "open-incident", draft }, ...readBack(world, draft), ...checkResponder(world)];
}

function checkResponder(world: World): readonly Command[] {
  return world.responder === null && world.holds.length > 0 ? [{ do: "check-responder" }] : [];
}

/** Stands in a draft until GitHub gives the number. */
const UNNUMBERED = 1;

function wantsRelease(world: World, memory: Memory): boolean {
  return isRelease(world.order) || recovered(world, memory);
}

/**
 * First the hold, then the memory of it, then the words; but what a person ordered is remembered before the hold goes, or a
 * look after a crash would find it gone and nobody to have ordered it; an issue that is still open says that not all of it is done.
 * Nobody may be forgotten behind a hold that GitHub does not let us delete.
 */
function letGo(world: World, incident: Incident, memory: Memory, at: string, isOpen: IsOpen): readonly Command[] {
  const reason = memory.released?.reason ?? greenWords(memory, world);
  const announced = memory.releasing === undefined ? [] : keep(incident, memory);
  if (announced.length > 0) return announced;
  const releases = world.holds.map(({ id }): Command => ({ do: "release-branch", id, reason }));
  if (releases.some(isOpen)) return [...releases, ...tellOfMoves(memory)];
  const kept = keep(incident, memory);
  if (kept.length > 0) return [...kept, ...tellOfMoves(memory)];
  const called = releases.length > 0 ? callPeople(world, incident, memory, at) : [];
  const words = [...called, ...tell(world, memory)];
  if (words.some(isOpen)) return words;
  return isStillToBeWritten(world, memory, at) ? [] : settleIssue(incident, memory);
}

/** The page of a closed issue is not looked at again, so one that could not be written keeps its issue open, for a while. */
function isStillToBeWritten({ missed }: World, { released }: Memory, at: string): boolean {
  return missed.includes(PAGE_MISSED) && released !== null && Date.parse(at) - Date.parse(released.at) < MOST_WAIT_MS;
}

const MOST_WAIT_MS = 10 * 60_000;

/** Only after a relapse: what we held and let go is held again. A hold that somebody removed is not. */
function mustHoldAgain(world: World, incident: Incident, memory: Memory): boolean {
  const wasClosed = incident.stored?.memory.state === "closed";
  return (
    wasClosed &&
    world.head === incident.badHead &&
    memory.state === "open" &&
    world.holds.length === 0 &&
    world.holdRefused === null
  );
}

function holdAgain(world: World, memory: Memory): readonly Command[] {
  const signal = failing(world.signals);
  if (world.law.kind === "in-force" && world.law.mode !== "act")
    return signal ? [{ do: "report-shadow", head: world.head, signal, reason: "mode-shadow" }] : [];
  const reason = `the ${sourceWords(memory.source)} fails again at ${shortSha(world.head)}`;
  return [{ do: "hold-branch", head: world.head, bypass: bypassOf(memory.policy), reason }];
}

function readBack(world: World, memory: Memory): readonly Command[] {
  return world.holds
    .filter((hold) => hold.intact === null)
    .map(({ id }): Command => ({ do: "verify-hold", id, bypass: bypassOf(memory.policy) }));
}

function keep(incident: Incident, memory: Memory): readonly Command[] {
  const { stored } = incident;
  if (stored && canonicalJson(stored.memory) === canonicalJson(memory)) return [];
  return [{ do: "remember", checkRunId: stored?.checkRunId ?? null, memory }];
}

function nameHold(world: World, memory: Memory): readonly Command[] {
  return world.holds
    .filter((hold) => hold.name.incident !== memory.incident && hold.intact !== false)
    .map(({ id }): Command => ({ do: "name-hold", id, badHead: memory.badHead, incident: memory.incident }));
}

/** The responder finds its incident by the hold, so without one there is nothing for it to do. */
function startResponder(world: World, incident: Incident, memory: Memory): readonly Command[] {
  if (world.holds.length === 0) return [];
  const { run } = incident;
  const start = world.responder === "ready" ? dispatch(memory) : checkResponder(world);
  if (run === null) return memory.run === null ? start : [];
  // The responder reads the memory, so what was ordered is remembered before it starts.
  if (keep(incident, memory).length > 0) return [];
  if (run.status !== "completed") return isStopped(memory, run) ? [{ do: "cancel-responder", run: run.id }] : [];
  // Who said no asks nobody again: an order by somebody else has lifted it by now.
  if (memory.denied !== null) return [];
  if (!isToBeAsked(memory)) return [];
  return memory.order?.kind === "rollback" ? start : [{ do: "rerun-responder", run: run.id }];
}

function isStopped({ stopped, denied }: Memory, run: Run): boolean {
  return denied !== null && run.status !== CANCELLING && stopped?.run === run.id && stopped.attempt === run.attempt;
}

function dispatch({ incident }: Memory): readonly Command[] {
  return [{ do: "dispatch-responder", incident }];
}

/** Once, so that who takes themselves off stays off; and not before branch and responder are seen to. */
function assignPeople(world: World, memory: Memory): readonly Command[] {
  if (memory.assigned !== undefined) return [];
  const isSeenTo = world.holds.length === 0 || world.responder !== null || memory.run !== null;
  return isSeenTo ? [{ do: "assign-people", memory }] : [];
}

/** The issue follows the memory, never the other way round. */
function settleIssue(incident: Incident, memory: Memory): readonly Command[] {
  const twins = incident.twins.map((twin): Command => ({ do: "close-twin", twin, incident: memory.incident }));
  if (incident.issue === null || incident.issue.state === memory.state) return twins;
  const settle = memory.state === "open" ? "reopen-incident" : "close-incident";
  return [...twins, { do: settle, incident: memory.incident }];
}

/** What could not be remembered is not said either: the next look may see it otherwise. */
function tellWhatIsKept(world: World, incident: Incident, memory: Memory): readonly Command[] {
  return keep(incident, memory).length > 0 ? [] : tell(world, memory);
}

/** Words last, when nothing else is under way, so that a look writes the page once. */
function tell(world: World, memory: Memory): readonly Command[] {
  const { pageStale, slackStale } = world.notices;
  return [
    ...(pageStale ? [{ do: "update-page", memory } as const] : []),
    ...(slackStale ? [{ do: "tell-slack", memory } as const] : []),
  ];
}
