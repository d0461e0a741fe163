/**
 * How the two GitHub Apps are registered: the one that listens and holds, and the one in whose name an approver's own token
 * acts. Whoever creates, checks or runs them reads it here. Neither may ever ask for more than the README explains.
 */

export const WEBHOOK_PATH = "/api/github/webhooks";

/** What the App listens to; everything else is dropped by its name, before its body is read. */
export const EVENTS: ReadonlySet<string> = new Set([
  "deployment_status",
  "check_run",
  "check_suite",
  "workflow_run",
  "issue_comment",
  "repository_ruleset",
  "push",
  "installation",
  "installation_repositories",
]);

/** `installation` events come to every App and cannot be asked for. */
export const SUBSCRIBED: readonly string[] = [...EVENTS].filter((event) => !event.startsWith("installation"));

/** No contents: write. It cannot push. */
export const APP_PERMISSIONS = {
  metadata: "read",
  administration: "write",
  checks: "write",
  issues: "write",
  actions: "write",
  contents: "read",
  deployments: "read",
  pull_requests: "read",
} as const;

/**
 * What an approver's token may do through the second registration, within that person's own rights. `redeploy: true` needs
 * `deployments: write` too: whoever writes that policy adds it.
 */
export const HANDS_PERMISSIONS = {
  metadata: "read",
  contents: "write",
  workflows: "write",
  pull_requests: "write",
} as const;
