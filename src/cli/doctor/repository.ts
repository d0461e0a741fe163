import type { AppFacts, RepositoryFacts } from "../../adapters/github-admin.ts";
import { RESPONDER_ENVIRONMENT, RESPONDER_REF, RESPONDER_WORKFLOW } from "../../incident/names.ts";
import { type Check, check } from "./check.ts";

/** What the App must be granted, and what it must hear. `write` includes `read`. */
export const APP_PERMISSIONS: Readonly<Record<string, "read" | "write">> = {
  metadata: "read",
  administration: "write",
  checks: "write",
  issues: "write",
  actions: "write",
  contents: "read",
  deployments: "read",
  statuses: "read",
  pull_requests: "read",
};
export const APP_EVENTS = [
  "check_run",
  "check_suite",
  "deployment_status",
  "issue_comment",
  "push",
  "repository_ruleset",
  "workflow_run",
] as const;
/** The second App, in whose name the approver's token acts: no webhook, no private key. */
export const HANDS_PERMISSIONS: Readonly<Record<string, "read" | "write">> = {
  metadata: "read",
  contents: "write",
  workflows: "write",
  pull_requests: "write",
  deployments: "write",
};

export const VARIABLES = [
  "SENTINEL_APP_ID",
  "SENTINEL_AUTH0_DOMAIN",
  "SENTINEL_AUTH0_AUDIENCE",
  "SENTINEL_AUTH0_CLIENT_ID",
  "SENTINEL_AUTH0_VAULT_CLIENT_ID",
] as const;
export const SECRET = "SENTINEL_AUTH0_PRIVATE_KEY";

const SETUP = "Run `sentinel setup github`.";

export function checkRepository(facts: RepositoryFacts): readonly Check[] {
  const { environment, secrets, variables } = facts;
  const missing = VARIABLES.filter((name) => !variables?.includes(name));
  return [
    check(
      "github-repository",
      facts.defaultBranch !== null,
      "the repository can be read",
      "Give GITHUB_TOKEN access to it.",
    ),
    check(
      "github-workflow-default",
      facts.workflowOnDefault,
      `${RESPONDER_WORKFLOW} on the default branch`,
      `GitHub dispatches only workflows that stand there. ${SETUP}`,
    ),
    check("github-responder-branch", facts.responderExists, `branch ${RESPONDER_REF}`, SETUP),
    check(
      "github-workflow-responder",
      facts.workflowOnResponder,
      `${RESPONDER_WORKFLOW} on ${RESPONDER_REF}`,
      `That copy is the one that runs. ${SETUP}`,
    ),
    check(
      "github-responder-protected",
      facts.responderRules === null ? null : facts.responderRules.includes("update"),
      `rules on ${RESPONDER_REF}: ${facts.responderRules?.join(", ") || "none"}`,
      `Any writer could change what runs with the secrets. ${SETUP}`,
    ),
    check(
      "github-environment",
      environment === null ? null : environment !== "missing",
      `environment ${RESPONDER_ENVIRONMENT}`,
      SETUP,
    ),
    check(
      "github-environment-branches",
      environment === null || environment === "missing" ? null : environment.branches.join() === RESPONDER_REF,
      `it lets in: ${environment && environment !== "missing" ? environment.branches.join(", ") || "all" : "?"}`,
      `Only ${RESPONDER_REF} may use it. ${SETUP}`,
    ),
    check(
      "github-environment-secret",
      secrets === null ? null : secrets.includes(SECRET),
      `secret ${SECRET}`,
      `gh secret set ${SECRET} --env ${RESPONDER_ENVIRONMENT} < private-key.pem`,
    ),
    check(
      "github-variables",
      variables === null ? null : missing.length === 0,
      missing.length === 0 ? "all variables" : `missing: ${missing.join(", ")}`,
      missing.map((name) => `gh variable set ${name}`).join("; "),
    ),
  ];
}

export function checkApp(app: AppFacts | null): readonly Check[] {
  const wanted = Object.entries(APP_PERMISSIONS);
  const lacking = wanted
    .filter(([name, level]) => !covers(app?.permissions[name], level))
    .map(([name, level]) => `${name}:${level}`);
  const deaf = APP_EVENTS.filter((event) => !app?.events.includes(event));
  return [
    check(
      "app-key",
      app !== null,
      app ? `App ${app.slug}` : "GitHub does not take APP_ID with this key",
      "Generate a private key in the App's settings and set APP_ID and PRIVATE_KEY together.",
    ),
    check(
      "app-permissions",
      app === null ? null : lacking.length === 0,
      lacking.length === 0 ? "all permissions" : `lacks ${lacking.join(", ")}`,
      "Grant them in the App's settings; each installation must then accept.",
    ),
    check(
      "app-cannot-push",
      app === null ? null : app.permissions.contents !== "write",
      "the App cannot push",
      "Take contents:write from the App: it must not be able to push.",
    ),
    check(
      "app-events",
      app === null ? null : deaf.length === 0,
      deaf.length === 0 ? "all events" : `not subscribed: ${deaf.join(", ")}`,
      "Subscribe to them in the App's settings.",
    ),
    check(
      "app-webhook-secret",
      app?.hasWebhookSecret ?? null,
      "webhook secret",
      "Set the same webhook secret in the App's settings and as WEBHOOK_SECRET.",
    ),
  ];
}

function covers(granted: string | undefined, wanted: "read" | "write"): boolean {
  return granted === "write" || granted === "admin" || granted === wanted;
}
