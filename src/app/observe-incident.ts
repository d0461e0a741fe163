import type { Reader } from "../adapters/github-app.ts";
import { memoriesOn, type StoredMemory } from "../adapters/github-app-checks.ts";
import { resolveSha } from "../adapters/github-app-code.ts";
import { type Issue, issueNumbered } from "../adapters/github-app-issues.ts";
import {
  checkRunOfJob,
  type Job,
  jobsOf,
  reportMessages,
  type WorkflowRun,
  workflowRun,
  workflowRuns,
} from "../adapters/github-app-runs.ts";
import type { Memory } from "../incident/memory.ts";
import { ANALYSE_JOB, RESPONDER_REF, RESPONDER_WORKFLOW, runName } from "../incident/names.ts";
import { isToBeAsked } from "../incident/remember/orders.ts";
import { type Report, readReports } from "../incident/report.ts";
import type { Hold, Incident, Repo, Run } from "../incident/world.ts";
import type { Sha } from "../kernel/sha.ts";
import { findMarker } from "./marker.ts";

/** Finds the incident a branch is in, by our hold and our check run alone; the issue only says where to look. */

export type Place = {
  readonly github: Reader;
  readonly repo: Repo;
  readonly branch: string;
  /** Null for a branch that is not there any more. */
  readonly head: Sha | null;
  readonly appId: number;
  readonly holds: readonly Hold[];
  readonly issues: readonly Issue[];
  /** Memories that were read already, by sha. */
  readonly read: ReadonlyMap<Sha, readonly StoredMemory[]>;
};

export async function findIncident(place: Place): Promise<Incident | null> {
  const badHead = await suspectedHead(place);
  if (badHead !== null) {
    const memories = (await remembered(place, badHead)).filter(({ memory }) => memory.branch === place.branch);
    // A closed one whose issue is still open was cut short: it is finished too.
    const isUnfinished = (incident: number) => place.issues.some(({ number }) => number === incident);
    const isSure =
      place.holds.length > 0 || memories.some(({ memory }) => memory.state === "open" || isUnfinished(memory.incident));
    if (isSure) return assemble(place, badHead, memories[0] ?? null);
  }
  if (place.head === null) return null;
  const [past] = (await remembered(place, place.head)).filter(({ memory }) => memory.branch === place.branch);
  return past ? assemble(place, place.head, past) : null;
}

/** The closed incident of a revision that is not on the branch any more; open where its reopening was cut short. */
export async function closedIncidentOn(place: Place, badHead: Sha): Promise<Incident | null> {
  const [past] = (await remembered(place, badHead)).filter(({ memory }) => memory.branch === place.branch);
  return past ? assemble(place, badHead, past) : null;
}

/** The revision our hold is about, else the one an open incident names. */
async function suspectedHead(place: Place): Promise<Sha | null> {
  const [hold] = place.holds;
  const marked = place.issues.flatMap((issue) => {
    const marker = findMarker(issue.body);
    return marker && marker.repoId === place.repo.id && marker.branch === place.branch ? [marker.badHead] : [];
  });
  if (!hold) return marked[0] ?? null;
  const near = [place.head, ...place.read.keys(), ...marked].find((sha) => sha?.startsWith(hold.name.badHead));
  return near ?? resolveSha(place.github, place.repo, hold.name.badHead);
}

async function remembered(place: Place, sha: Sha): Promise<readonly StoredMemory[]> {
  return place.read.get(sha) ?? memoriesOn(place.github, place.repo, sha, place.appId);
}

async function assemble(place: Place, badHead: Sha, stored: StoredMemory | null): Promise<Incident> {
  const mine = place.issues.filter((issue) => {
    const marker = findMarker(issue.body);
    return marker?.repoId === place.repo.id && marker.branch === place.branch && marker.badHead === badHead;
  });
  const number = stored?.memory.incident ?? mine[0]?.number ?? null;
  // While its issue is open its page is still to be written, with all that was done.
  const isOver = stored?.memory.state === "closed" && !place.issues.some((issue) => issue.number === number);
  const [issue, responder] = await Promise.all([
    number === null ? null : issueOf(place, number),
    number === null || isOver ? NOTHING : responderOf(place, number, stored?.memory ?? null),
  ]);
  return {
    isFound: true,
    badHead,
    number,
    issue: issue && { state: issue.state, body: issue.body ?? "" },
    twins: mine.map((one) => one.number).filter((one) => one !== number),
    stored,
    ...responder,
    slack: null,
    calledFor: null,
    toldOf: [],
    assigned: null,
  };
}

async function issueOf(place: Place, number: number): Promise<Issue | null> {
  const open = place.issues.find((issue) => issue.number === number);
  return open ?? issueNumbered(place.github, place.repo, number);
}

type Responder = { readonly run: Run | null; readonly reports: readonly Report[] };
const NOTHING: Responder = { run: null, reports: [] };

/** The responder's run, and what its jobs reported: only of our workflow at the protected ref. */
async function responderOf({ github, repo }: Place, incident: number, memory: Memory | null): Promise<Responder> {
  // One that was ordered may have been started by a look that remembered nothing of it.
  const isStarting = memory?.order?.kind === "rollback" && isToBeAsked(memory);
  const found =
    memory?.run && !isStarting
      ? await workflowRun(github, repo, memory.run.id)
      : await dispatchedRun(github, repo, incident, memory?.earlierRun ?? 0);
  if (found === null || !isResponder(found, incident)) return NOTHING;
  const jobs = await jobsOf(github, repo, found.id);
  const reports = await Promise.all(
    jobs.map(async (job) => {
      const check = checkRunOfJob(job);
      const messages = check === null ? [] : await reportMessages(github, repo, check);
      return readReports(messages).filter((report) => maySay(job, report));
    }),
  );
  return { run: toRun(found), reports: reports.flat() };
}

/** The job that reads hostile bytes has nothing to say of who was asked, and what they answered. */
function maySay({ name }: Job, { phase }: Report): boolean {
  return phase === "analyse" || name !== ANALYSE_JOB;
}

/** The newest of this incident, if it is newer than `earlier`: GitHub numbers runs as they come. */
async function dispatchedRun(
  github: Reader,
  repo: Repo,
  incident: number,
  earlier: number,
): Promise<WorkflowRun | null> {
  const query = { branch: RESPONDER_REF, event: "workflow_dispatch", per_page: "50" };
  const runs = await workflowRuns(github, repo, RESPONDER_WORKFLOW, query);
  return runs.find((run) => run.id > earlier && isResponder(run, incident)) ?? null;
}

function isResponder(run: WorkflowRun, incident: number): boolean {
  const path = run.path.split("@")[0];
  return path === RESPONDER_WORKFLOW && run.head_branch === RESPONDER_REF && run.display_title === runName(incident);
}

function toRun(run: WorkflowRun): Run {
  return {
    id: run.id,
    attempt: run.run_attempt ?? 1,
    status: run.status,
    conclusion: run.conclusion,
    url: run.html_url,
  };
}
