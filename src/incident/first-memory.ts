import { shortSha } from "../kernel/sha.ts";
import { later } from "./call-time.ts";
import { type Memory, MOST_URL_CHARS } from "./memory.ts";
import { explain } from "./reason.ts";
import { counted } from "./remember/counts.ts";
import { note } from "./remember/note.ts";
import { failing } from "./signals.ts";
import { sourceWords } from "./source-words.ts";
import type { Incident, Reading, World } from "./world.ts";

/** The memory of an incident that is being opened; `incident` is its issue's number. */
export function firstMemory(world: World, incident: Incident, number: number, at: string): Memory | null {
  if (world.law.kind !== "in-force") return null;
  const signal = failing(world.signals) ?? world.signals[0];
  if (!signal) return null;
  const { policy, digest } = world.law;
  const says = signal.reading.kind === "none" ? explain(signal.reading.why) : signal.reading.says;
  const memory: Memory = {
    v: 1,
    repoId: world.repo.id,
    branch: world.branch,
    badHead: incident.badHead,
    lastGood: signal.lastGood,
    source: signal.source,
    severity: signal.severity,
    incident: number,
    state: "open",
    openedAt: at,
    policy,
    policyDigest: digest,
    run: null,
    plan: null,
    asks: [],
    ...(world.earlierAsks.length > 0 ? { earlierAsks: world.earlierAsks.slice(-MOST_EARLIER) } : {}),
    denied: null,
    released: null,
    timeline: [],
    slack: null,
    signal: { says: says.slice(0, 500), url: linkOf(signal.reading) },
    callAt: later(at, policy.limits.callPeopleAfterMinutes),
  };
  return note(
    counted(memory, world, incident),
    at,
    `The ${sourceWords(signal.source)} failed at ${shortSha(incident.badHead)}.`,
    {
      kind: "opened",
      digests: { policy: digest },
      refs: { commit: incident.badHead },
    },
  );
}

/** Deployers name addresses of any length; half of one leads nowhere, and a whole one would not be read back. */
function linkOf(reading: Reading): string | null {
  return reading.kind === "none" || (reading.url?.length ?? 0) > MOST_URL_CHARS ? null : reading.url;
}

/** Far more than any person's budget of a day. */
const MOST_EARLIER = 100;
