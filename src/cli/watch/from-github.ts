import { z } from "zod";
import { GitHubError, type GitHubRequest } from "../../adapters/github-request.ts";
import type { Memory } from "../../incident/memory.ts";
import { INCIDENT_LABEL } from "../../incident/names.ts";
import { sourceWords } from "../../incident/source-words.ts";
import { systemClock } from "../../kernel/clock.ts";
import { Issue, openerOf, readIssue } from "../incident-from-github.ts";
import { createLogReader } from "./read-log.ts";
import type { WatchEvent } from "./watched.ts";

/** One incident on GitHub as events. It only reads, and by nothing it reads is anything decided. */
export type Place = { readonly owner: string; readonly repo: string; readonly number: number };

/** The number of the newest open incident that an App opened; null when there is none. */
export async function newestIncident(github: GitHubRequest, owner: string, repo: string): Promise<number | null> {
  const { data } = await github("GET /repos/{owner}/{repo}/issues", {
    owner,
    repo,
    labels: INCIDENT_LABEL,
    state: "open",
    per_page: 100,
  });
  return (
    z
      .array(Listed)
      .parse(data)
      .find((issue) => openerOf(issue) !== null)?.number ?? null
  );
}

const Listed = Issue.extend({ number: z.int() });

/**
 * Looks again and again, `pauseMs` apart, and shows what is new, until the incident is closed or `signal` aborts. Throws when
 * GitHub refuses; says so and goes on when it does not answer. False: this is no incident.
 */
export async function followIncident(
  github: GitHubRequest,
  place: Place,
  show: (event: WatchEvent) => void,
  options: { readonly pauseMs: number; readonly signal: AbortSignal; readonly now: () => number },
): Promise<boolean> {
  const shown = new Set<string>();
  const once = (key: string, ...events: readonly WatchEvent[]) => {
    if (shown.has(key)) return;
    shown.add(key);
    for (const event of events) show(harmless(event));
  };
  while (!options.signal.aborted) {
    const seen = await orLater(() => look(github, place, shown));
    if ("waitMs" in seen) {
      once(`silent ${seen.says}`, { kind: "note", text: seen.says, at: options.now() });
      await pause(Math.max(options.pauseMs, seen.waitMs), options.signal);
      continue;
    }
    const { memory, logs } = seen;
    if (memory === null) {
      const text = `#${place.number} is no incident of Sentinel's`;
      once("none", { kind: "ended", isWell: false, text, at: options.now() });
      return false;
    }
    for (const [key, event] of remembered(memory)) once(key, event);
    for (const [key, events] of logs) once(key, ...events);
    if (memory.state === "closed") {
      once("end", { kind: "ended", isWell: true, text: closingWords(memory), at: options.now() });
      return true;
    }
    await pause(options.pauseMs, options.signal);
  }
  return true;
}

type Logs = readonly (readonly [key: string, events: readonly WatchEvent[]])[];

async function look(
  github: GitHubRequest,
  place: Place,
  shown: ReadonlySet<string>,
): Promise<{ readonly memory: Memory | null; readonly logs: Logs }> {
  const { memory } = await readIssue(github, place.owner, place.repo, place.number);
  return { memory, logs: memory === null ? [] : await logged(github, place, memory, shown) };
}

type Later = { readonly waitMs: number; readonly says: string };

/** A GitHub that is away, or asks to be left alone for a while, ends no watch. */
async function orLater<T extends object>(read: () => Promise<T>): Promise<T | Later> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof GitHubError) || (error.code !== "unavailable" && error.code !== "limited")) throw error;
    return { waitMs: error.retryAfterMs ?? 0, says: `GitHub does not answer (${error.code}); looking again` };
  }
}

/** Logs and people's reasons stand in it: nothing may reach the terminal that is not drawn. */
function harmless(event: WatchEvent): WatchEvent {
  return JSON.parse(
    JSON.stringify(event, (_, value) => (typeof value === "string" ? value.replace(UNDRAWN, "") : value)),
  );
}

