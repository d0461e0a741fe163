import { createLogReader, type LogReader } from "../../src/cli/watch/read-log.ts";
import type { PhaseName, WatchEvent } from "../../src/cli/watch/watched.ts";
import type { Wanted } from "./timeline.ts";
import { DISPATCH, HOLD, INCIDENT, matches, RELEASE, REVERT, type TimedEntry, type Timeline } from "./timeline.ts";

/** Turns what happens on the stage into what a watcher is shown. Each phase opens when GitHub accepts the request it begins with. */
export type Teller = {
  reached(phase: PhaseName, text: string): void;
  note(text: string): void;
  asked(who: string, shows: string, expiresAt: number): void;
  answered(answer: string): void;
  ended(isWell: boolean, text: string): void;
};

export function createTeller(timeline: Timeline, show: (event: WatchEvent) => void): Teller {
  return {
    reached: (phase, text) => show({ kind: "reached", phase, text, at: timeline.now() }),
    note: (text) => show({ kind: "note", text, at: timeline.now() }),
    asked: (who, shows, expiresAt) => {
      const at = timeline.now();
      show({ kind: "asked", who, shows, expiresAt: at + (expiresAt - Date.now()), at });
    },
    answered: (answer) => show({ kind: "answered", answer, at: timeline.now() }),
    ended: (isWell, text) => show({ kind: "ended", isWell, text, at: timeline.now() }),
  };
}

/** Follows the requests to the stand-in GitHub. */
export function tellRequest(teller: Teller, entry: TimedEntry): void {
  for (const { phase, wanted, text } of MILESTONES) if (matches(entry, wanted)) teller.reached(phase, text);
}

/** Follows the jobs' logs. */
export function createLogTeller(timeline: Timeline, show: (event: WatchEvent) => void) {
  const readers = new Map<string, LogReader>();
  return ({ runId, job, text }: { readonly runId: number; readonly job: string; readonly text: string }): void => {
    const key = `${runId} ${job}`;
    const reader = readers.get(key) ?? createLogReader(job);
    readers.set(key, reader);
    for (const event of reader(text, timeline.now())) show(event);
  };
}

const MILESTONES: readonly { readonly phase: PhaseName; readonly wanted: Wanted; readonly text: string }[] = [
  { phase: "hold", wanted: HOLD, text: "nobody but the policy's approvers can push" },
  { phase: "incident", wanted: INCIDENT, text: "the incident issue is open" },
  { phase: "dispatch", wanted: DISPATCH, text: "the responder starts at the protected branch `sentinel`" },
  { phase: "revert", wanted: REVERT, text: "the approved commit is on the branch, by the approver's token" },
  { phase: "release", wanted: RELEASE, text: "the new head deployed green; our ruleset is gone" },
];
