import { isRecord } from "../http.ts";
import type { Repository, Run } from "../records.ts";
import type { State } from "../state.ts";
import { finishRun } from "./records.ts";
import { fillInputs, workflowField } from "./workflow-text.ts";

/** Which run of a concurrency group may play. */

/** `concurrency`: one run of a group at a time, one waiting; who waited longer is cancelled. */
export async function turnInGroup(state: State, repo: Repository, run: Run): Promise<void> {
  const group = groupOf(run);
  if (group === null) return;
  const rivals = repo.runs.filter(
    (other) => other !== run && other.status !== "completed" && groupOf(other)?.name === group.name,
  );
  for (const waiting of rivals.filter(({ status }) => status === "pending"))
    finishRun(state, repo, waiting, "cancelled");
  const running = rivals.filter(({ status }) => status === "in_progress");
  if (running.length === 0) return;
  run.status = "pending";
  if (group.cancels) await Promise.all(running.map((other) => other.cancel?.()));
  while (running.some(({ status }) => status !== "completed") && run.status === "pending" && !state.closing)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

function groupOf(run: Run): { readonly name: string; readonly cancels: boolean } | null {
  const value = workflowField(run.workflowText, "concurrency");
  if (typeof value === "string") return { name: fillInputs(value, run.inputs), cancels: false };
  if (!isRecord(value) || typeof value.group !== "string") return null;
  return { name: fillInputs(value.group, run.inputs), cancels: value["cancel-in-progress"] === true };
}
