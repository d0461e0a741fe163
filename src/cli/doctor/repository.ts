import {
  ENVIRONMENTS,
  type EnvironmentFacts,
  type RepositoryFacts,
  type ResponderEnvironment,
} from "../../adapters/github-admin.ts";
import type { Unseen } from "../../adapters/github-seen.ts";
import { RESPONDER_ENVIRONMENT, RESPONDER_REF, RESPONDER_WORKFLOW } from "../../incident/names.ts";
import { type Check, check } from "./check.ts";

export const VARIABLES = [
  "SENTINEL_APP_ID",
  "SENTINEL_AUTH0_DOMAIN",
  "SENTINEL_AUTH0_AUDIENCE",
  "SENTINEL_AUTH0_CLIENT_ID",
  "SENTINEL_AUTH0_VAULT_CLIENT_ID",
] as const;
export const SECRET = "SENTINEL_AUTH0_PRIVATE_KEY";
/** Without the second, whoever can write deletes the branch and makes it anew with a workflow of their own. */
export const RESPONDER_RULES = ["update", "deletion"] as const;

const SETUP = "Run `sentinel setup github`.";

export function checkRepository(facts: RepositoryFacts | Unseen): readonly Check[] {
  if ("kind" in facts) return [check("github-repository", false, facts.says, cureOf(facts))];
  const { secrets, variables, responderRules } = facts;
  const missing = VARIABLES.filter((name) => !variables?.includes(name));
  return [
    check("github-repository", true, "the repository can be read", ""),
    check(
      "github-issues",
      facts.hasIssues,
      facts.hasIssues ? "issues are on" : "issues are off",
      "Turn them on in the repository's settings: an incident is an issue, and without one nothing is held.",
    ),
    look(
      "github-workflow-default",
      facts.workflowOnDefault,
      `${RESPONDER_WORKFLOW} on the default branch`,
      `GitHub dispatches only workflows that stand there. ${SETUP}`,
      "Contents: read",
    ),
    look("github-responder-branch", facts.responderExists, `branch ${RESPONDER_REF}`, SETUP, "Contents: read"),
    look(
      "github-workflow-responder",
      facts.workflowOnResponder,
      `${RESPONDER_WORKFLOW} on ${RESPONDER_REF}`,
      `That copy is the one that runs. ${SETUP}`,
      "Contents: read",
    ),
    look(
      "github-responder-protected",
      responderRules && RESPONDER_RULES.every((rule) => responderRules.includes(rule)),
      `forbidden on ${RESPONDER_REF} to all but administrators: ${responderRules?.join(", ") || "nothing"}`,
      `Any writer could change what runs with the secrets. ${SETUP}`,
      "Administration: write",
    ),
    ...ENVIRONMENTS.flatMap((name) => checkEnvironment(name, facts.environments[name])),
    look(
      "github-environment-secret",
      secrets?.includes(SECRET) ?? null,
      `secret ${SECRET}`,
      `gh secret set ${SECRET} --env ${RESPONDER_ENVIRONMENT} < private-key.pem`,
      "Environments: read",
    ),
    look(
      "github-variables",
      variables && missing.length === 0,
      missing.length === 0 ? "all variables" : `missing: ${missing.join(", ")}`,
      missing.map((name) => `gh variable set ${name}`).join("; "),
      "Variables: read",
    ),
  ];
}

function checkEnvironment(name: ResponderEnvironment, facts: EnvironmentFacts | "missing" | null): readonly Check[] {
  const id = name === RESPONDER_ENVIRONMENT ? "github-environment" : "github-environment-analysis";
  const isThere = look(id, facts && facts !== "missing", `environment ${name}`, SETUP, "Actions: read");
  if (facts === null || facts === "missing") return [isThere];
  const { wait_timer: minutes, reviewers } = facts.waits;
  const isFree = minutes === 0 && reviewers.length === 0;
  return [
    isThere,
    check(
      `${id}-branches`,
      letsInOnlyResponder(facts),
      `${name} lets in: ${facts.isNamed ? facts.branches.map((branch) => branch.name).join(", ") || "none" : "any branch"}`,
      `Only ${RESPONDER_REF} may use it. ${SETUP}`,
    ),
    check(
      `${id}-waits`,
      isFree,
      isFree ? `${name} makes nobody wait` : `${name} waits ${minutes} minutes and for ${reviewers.length} reviewers`,
      "An incident would wait too: take the reviewers and the timer out of the environment. The phone is asked anyway.",
    ),
  ];
}

export function letsInOnlyResponder({ isNamed, branches }: EnvironmentFacts): boolean {
  return isNamed && branches.map(({ name, type }) => `${type} ${name}`).join() === `branch ${RESPONDER_REF}`;
}

/** What cannot be seen has its own cure: the token's. */
function look(id: string, isRight: boolean | null, says: string, cure: string, needs: string): Check {
  return isRight === null
    ? check(id, null, `${says}: not to be seen with this token`, `Give GITHUB_TOKEN the permission ${needs}.`)
    : check(id, isRight, says, cure);
}

export function cureOf({ code }: Pick<Unseen, "code">): string {
  switch (code) {
    case "unauthorized":
      return "GitHub does not take GITHUB_TOKEN: it is wrong, expired or revoked. Set a new one.";
    case "not-found":
    case "forbidden":
      return "Correct OWNER/NAME (or GITHUB_API_URL), or give GITHUB_TOKEN access to the repository.";
    case "unavailable":
    case "limited":
      return "Look whether GITHUB_API_URL is right and can be reached from here, then run this again.";
    case "refused":
      return "Look whether GITHUB_API_URL is GitHub's API: https://api.github.com, or https://HOST/api/v3.";
  }
}
