import { z } from "zod";
import type { EarlierRun } from "../agent/ports.ts";
import { RESPONDER_WORKFLOW } from "../incident/names.ts";
import { Sha } from "../kernel/sha.ts";
import type { SignalPlace } from "./github-evidence.ts";
import type { GitHubRequest } from "./github-request.ts";

export const Run = z.looseObject({
  id: z.int(),
  name: z.string().nullish(),
  path: z.string().nullish(),
  head_sha: Sha,
  status: z.string().nullish(),
  conclusion: z.string().nullish(),
  created_at: z.string().nullish(),
});
export type Run = z.infer<typeof Run>;
export const Runs = z.looseObject({ workflow_runs: z.array(Run) });

/** Conclusions that say that something broke. */
export const FAILING: ReadonlySet<string> = new Set(["failure", "timed_out", "startup_failure"]);

/** What the responder itself ran is no evidence. */
export function isFailing(run: Run): boolean {
  return FAILING.has(run.conclusion ?? "") && workflowPath(run) !== RESPONDER_WORKFLOW;
}

/** Without the ref that GitHub may add. */
export function workflowPath(run: Run): string {
  return (run.path ?? "").replace(/@.*$/, "");
}

/** The same workflow on other heads of the branch. */
export async function earlierRuns(
  request: GitHubRequest,
  at: { readonly owner: string; readonly repo: string },
  place: SignalPlace,
): Promise<readonly EarlierRun[]> {
  const { data } = await request("GET /repos/{owner}/{repo}/actions/runs", {
    ...at,
    branch: place.branch,
    status: "completed",
    per_page: 50,
  });
  const runs = Runs.parse(data).workflow_runs;
  const signalled = runs.find((run) => run.head_sha === place.badHead && isFailing(run));
  if (!signalled) return [];
  return runs
    .filter((run) => workflowPath(run) === workflowPath(signalled) && run.head_sha !== place.badHead)
    .slice(0, MOST_EARLIER)
    .map((run) => ({ sha: run.head_sha, conclusion: run.conclusion ?? "", at: run.created_at ?? "" }));
}

const MOST_EARLIER = 20;
