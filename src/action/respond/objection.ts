import type { Memory } from "../../incident/memory.ts";
import type { Reason } from "../../incident/reason.ts";
import type { Objection } from "../../rollback/perform.ts";

/** Which attempt of which run this job is. */
export type ThisRun = { readonly id: number; readonly attempt: number };

/** Why this job may not ask at all: it is not the one, or not the time. A "no" is weighed where people are chosen. */
export function objectionToAsking(memory: Memory, run: ThisRun): Objection | null {
  const mode = memory.mode ?? memory.policy.mode;
  if (memory.state === "closed" || memory.released !== null) return object("incident-closed");
  if (mode !== "act") return object(`mode-${mode}`);
  if (memory.run !== null && memory.run.id !== run.id) return object("not-this-run", `the App's is ${memory.run.id}`);
  return null;
}

/**
 * What has come to speak against the rollback since somebody was asked: people may say no, release, or switch us off in other
 * places than on the phone, and all of these are written into the App's memory. Pure.
 */
export function objectionToActing(
  known: Memory,
  now: { readonly isHeld: boolean; readonly memory: Memory | null },
  run: ThisRun,
): Objection | null {
  const { memory, isHeld } = now;
  if (memory === null) return object("memory-not-found");
  if (memory.denied !== null) return object("denied-meanwhile", `by ${memory.denied.by}`);
  if (memory.stopped?.run === run.id && memory.stopped.attempt === run.attempt)
    return object("denied-meanwhile", "this attempt was stopped");
  const objection = objectionToAsking(memory, run);
  if (objection !== null) return objection;
  if (!isHeld) return object("hold-gone");
  const changed = PLANNED_BY.find((key) => memory[key] !== known[key]);
  return changed === undefined ? null : object("plan-changed", `the incident's ${changed} is another one now`);
}

/** What of the memory a plan is made of. */
const PLANNED_BY = ["repoId", "branch", "badHead", "lastGood", "severity", "policyDigest"] as const;

function object(reason: Reason, detail = ""): Objection {
  return { reason, detail };
}
