import type { AppFacts, InstallationFacts } from "../../adapters/github-app-admin.ts";
import type { Unseen } from "../../adapters/github-seen.ts";
import { APP_PERMISSIONS, SUBSCRIBED } from "../../incident/registration.ts";
import { type Check, check } from "./check.ts";
import { cureOf } from "./repository.ts";

/** Whether the App is registered as `sentinel create-app` does it. */
export function checkApp(app: AppFacts | Unseen): readonly Check[] {
  // What was not answered says nothing about the key.
  if ("kind" in app && ["unavailable", "limited", "refused"].includes(app.code))
    return [check("app-key", null, app.says, cureOf(app))];
  if ("kind" in app)
    return [
      check(
        "app-key",
        false,
        "GitHub does not take APP_ID with this key",
        "Generate a private key in the App's settings and set APP_ID and PRIVATE_KEY together.",
      ),
    ];
  const lacking = lackingIn(app.permissions);
  const deaf = SUBSCRIBED.filter((event) => !app.events.includes(event));
  return [
    check("app-key", true, `App ${app.slug}`, ""),
    check(
      "app-permissions",
      lacking.length === 0,
      lacking.length === 0 ? "all permissions" : `lacks ${lacking.join(", ")}`,
      "Grant them in the App's settings; each installation must then accept.",
    ),
    check(
      "app-cannot-push",
      app.permissions.contents !== "write",
      "the App cannot push",
      "Take contents:write from the App: it must not be able to push.",
    ),
    check(
      "app-events",
      deaf.length === 0,
      deaf.length === 0 ? "all events" : `not subscribed: ${deaf.join(", ")}`,
      "Subscribe to them in the App's settings.",
    ),
    check(
      "app-webhook-secret",
      app.hasWebhookSecret,
      "webhook secret",
      "Set the same webhook secret in the App's settings and as WEBHOOK_SECRET.",
    ),
  ];
}

/** Whether the App is at work on the repository, with what was granted there. */
export function checkInstallation(facts: InstallationFacts | "missing" | null): Check {
  const id = "app-installed";
  if (facts === null) return check(id, null, "the installation cannot be looked at", "Correct APP_ID and PRIVATE_KEY.");
  if (facts === "missing")
    return check(id, false, "the App is not installed on the repository", "Install it there, from the App's page.");
  if (facts.isSuspended)
    return check(id, false, "the installation is suspended", "Take the suspension back in its settings.");
  const lacking = lackingIn(facts.permissions);
  return check(
    id,
    lacking.length === 0,
    lacking.length === 0 ? "the App is installed on the repository" : `not yet granted there: ${lacking.join(", ")}`,
    "Accept the new permissions on the installation's page.",
  );
}

/** `write` includes `read`. */
function lackingIn(granted: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(APP_PERMISSIONS)
    .filter(([name, level]) => granted[name] !== "write" && granted[name] !== level)
    .map(([name, level]) => `${name}:${level}`);
}
