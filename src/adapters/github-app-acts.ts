import { z } from "zod";
import { encodeMemory, type Memory } from "../incident/memory.ts";
import { CHECK_NAME, RESPONDER_REF, RESPONDER_WORKFLOW } from "../incident/names.ts";
import type { Repo, Run } from "../incident/world.ts";
import type { Sha } from "../kernel/sha.ts";
import type { Powers } from "./github-app.ts";
import { pathOf } from "./github-app-path.ts";
import { Ruleset } from "./github-app-rulesets.ts";
import { GitHubError } from "./github-request.ts";

/** One write to GitHub each, with the one power it needs. It must never touch a ruleset, check run or issue that is not ours. */

const Anything = z.unknown();

export async function createRuleset(powers: Powers, repo: Repo, body: unknown): Promise<z.infer<typeof Ruleset>> {
  return powers.write(
    { permission: "administration", method: "POST", path: `${pathOf(repo)}/rulesets`, body },
    Ruleset,
  );
}

export async function replaceRuleset(powers: Powers, repo: Repo, id: number, body: unknown): Promise<void> {
  const path = `${pathOf(repo)}/rulesets/${id}`;
  await powers.write({ permission: "administration", method: "PUT", path, body }, Anything);
}

export async function deleteRuleset(powers: Powers, repo: Repo, id: number): Promise<void> {
  const path = `${pathOf(repo)}/rulesets/${id}`;
  await powers.write({ permission: "administration", method: "DELETE", path }, Anything);
}

/** The ruleset as its writer sees it: with who may pass. */
export async function readBackRuleset(powers: Powers, repo: Repo, id: number): Promise<z.infer<typeof Ruleset>> {
  return powers.readBack("administration", `${pathOf(repo)}/rulesets/${id}`, Ruleset);
}

export type NewIssue = {
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
};

export async function createIssue(powers: Powers, repo: Repo, issue: NewIssue): Promise<number> {
  const shape = z.looseObject({ number: z.int() });
  const path = `${pathOf(repo)}/issues`;
  return (await powers.write({ permission: "issues", method: "POST", path, body: issue, isContent: true }, shape))
    .number;
}

export async function editIssue(
  powers: Powers,
  repo: Repo,
  number: number,
  change: { readonly body?: string; readonly state?: "open" | "closed"; readonly state_reason?: string },
): Promise<void> {
  const path = `${pathOf(repo)}/issues/${number}`;
  await powers.write({ permission: "issues", method: "PATCH", path, body: change, isContent: true }, Anything);
}

/** Adds people to an issue; GitHub leaves out who may not be assigned. The logins of all it has then. */
export async function assign(
  powers: Powers,
  repo: Repo,
  number: number,
  assignees: readonly string[],
): Promise<readonly string[]> {
  const shape = z.looseObject({ assignees: z.array(z.looseObject({ login: z.string() })).nullish() });
  const path = `${pathOf(repo)}/issues/${number}/assignees`;
  const body = { assignees };
  const issue = await powers.write({ permission: "issues", method: "POST", path, body, isContent: true }, shape);
  return (issue.assignees ?? []).map(({ login }) => login);
}

export async function comment(powers: Powers, repo: Repo, number: number, body: string): Promise<void> {
  const path = `${pathOf(repo)}/issues/${number}/comments`;
  await powers.write({ permission: "issues", method: "POST", path, body: { body }, isContent: true }, Anything);
}

export async function saveMemory(
  powers: Powers,
  repo: Repo,
  checkRunId: number | null,
  memory: Memory,
  words: { readonly title: string; readonly summary: string },
): Promise<number> {
  const output = { ...words, text: encodeMemory(memory) };
  const state = memory.state === "open" ? { status: "in_progress" } : { status: "completed", conclusion: "neutral" };
  const details_url = `${repo.url}/issues/${memory.incident}`;
  const shape = z.looseObject({ id: z.int() });
  const checks = `${pathOf(repo)}/check-runs`;
  const body = { name: CHECK_NAME, ...state, details_url, output };
  const write =
    checkRunId === null
      ? ({ permission: "checks", method: "POST", path: checks, body: { ...body, head_sha: memory.badHead } } as const)
      : ({ permission: "checks", method: "PATCH", path: `${checks}/${checkRunId}`, body } as const);
  return (await powers.write(write, shape)).id;
}

/** Starts the responder at the protected ref. The run, or null where GitHub does not say which it is. */
export async function dispatchResponder(powers: Powers, repo: Repo, incident: number): Promise<Run | null> {
  const file = RESPONDER_WORKFLOW.slice(RESPONDER_WORKFLOW.lastIndexOf("/") + 1);
  const path = `${pathOf(repo)}/actions/workflows/${file}/dispatches`;
  const body = { ref: RESPONDER_REF, inputs: { incident: String(incident) }, return_run_details: true };
  const shape = z.looseObject({ workflow_run_id: z.int(), html_url: z.string() }).nullable().catch(null);
  const started = await powers.write({ permission: "actions", method: "POST", path, body }, shape);
  if (started === null) return null;
  return { id: started.workflow_run_id, attempt: 1, status: "queued", conclusion: null, url: started.html_url };
}

export async function rerunFailedJobs(powers: Powers, repo: Repo, run: number): Promise<void> {
  const path = `${pathOf(repo)}/actions/runs/${run}/rerun-failed-jobs`;
  await powers.write({ permission: "actions", method: "POST", path }, Anything);
}

/** Asks the run's jobs to end; a run that is over already is not an error. */
export async function cancelRun(powers: Powers, repo: Repo, run: number): Promise<void> {
  const path = `${pathOf(repo)}/actions/runs/${run}/cancel`;
  try {
    await powers.write({ permission: "actions", method: "POST", path }, Anything);
  } catch (error) {
    if (!(error instanceof GitHubError && error.status === 409)) throw error;
  }
}

/** What monitoring said of a revision, written where only our App can write. */
export async function saveAnomaly(
  powers: Powers,
  repo: Repo,
  sha: Sha,
  anomaly: {
    readonly name: string;
    readonly isFiring: boolean;
    readonly title: string;
    readonly summary: string;
    readonly url: string | null;
    readonly id: string;
  },
): Promise<void> {
  const { name, isFiring, title, summary, url, id } = anomaly;
  const body = {
    name,
    head_sha: sha,
    status: "completed",
    conclusion: isFiring ? "failure" : "success",
    external_id: id,
    ...(url === null ? {} : { details_url: url }),
    output: { title, summary },
  };
  await powers.write({ permission: "checks", method: "POST", path: `${pathOf(repo)}/check-runs`, body }, Anything);
}
