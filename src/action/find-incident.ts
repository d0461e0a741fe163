import { z } from "zod";
import { GitHubError, type GitHubRequest } from "../adapters/github-request.ts";
import { decodeMemory, type Memory } from "../incident/memory.ts";
import { CHECK_NAME, type HoldName, parseHoldName } from "../incident/names.ts";
import type { Reason } from "../incident/reason.ts";
import { Sha } from "../kernel/sha.ts";
import type { JobEnvironment } from "./context.ts";
import { HOLDS_ROUTE, holdsQuery } from "./head-start.ts";

/**
 * Finds the incident this job was dispatched for, only by what a writer cannot forge: the hold's ruleset and the App's own
 * check run. It must never look at the text, its comments or its labels.
 */
export async function findIncident(
  github: GitHubRequest,
  repo: { readonly owner: string; readonly name: string; readonly id: number },
  wanted: { readonly incident: number; readonly appId: number },
): Promise<FoundIncident | { readonly kind: "refused"; readonly reason: Reason }> {
  const at = { owner: repo.owner, repo: repo.name };
  const hold = await findHold(github, repo, wanted.incident);
  if (hold === null) return { kind: "refused", reason: "incident-not-found" };
  const head = await branchHead(github, at, hold.name.branch);
  const badHead = await resolveBadHead(github, at, head, hold.name.badHead);
  const memory = badHead === null ? null : await readMemory(github, at, badHead, wanted);
  if (memory === null || !belongs(memory, hold.name, repo.id)) return { kind: "refused", reason: "memory-not-found" };
  if (memory.state === "closed") return { kind: "refused", reason: "incident-closed" };
  return { kind: "found", memory, rulesetId: hold.rulesetId, head };
}

/** The hold and the memory as they are now, of an incident that was found before. */
export async function findAgain(
  github: GitHubRequest,
  repo: JobEnvironment["repo"],
  { memory: { badHead, incident }, rulesetId }: Pick<FoundIncident, "memory" | "rulesetId">,
  appId: number,
): Promise<{ readonly isHeld: boolean; readonly memory: Memory | null }> {
  const at = { owner: repo.owner, repo: repo.name };
  const [holds, memory] = await Promise.all([
    holdsOf(github, repo),
    readMemory(github, at, badHead, { incident, appId }),
  ]);
  return { isHeld: holds.some((hold) => hold.rulesetId === rulesetId && hold.name.incident === incident), memory };
}

export type FoundIncident = {
  readonly kind: "found";
  readonly memory: Memory;
  readonly rulesetId: number;
  /** Where the branch stands now; null when the branch is gone. */
  readonly head: Sha | null;
};

type Place = { readonly owner: string; readonly repo: string };
type Hold = { readonly rulesetId: number; readonly name: HoldName };

const Rulesets = z.array(z.looseObject({ id: z.int(), name: z.string() }));

/** For a moment two replicas can make twins; the lowest id is the one that stays. */
async function findHold(github: GitHubRequest, repo: JobEnvironment["repo"], incident: number): Promise<Hold | null> {
  return (await holdsOf(github, repo)).find(({ name }) => name.incident === incident) ?? null;
}

async function holdsOf(github: GitHubRequest, repo: JobEnvironment["repo"]): Promise<readonly Hold[]> {
  const { data } = await github(HOLDS_ROUTE, holdsQuery({ repo }));
  const holds = Rulesets.parse(data).flatMap(({ id, name }) => {
    const parsed = parseHoldName(name);
    return parsed === null ? [] : [{ rulesetId: id, name: parsed }];
  });
  return holds.sort((a, b) => a.rulesetId - b.rulesetId);
}

/** Pushes of the repository's other incidents that are still held: a person's budget is one, whatever they are asked about. */
export async function asksElsewhere(
  github: GitHubRequest,
  repo: JobEnvironment["repo"],
  wanted: { readonly incident: number; readonly appId: number },
): Promise<Memory["asks"]> {
  const at = { owner: repo.owner, repo: repo.name };
  const others = (await holdsOf(github, repo)).filter(({ name }) => name.incident !== wanted.incident);
  const asks = await Promise.all(
    others.map(async ({ name }) => {
      if (name.incident === null) return [];
      const badHead = await resolveBadHead(github, at, null, name.badHead);
      const { incident } = name;
      const memory = badHead === null ? null : await readMemory(github, at, badHead, { incident, appId: wanted.appId });
      return memory !== null && memory.repoId === repo.id ? memory.asks : [];
    }),
  );
  return asks.flat();
}

const Ref = z.looseObject({ object: z.looseObject({ sha: Sha }) });

async function branchHead(github: GitHubRequest, at: Place, branch: string): Promise<Sha | null> {
  try {
    const { data } = await github("GET /repos/{owner}/{repo}/git/ref/{ref}", { ...at, ref: `heads/${branch}` });
    return Ref.parse(data).object.sha;
  } catch (error) {
    if (error instanceof GitHubError && error.code === "not-found") return null;
    throw error;
  }
}

const Commit = z.looseObject({ sha: Sha });

/** The hold's name carries 12 digits; usually the branch still stands there, else GitHub resolves them. */
async function resolveBadHead(github: GitHubRequest, at: Place, head: Sha | null, digits: string): Promise<Sha | null> {
  if (head?.startsWith(digits)) return head;
  try {
    const { data } = await github("GET /repos/{owner}/{repo}/commits/{ref}", { ...at, ref: digits, per_page: 1 });
    const { sha } = Commit.parse(data);
    return sha.startsWith(digits) ? sha : null;
  } catch (error) {
    // So GitHub says that there is no such commit.
    if (error instanceof GitHubError && error.status === 422) return null;
    throw error;
  }
}

const CheckRuns = z.looseObject({
  check_runs: z.array(
    z.looseObject({
      id: z.int(),
      name: z.string(),
      head_sha: Sha,
      app: z.looseObject({ id: z.int() }).nullable(),
      output: z.looseObject({ text: z.string().nullish() }),
    }),
  ),
});

/** Of twins the oldest is the one that the App goes on with. */
async function readMemory(
  github: GitHubRequest,
  at: Place,
  badHead: Sha,
  { appId, incident }: { readonly appId: number; readonly incident: number },
): Promise<Memory | null> {
  const { data } = await github("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
    ...at,
    ref: badHead,
    check_name: CHECK_NAME,
    app_id: appId,
    filter: "all",
    per_page: 100,
  });
  const ours = CheckRuns.parse(data).check_runs.filter(
    (run) => run.name === CHECK_NAME && run.app?.id === appId && run.head_sha === badHead,
  );
  const memories = ours.toSorted((a, b) => a.id - b.id).flatMap((run) => decodeMemory(run.output.text ?? null) ?? []);
  return memories.find((memory) => memory.badHead === badHead && memory.incident === incident) ?? null;
}

function belongs(memory: Memory, hold: HoldName, repoId: number): boolean {
  return memory.repoId === repoId && memory.branch === hold.branch && memory.badHead.startsWith(hold.badHead);
}
