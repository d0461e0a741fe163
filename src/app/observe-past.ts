import { memoriesOn, type StoredMemory } from "../adapters/github-app-checks.ts";
import { deploymentNumbered, statusesOf } from "../adapters/github-app-deployments.ts";
import type { Issue } from "../adapters/github-app-issues.ts";
import type { Incident, World } from "../incident/world.ts";
import type { Sha } from "../kernel/sha.ts";
import type { Gaze } from "./gaze.ts";
import { findMarker } from "./marker.ts";
import { closedIncidentOn, type Place } from "./observe-incident.ts";
import { verdictOfStatuses } from "./sources/deployment.ts";

/** What incidents that are over still have to say. It must never hold a branch for one that people let go. */

export const DAY_MS = 24 * 3_600_000;

/**
 * Whom the incidents of the last day asked. Their issues, which writers can blank, and what this process saw itself only hint at
 * where their memory stands, which we alone can write.
 */
export async function askedToday(
  { eyes, github, target }: Gaze,
  closed: readonly Issue[],
  seen: Remembered,
): Promise<World["earlierAsks"]> {
  const day = eyes.clock.now() - DAY_MS;
  const heads = closed
    .filter(({ created_at }) => Date.parse(created_at ?? "") > day)
    .flatMap(({ body }) => findMarker(body)?.badHead ?? []);
  const others = [...new Set(heads)].filter((sha) => !seen.has(sha));
  const stored = await Promise.all(others.map((sha) => memoriesOn(github, target.repo, sha, eyes.appId)));
  return [...seen.values(), ...stored]
    .flat()
    .flatMap(({ memory }) => memory.asks)
    .map(({ at, approverId }) => ({ at, approverId }))
    .filter(({ at }) => Date.parse(at) > day);
}

export type Remembered = ReadonlyMap<Sha, readonly StoredMemory[]>;

/** What is remembered on the bad heads that this process saw itself: known beforehand, so a hold need not wait for it. */
export async function rememberedToday({ eyes, github, target }: Gaze): Promise<Remembered> {
  const heads = seenSince(eyes.clock.now() - DAY_MS, eyes.badHeads, target.repo.id).slice(-MOST_SEEN);
  const read = async (sha: Sha) => [sha, await memoriesOn(github, target.repo, sha, eyes.appId)] as const;
  return new Map(await Promise.all(heads.map(read)));
}

/** More than the policy's holds of a day by default; all are read at once, and a hold must not wait for a free connection. */
const MOST_SEEN = 6;

function seenSince(day: number, badHeads: Map<string, number>, repoId: number): readonly Sha[] {
  for (const [key, at] of badHeads) if (at <= day) badHeads.delete(key);
  return [...badHeads.keys()].flatMap((key) => (key.startsWith(`${repoId} `) ? key.slice(`${repoId} `.length) : []));
}

/** The incident of a bad head that we let go when another was green, and that was deployed again since. */
export async function redeployed(gaze: Gaze, place: Place, sha: Sha): Promise<Incident | null> {
  const { hint, source } = gaze.occasion;
  if (hint.deployment === undefined || source === undefined) return null;
  const incident = await closedIncidentOn(place, sha);
  const memory = incident?.stored?.memory;
  if (!memory || memory.source !== source) return null;
  // Reopened already, by an App that died before its issue was.
  if (memory.released === null) return memory.reopenedAt === undefined ? null : incident;
  const [deployment, statuses] = await Promise.all([
    deploymentNumbered(gaze.github, place.repo, hint.deployment),
    statusesOf(gaze.github, place.repo, hint.deployment),
  ]);
  const environment = source.slice("deployment:".length);
  const isOfIt = deployment?.sha === sha && deployment.environment === environment;
  const isLater = Date.parse(deployment?.created_at ?? "") >= Date.parse(memory.released.at);
  if (!isOfIt || !isLater) return null;
  const told = { id: hint.deployment, statuses };
  return (await verdictOfStatuses(place, told, environment, undefined)) === "passing" ? incident : null;
}
