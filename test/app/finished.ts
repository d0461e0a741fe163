import type { GitHub } from "../../drill/github/types.ts";
import type { Stage } from "./stage.ts";

export const CI = { path: ".github/workflows/ci.yml", name: "CI", job: "test" } as const;

/** A run on main has ended at this revision; unless said otherwise, of the one job of CI. */
export function finish(
  { github, repo }: Stage,
  sha: string,
  conclusion: "success" | "failure",
  workflow: Pick<Parameters<GitHub["ci"]["finishedRun"]>[0], "path" | "name" | "job" | "text"> = CI,
) {
  return github.ci.finishedRun({ repo, sha, conclusion, branch: "main", log: "", ...workflow });
}
