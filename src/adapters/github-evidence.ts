import type { FailedDeployment, Signals } from "../agent/ports.ts";
import type { Sha } from "../kernel/sha.ts";
import { environments, failedDeployment } from "./github-deployments.ts";
import { failingJobs, runIn } from "./github-failing-jobs.ts";
import { earlierIncidents } from "./github-incidents.ts";
import type { LogReader } from "./github-logs.ts";
import { members } from "./github-members.ts";
import type { GitHubRequest } from "./github-request.ts";
import { earlierRuns } from "./github-runs.ts";

/**
 * GitHub's own record of what failed on the bad head, read with the job's token. Everything has a cap, and together they
 * keep one analysis far below sixty requests. It must never
 * read what the responder itself wrote as if it were evidence.
 */
export function createSignals(request: GitHubRequest, readLog: LogReader, place: SignalPlace): Signals {
  const at = { owner: place.owner, repo: place.repo };
  let deployment: Promise<FailedDeployment | null> | null = null;
  const readDeployment = (): Promise<FailedDeployment | null> => {
    deployment ??= failedDeployment(request, at, place);
    return deployment;
  };
  return {
    failingJobs: async () => {
      const logUrl = (await readDeployment().catch(() => null))?.logUrl ?? null;
      return failingJobs(request, readLog, at, place, runIn(logUrl));
    },
    deployment: readDeployment,
    environments: () => environments(request, at),
    earlierRuns: () => earlierRuns(request, at, place),
    earlierIncidents: () => earlierIncidents(request, place),
    members: (shas) => members(request, at, shas),
  };
}

export type SignalPlace = {
  readonly owner: string;
  readonly repo: string;
  readonly branch: string;
  readonly badHead: Sha;
  /** As the memory names it: `deployment:…`, `check:…`, `workflow:…`. */
  readonly source: string;
  readonly incident: number;
  /** Of the App that opens incidents. */
  readonly appId: number;
};
