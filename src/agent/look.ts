import type { Sha } from "../kernel/sha.ts";
import { blameFrames, weighBlame } from "./blamed-lines.ts";
import { type RankSuspects, readCandidates } from "./candidates.ts";
import { count } from "./count.ts";
import type { Looked } from "./looked.ts";
import type { Eyes, FailingJob } from "./ports.ts";
import { readSymptom } from "./symptom/symptom.ts";

/**
 * Gathers what code can know by itself before anybody reasons: what failed, what changed, who is the likeliest. A part that
 * cannot be read is named and left out; only a range that cannot be read at all throws.
 */
export async function look(
  eyes: Eyes,
  place: { readonly good: Sha; readonly bad: Sha },
  rank: RankSuspects,
  say: (line: string) => void,
): Promise<Looked> {
  const missing: string[] = [];
  const [range, jobs, deployment, environments, earlierRuns, earlierIncidents] = await Promise.all([
    eyes.history.range(),
    orMissing(eyes.signals.failingJobs(), "failing jobs and their logs", missing),
    orMissing(eyes.signals.deployment(), "the failed deployment", missing),
    orMissing(eyes.signals.environments(), "what runs in which environment", missing),
    orMissing(eyes.signals.earlierRuns(), "whether the same job failed on other revisions", missing),
    orMissing(eyes.signals.earlierIncidents(), "earlier incidents", missing),
  ]);
  const symptom = readSymptom(jobs ?? [], deployment);
  for (const line of sayWhatFailed(jobs ?? [], symptom.tests.length, symptom.frames.length)) say(line);
  const read = await readCandidates(eyes.history, range, symptom.signal, rank);
  say(`${count(range.commits.length, "commit")} since the last good revision, ${count(read.diffs.size, "diff")} read`);
  const blamed = await blameFrames(eyes.history, range, symptom.frames);
  const ranking = weighBlame(rank(symptom.signal, read.candidates), blamed);
  const likeliest = ranking.ranked.slice(0, 5).map(({ sha }) => sha);
  const members = await orMissing(eyes.signals.members(likeliest), "who merged the likeliest commits", missing);
  return {
    eyes,
    ...place,
    range,
    candidates: read.candidates,
    diffs: read.diffs,
    symptom,
    deployment,
    environments,
    earlierRuns,
    earlierIncidents,
    members: members ?? new Set(),
    blamed,
    ranking,
    notLookedAt: [...missing, ...read.notLookedAt, ...withoutLog(jobs ?? [])].slice(0, 10),
  };
}

async function orMissing<T>(reading: Promise<T>, what: string, missing: string[]): Promise<T | null> {
  try {
    return await reading;
  } catch {
    missing.push(what);
    return null;
  }
}

function sayWhatFailed(jobs: readonly FailingJob[], tests: number, frames: number): readonly string[] {
  if (jobs.length === 0) return ["no failing job with a log was found on the bad head"];
  const names = jobs.map(({ name }) => name).join(", ");
  return [
    `failing on the bad head: ${names}; ${count(tests, "failing test")} and ${count(frames, "stack frame")} named in the logs`,
  ];
}

function withoutLog(jobs: readonly FailingJob[]): readonly string[] {
  const silent = jobs.filter(({ log }) => log === null).length;
  return silent > 0 ? [`the logs of ${count(silent, "failing job")}, which GitHub did not hand out`] : [];
}
