import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { RESPONDER_ENVIRONMENT, RESPONDER_REF, RESPONDER_WORKFLOW } from "../../src/incident/names.ts";
import { APP_PERMISSIONS, HANDS_PERMISSIONS, SUBSCRIBED } from "../../src/incident/registration.ts";
import type { GitHub, RepoRef } from "../github/types.ts";
import type { Arguments } from "./arguments.ts";
import { APPROVER, drillPolicy } from "./policy.ts";
import type { Rehearsal } from "./rehearsal.ts";

/** What an organisation has on GitHub after it installed Sentinel: people, policy, responder, environments, Apps. */

export const ADMIN = "platform-admin";
const APP_SLUG = "sentinel";
const HANDS_SLUG = "sentinel-hands";
const CONSOLE_SLUG = "web-console";
const EXAMPLE_WORKFLOW = resolve(import.meta.dirname, "../../examples/sentinel-workflow.yml");

/** Registers the App and, beside it, the App in whose name an approver's token acts. */
export function registerApps(github: GitHub, webhook: { readonly url: string; readonly secret: string }) {
  github.addApp({
    slug: HANDS_SLUG,
    name: "Sentinel hands",
    permissions: HANDS_PERMISSIONS,
    events: [],
  });
  github.addApp({
    slug: CONSOLE_SLUG,
    name: "Web",
    permissions: { metadata: "read", administration: "write" },
    events: [],
  });
  return github.addApp({
    slug: APP_SLUG,
    name: "Sentinel",
    permissions: APP_PERMISSIONS,
    events: SUBSCRIBED,
    webhook,
  });
}

/** The approver's token, as Token Vault would release it. */
export function approverToken(github: GitHub): string {
  return github.userToken(APPROVER.login, HANDS_SLUG);
}

export type Settings = {
  readonly variables: Readonly<Record<string, string>>;
  readonly geminiKey: string;
  readonly auth0Key: string;
};

export async function seedRepository(
  github: GitHub,
  args: Arguments,
  rehearsal: Rehearsal,
  settings: Settings,
): Promise<RepoRef> {
  const { owner, name, branch } = rehearsal;
  github.addOrganization(owner);
  github.addUser({ login: ADMIN });
  const approver = github.addUser({ login: APPROVER.login, name: APPROVER.name });
  for (const slug of [APP_SLUG, HANDS_SLUG, CONSOLE_SLUG]) github.install(slug, owner, "all");
  const defaults = await github.addRepository({
    owner,
    name: ".github",
    defaultBranch: "main",
    collaborators: { [ADMIN]: "admin" },
  });
  const policy = { ".github/sentinel.yml": drillPolicy(args, approver.id) };
  await github.commitFiles(defaults, "main", policy, "Say who may approve a rollback", ADMIN);
  const repo = await github.addRepository({
    owner,
    name,
    defaultBranch: branch,
    borrowFrom: rehearsal.gitDir,
    branches: { [branch]: rehearsal.bad },
    collaborators: { [ADMIN]: "admin", [APPROVER.login]: "maintain" },
  });
  const responder = { [RESPONDER_WORKFLOW]: await readFile(EXAMPLE_WORKFLOW, "utf8") };
  await github.commitFiles(repo, RESPONDER_REF, responder, "Add the responder", ADMIN);
  github.setVariables(repo, settings.variables);
  github.addEnvironment(repo, {
    name: "sentinel-analysis",
    branches: [RESPONDER_REF],
    secrets: { GEMINI_API_KEY: settings.geminiKey },
  });
  github.addEnvironment(repo, {
    name: RESPONDER_ENVIRONMENT,
    branches: [RESPONDER_REF],
    secrets: { SENTINEL_AUTH0_PRIVATE_KEY: settings.auth0Key },
  });
  return repo;
}

/** An admin's own ruleset keeps writers off the responder's branch; Sentinel must leave it as it is. */
export async function protectResponder(github: GitHub, repo: RepoRef): Promise<void> {
  const response = await fetch(`${github.apiUrl}/repos/${repo.owner}/${repo.name}/rulesets`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${github.userToken(ADMIN, CONSOLE_SLUG)}`,
      accept: "application/vnd.github+json",
      "content-type": "application/json",
    },
    body: JSON.stringify({
      name: "only admins change the responder",
      target: "branch",
      enforcement: "active",
      conditions: { ref_name: { include: [`refs/heads/${RESPONDER_REF}`], exclude: [] } },
      rules: [{ type: "update" }, { type: "deletion" }, { type: "non_fast_forward" }],
      bypass_actors: [],
    }),
  });
  if (response.status !== 201) throw new Error(`the stand-in refused the admin's ruleset: ${await response.text()}`);
}

/** Every ruleset that is not Sentinel's, as bytes to compare. */
export function foreignRulesets(github: GitHub, repo: RepoRef): string {
  return JSON.stringify(github.state.rulesets(repo).filter((ruleset) => !ruleset.name.startsWith("sentinel hold ")));
}
