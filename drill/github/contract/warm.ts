import { setImmediate } from "node:timers/promises";
import type { Contract } from "./contract.ts";

/**
 * Compiles ahead what the first minutes of an incident use, a little between two turns of the event loop, so that a story
 * measures the product and not the stand-in's first look at each schema.
 */
export async function warm(contract: Contract): Promise<void> {
  for (const [operation, status] of OPERATIONS) {
    contract.request(operation, new URLSearchParams(), {});
    contract.response(operation, status, {});
    await setImmediate();
  }
  for (const webhook of WEBHOOKS) {
    const [event = "", action] = webhook.split(".");
    contract.webhook(event, { action });
    await setImmediate();
  }
}

const REPO = "/repos/{owner}/{repo}";

const OPERATIONS: readonly (readonly [string, number])[] = [
  ["POST /app/installations/{installation_id}/access_tokens", 201],
  [`GET ${REPO}`, 200],
  [`GET ${REPO}/git/ref/{ref}`, 200],
  [`GET ${REPO}/commits/{ref}`, 200],
  [`GET ${REPO}/contents/{path}`, 200],
  [`GET ${REPO}/deployments`, 200],
  [`GET ${REPO}/deployments/{deployment_id}/statuses`, 200],
  [`GET ${REPO}/commits/{ref}/check-runs`, 200],
  [`GET ${REPO}/rulesets`, 200],
  [`GET ${REPO}/rulesets/{ruleset_id}`, 200],
  [`POST ${REPO}/rulesets`, 201],
  [`PUT ${REPO}/rulesets/{ruleset_id}`, 200],
  [`GET ${REPO}/issues`, 200],
  [`POST ${REPO}/issues`, 201],
  [`PATCH ${REPO}/issues/{issue_number}`, 200],
  [`POST ${REPO}/check-runs`, 201],
  [`PATCH ${REPO}/check-runs/{check_run_id}`, 200],
  [`GET ${REPO}/actions/runs`, 200],
  [`POST ${REPO}/actions/workflows/{workflow_id}/dispatches`, 200],
];

const WEBHOOKS = [
  "deployment_status.created",
  "repository_ruleset.created",
  "repository_ruleset.edited",
  "issues.opened",
  "check_run.created",
  "workflow_run.requested",
];
