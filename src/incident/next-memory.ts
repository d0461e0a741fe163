import { canonicalJson } from "../kernel/digest.ts";
import type { Memory } from "./memory.ts";
import { counted } from "./remember/counts.ts";
import { seeAssigned, seeCall, seeDispatch, seeMissed, seeSlack } from "./remember/deeds.ts";
import { seeGone, seeHold } from "./remember/hold.ts";
import { seeMode } from "./remember/mode.ts";
import { seeMoves, seeTold } from "./remember/moves.ts";
import { obey } from "./remember/orders.ts";
import { seeRecovery, seeRelapse } from "./remember/release.ts";
import { seeReports } from "./remember/reports.ts";
import { seeOthers } from "./remember/sources.ts";
import type { Incident, World } from "./world.ts";

/**
 * What the App should remember of an incident, given what it remembered and what it sees now: a pure fold, so that folding
 * the same world twice changes nothing. It must never forget a "no", a push that was sent, or a release.
 */
export function nextMemory(world: World, incident: Incident, stored: Memory, at: string): Memory {
  const steps = [
    seeRelapse,
    seeOthers,
    seeHold,
    seeGone,
    seeMode,
    seeDispatch,
    seeReports,
    seeMoves,
    seeTold,
    seeSlack,
    seeCall,
    seeAssigned,
    obey,
    seeRecovery,
    seeMissed,
  ];
  const next = steps.reduce((memory, step) => step(memory, world, incident, at), stored);
  // A number alone is no reason to write: it goes along with the next change.
  return canonicalJson(next) === canonicalJson(stored) ? stored : counted(next, world, incident);
}
