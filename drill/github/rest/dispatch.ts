import { actorOf } from "../auth/identity.ts";
import { resolveCommit } from "../git/commits.ts";
import { readFileAt } from "../git/objects.ts";
import {
  isRecord,
  noContent,
  notFound,
  objectField,
  ok,
  type Reply,
  type RepoCall,
  requiredText,
  unprocessable,
} from "../http.ts";
import { startAttempt } from "../runs/play.ts";
import { openRun } from "../runs/records.ts";
import { workflowFault, workflowField } from "../runs/workflow-text.ts";
import type { State } from "../state.ts";
import { htmlUrl, repoUrl } from "./shapes.ts";
import { workflowOf } from "./workflows.ts";

/** Starting a workflow by hand: the file of the dispatched ref, with inputs as that file declares them. */

const MAX_INPUTS = 25;

/** Runs the file of the dispatched ref, as GitHub does: dispatch the ref you trust. */
export async function dispatch(call: RepoCall, state: State): Promise<Reply> {
  const { repo, body } = call;
  const workflow = await workflowOf(call, state);
  if (workflow.state !== "active") throw unprocessable("Cannot trigger a 'workflow_dispatch' on a disabled workflow");
  const ref = requiredText(body, "ref");
  const branch = ref.replace(/^refs\/heads\//, "");
  const headSha = await resolveCommit(repo.gitDir, `refs/heads/${branch}`);
  if (headSha === null) throw unprocessable(`No ref found for: ${ref}`);
  const workflowText = await readFileAt(repo.gitDir, headSha, workflow.path);
  if (workflowText === null) throw notFound();
  const fault = workflowFault(workflowText);
  if (fault !== null) throw unprocessable(`failed to parse workflow: ${fault}`);
  const inputs = inputsFor(workflowText, objectField(body, "inputs") ?? {});
  const actor = actorOf(call.identity, state);
  const run = openRun(state, repo, {
    workflow,
    workflowText,
    event: "workflow_dispatch",
    headBranch: branch,
    headSha,
    inputs,
    actor,
  });
  startAttempt(state, repo, run, []);
  if (body.return_run_details !== true) return noContent();
  return ok({
    workflow_run_id: run.id,
    run_url: `${repoUrl(state, repo)}/actions/runs/${run.id}`,
    html_url: `${htmlUrl(state, repo)}/actions/runs/${run.id}`,
  });
}

function inputsFor(workflowText: string, given: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const on = workflowField(workflowText, "on");
  const isTriggered = isRecord(on) ? "workflow_dispatch" in on : [on].flat().includes("workflow_dispatch");
  if (!isTriggered) throw unprocessable("Workflow does not have 'workflow_dispatch' trigger");
  const trigger = isRecord(on) && isRecord(on.workflow_dispatch) ? on.workflow_dispatch : {};
  const declared = isRecord(trigger.inputs) ? trigger.inputs : {};
  const unexpected = Object.keys(given).filter((name) => !(name in declared));
  if (unexpected.length > 0) throw unprocessable(`Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  if (Object.keys(given).length > MAX_INPUTS)
    throw unprocessable(`you may only define up to ${MAX_INPUTS} properties in inputs`);
  const entries = Object.entries(declared).map(([name, input]): [string, string] => {
    const spec = isRecord(input) ? input : {};
    const value = given[name] ?? spec.default;
    if (spec.required === true && (value === undefined || value === ""))
      throw unprocessable(`Required input '${name}' not provided`);
    return [name, value === undefined ? "" : String(value)];
  });
  return Object.fromEntries(entries);
}
