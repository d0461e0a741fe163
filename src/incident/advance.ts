import { assertNever } from "../kernel/assert-never.ts";
import type { Sha } from "../kernel/sha.ts";
import type { Memory } from "./memory.ts";
import { parseHoldName } from "./names.ts";
import type { Reason } from "./reason.ts";
import type { Hold, Incident, Run, Told, World } from "./world.ts";

/** What a command did, as whoever performed it saw GitHub's answer. */
export type Done =
  | { readonly did: "hold-branch"; readonly id: number; readonly name: string; readonly head: Sha }
  /** Somebody made the same hold just before: another replica is at work on it. */
  | { readonly did: "lose-race" }
  | { readonly did: "find-hold-refused"; readonly why: string }
  | { readonly did: "verify-hold"; readonly id: number; readonly intact: boolean }
  | { readonly did: "remove-twin" | "release-branch"; readonly id: number }
  | { readonly did: "check-responder"; readonly state: Reason | "ready" }
  | { readonly did: "open-incident"; readonly number: number; readonly body: string }
  | { readonly did: "remember"; readonly checkRunId: number; readonly memory: Memory }
  | { readonly did: "name-hold"; readonly id: number; readonly incident: number }
  | { readonly did: "dispatch-responder"; readonly run: Run | null }
  | { readonly did: "rerun-responder" | "cancel-responder" }
  | { readonly did: "assign-people"; readonly logins: readonly string[] }
  | { readonly did: "call-people"; readonly since: string }
  | { readonly did: "tell-of-move"; readonly suite: number }
  | { readonly did: "update-page"; readonly body: string }
  | { readonly did: "tell-slack"; readonly told: Told }
  | { readonly did: "close-incident" | "reopen-incident" }
  | { readonly did: "close-twin"; readonly twin: number }
  | { readonly did: "report" }
  /** Not done, and not tried again in this look. */
  | { readonly did: "miss"; readonly what: string };

/** The world after one command, so that the next decision needs no reading. Pure. */
export function advance(world: World, done: Done): World {
  switch (done.did) {
    case "hold-branch":
      return withHold(world, done);
    case "lose-race":
    case "report":
      return world;
    case "find-hold-refused":
      return { ...world, holdRefused: done.why, incident: world.incident ?? begin(world.head) };
    case "verify-hold":
      return changeHold(world, done.id, (hold) => ({ ...hold, intact: done.intact }));
    case "name-hold":
      return changeHold(world, done.id, (hold) => ({ ...hold, name: { ...hold.name, incident: done.incident } }));
    case "remove-twin":
    case "release-branch":
      return { ...world, holds: world.holds.filter(({ id }) => id !== done.id) };
    case "check-responder":
      return { ...world, responder: done.state };
    case "miss":
      return { ...world, missed: [...world.missed, done.what] };
    default:
      return world.incident === null ? world : { ...world, incident: inIncident(world.incident, done) };
  }
}

type InIncident = Extract<
  Done,
  {
    readonly did:
      | "open-incident"
      | "remember"
      | "dispatch-responder"
      | "rerun-responder"
      | "cancel-responder"
      | "assign-people"
      | "call-people"
      | "tell-of-move"
      | "update-page"
      | "tell-slack"
      | "close-incident"
      | "reopen-incident"
      | "close-twin";
  }
>;

function inIncident(incident: Incident, done: InIncident): Incident {
  switch (done.did) {
    case "open-incident":
      return { ...incident, number: done.number, issue: { state: "open", body: done.body } };
    case "remember":
      return { ...incident, stored: { checkRunId: done.checkRunId, memory: done.memory } };
    case "dispatch-responder":
      return { ...incident, run: done.run };
    case "rerun-responder":
      return { ...incident, run: incident.run && { ...incident.run, status: "queued", conclusion: null } };
    case "cancel-responder":
      return { ...incident, run: incident.run && { ...incident.run, status: CANCELLING } };
    case "assign-people":
      return { ...incident, assigned: done.logins };
    case "call-people":
      return { ...incident, calledFor: done.since };
    case "tell-of-move":
      return { ...incident, toldOf: [...incident.toldOf, done.suite] };
    case "update-page":
      return { ...incident, issue: incident.issue && { ...incident.issue, body: done.body } };
    case "tell-slack":
      return { ...incident, slack: done.told };
    case "close-incident":
      return { ...incident, issue: incident.issue && { ...incident.issue, state: "closed" } };
    case "reopen-incident":
      return { ...incident, issue: incident.issue && { ...incident.issue, state: "open" } };
    case "close-twin":
      return { ...incident, twins: incident.twins.filter((twin) => twin !== done.twin) };
    default:
      return assertNever(done);
  }
}

/** A word of ours, until GitHub says how the run ended. */
export const CANCELLING = "cancelling";

function withHold(world: World, done: Extract<Done, { did: "hold-branch" }>): World {
  const name = parseHoldName(done.name);
  if (name === null) throw new Error(`invariant: a hold named ${done.name}`);
  const hold: Hold = { id: done.id, name, intact: null };
  const holds = [...world.holds, hold].toSorted((a, b) => a.id - b.id);
  return { ...world, holds, incident: world.incident ?? begin(done.head) };
}

function begin(badHead: Sha): Incident {
  return {
    isFound: false,
    badHead,
    number: null,
    issue: null,
    twins: [],
    stored: null,
    run: null,
    reports: [],
    slack: null,
    calledFor: null,
    toldOf: [],
    assigned: null,
  };
}

function changeHold(world: World, id: number, change: (hold: Hold) => Hold): World {
  return { ...world, holds: world.holds.map((hold) => (hold.id === id ? change(hold) : hold)) };
}