const UNDRAWN = /[\p{Cc}\p{Cf}]/gu;

/** What the App's memory says has happened, each with a key under which it is shown once. */
function remembered(memory: Memory): readonly (readonly [key: string, event: WatchEvent])[] {
  const at = Date.parse(memory.openedAt);
  const known: (readonly [string, WatchEvent])[] = [
    [
      "signal",
      {
        kind: "reached",
        phase: "signal",
        text: `the ${sourceWords(memory.source)} failed at ${memory.badHead.slice(0, 12)}`,
        at,
      },
    ],
    ["incident", { kind: "reached", phase: "incident", text: `#${memory.incident}, ${memory.severity}`, at }],
  ];
  if (memory.hold !== undefined) known.push([`hold ${memory.hold.state}`, holdEvent(memory.hold, memory.branch, at)]);
  if (memory.run !== null)
    known.push(["run", { kind: "reached", phase: "dispatch", text: `run ${memory.run.id}`, at }]);
  for (const ask of memory.asks) {
    const asked = { who: ask.approver, shows: memory.plan?.code ?? "the plan's code", expiresAt: null } as const;
    known.push([`ask ${ask.at} ${ask.approverId}`, { kind: "asked", ...asked, at: Date.parse(ask.at) }]);
    if (ask.answer !== "none")
      known.push([`answer ${ask.at}`, { kind: "answered", answer: ask.answer, at: Date.parse(ask.at) }]);
  }
  for (const { at: time, text } of memory.timeline)
    known.push([`${time} ${text}`, { kind: "note", text: `${time.slice(11, 19)} ${text}`, at: Date.parse(time) }]);
  if (memory.released !== null) {
    const { by, reason, at: time } = memory.released;
    known.push(["release", { kind: "reached", phase: "release", text: `${by}: ${reason}`, at: Date.parse(time) }]);
  }
  return known;
}

function holdEvent({ state, why }: NonNullable<Memory["hold"]>, branch: string, at: number): WatchEvent {
  const isHeld = state === "held" || state === "released";
  return {
    kind: isHeld ? "reached" : "failed",
    phase: "hold",
    text: isHeld ? `${branch} is held` : `${state}: ${why}`,
    at,
  };
}

const Jobs = z.looseObject({
  jobs: z.array(
    z.looseObject({ id: z.int(), name: z.string(), status: z.string(), completed_at: z.string().nullable() }),
  ),
});

/** The finished jobs' logs; GitHub shows a running job's log to nobody but its own page. */
async function logged(
  github: GitHubRequest,
  { owner, repo }: Place,
  memory: Memory,
  shown: ReadonlySet<string>,
): Promise<Logs> {
  if (memory.run === null) return [];
  const run = { owner, repo, run_id: memory.run.id, filter: "all", per_page: 100 };
  const { data } = await github("GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs", run);
  const finished = Jobs.parse(data).jobs.filter(({ id, status }) => status === "completed" && !shown.has(`log ${id}`));
  return Promise.all(
    finished.map(async ({ id, name, completed_at }) => {
      const reader = createLogReader(name);
      const at = Date.parse(completed_at ?? memory.openedAt);
      const lines = (await readLog(github, owner, repo, id)).split("\n");
      return [`log ${id}`, lines.flatMap((line) => reader(line, at))] as const;
    }),
  );
}

/** Empty where GitHub has none any more: it keeps them for some months. */
async function readLog(github: GitHubRequest, owner: string, repo: string, job: number): Promise<string> {
  try {
    const log = await github("GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs", { owner, repo, job_id: job });
    return String(log.data);
  } catch (error) {
    if (error instanceof GitHubError && (error.status === 404 || error.status === 410)) return "";
    throw error;
  }
}

function closingWords({ released }: Memory): string {
  return released === null ? "closed" : `closed: released by ${released.by}, ${released.reason}`;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await systemClock.sleep(ms, signal).catch(() => {});
}
