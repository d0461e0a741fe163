import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Writable } from "node:stream";
import { observeRepository, type RepositoryFacts } from "../../adapters/github-admin.ts";
import { createFetchRequest } from "../../adapters/github-fetch.ts";
import { createGitHubRequest, type GitHubRequest } from "../../adapters/github-request.ts";
import { RESPONDER_ENVIRONMENT, RESPONDER_REF, RESPONDER_WORKFLOW } from "../../incident/names.ts";
import { systemClock } from "../../kernel/clock.ts";
import { APP_EVENTS, APP_PERMISSIONS, HANDS_PERMISSIONS, SECRET } from "../doctor/repository.ts";

type Out = Pick<Writable, "write">;
type Env = Readonly<Record<string, string | undefined>>;
type Step = { readonly says: string; readonly run: () => Promise<unknown> };

/** The protected branch with the workflow, the environments, and the manifests of both Apps. */
export async function setupGitHub(repo: string, confirm: () => Promise<boolean>, out: Out, env: Env): Promise<number> {
  const [owner = "", name = ""] = repo.split("/");
  if (!env.GITHUB_TOKEN || name === "") {
    out.write("Set GITHUB_TOKEN to an administrator's token and pass --repo OWNER/NAME.\n");
    return 2;
  }
  const apiUrl = env.GITHUB_API_URL ?? "https://api.github.com";
  const request = createGitHubRequest(createFetchRequest(env.GITHUB_TOKEN, apiUrl), systemClock);
  const facts = await observeRepository(request, { owner, name });
  if (facts.defaultBranch === null) {
    out.write(`${repo} cannot be read with this token.\n`);
    return 1;
  }
  const steps = repositorySteps(facts, facts.defaultBranch, request, { owner, repo: name });
  if (steps.length === 0) out.write(`${repo} is set up; nothing to do.\n`);
  else {
    out.write(`On ${repo} this will:\n${steps.map(({ says }) => `  - ${says}\n`).join("")}`);
    if (!(await confirm())) {
      out.write("Nothing was done.\n");
      return 0;
    }
    for (const { says, run } of steps) {
      await run();
      out.write(`done: ${says}\n`);
    }
  }
  if (facts.secrets?.includes(SECRET) !== true)
    out.write(`Then: gh secret set ${SECRET} --env ${RESPONDER_ENVIRONMENT} --repo ${repo} < private-key.pem\n`);
  out.write(`The two GitHub Apps (Settings → Developer settings → New GitHub App from a manifest):\n${manifests()}`);
  return 0;
}

/** Only what is missing; a step may rely on those before it. */
export function repositorySteps(
  facts: RepositoryFacts,
  defaultBranch: string,
  request: GitHubRequest,
  at: { readonly owner: string; readonly repo: string },
): readonly Step[] {
  const steps: Step[] = [];
  const add = (says: string, run: Step["run"]) => steps.push({ says, run });
  if (!facts.workflowOnDefault)
    add(`add ${RESPONDER_WORKFLOW} to ${defaultBranch}, so that GitHub lists it`, () =>
      putWorkflow(request, at, defaultBranch),
    );
  if (!facts.responderExists)
    add(`create the branch ${RESPONDER_REF}`, async () => {
      const head = await request("GET /repos/{owner}/{repo}/git/ref/{ref}", { ...at, ref: `heads/${defaultBranch}` });
      const { object } = head.data as { readonly object: { readonly sha: string } };
      await request("POST /repos/{owner}/{repo}/git/refs", {
        ...at,
        ref: `refs/heads/${RESPONDER_REF}`,
        sha: object.sha,
      });
    });
  // A branch made just now has it from the default branch.
  if (facts.responderExists && !facts.workflowOnResponder)
    add(`add ${RESPONDER_WORKFLOW} to ${RESPONDER_REF}, the copy that runs`, () =>
      putWorkflow(request, at, RESPONDER_REF),
    );
  if (!facts.responderRules?.includes("update"))
    add(`let only administrators change ${RESPONDER_REF} (a ruleset)`, () =>
      request("POST /repos/{owner}/{repo}/rulesets", { ...at, ...PROTECTION }),
    );
  if (
    facts.environment === "missing" ||
    facts.environment === null ||
    facts.environment.branches.join() !== RESPONDER_REF
  )
    for (const environment of [RESPONDER_ENVIRONMENT, `${RESPONDER_ENVIRONMENT}-analysis`])
      add(`make the environment ${environment}, for ${RESPONDER_REF} alone`, () =>
        makeEnvironment(request, at, environment),
      );
  return steps;
}

type Place = { readonly owner: string; readonly repo: string };

async function putWorkflow(request: GitHubRequest, at: Place, branch: string): Promise<void> {
  const text = readFileSync(exampleWorkflow());
  await request("PUT /repos/{owner}/{repo}/contents/{path}", {
    ...at,
    path: RESPONDER_WORKFLOW,
    branch,
    message: "Add the Sentinel responder",
    content: text.toString("base64"),
  });
}

/** It lies beside `package.json`, whether this runs from the sources or from what was built of them. */
function exampleWorkflow(): string {
  let dir = import.meta.dirname;
  while (!existsSync(join(dir, "examples/sentinel-workflow.yml")) && dirname(dir) !== dir) dir = dirname(dir);
  return join(dir, "examples/sentinel-workflow.yml");
}

async function makeEnvironment(request: GitHubRequest, at: Place, name: string): Promise<void> {
  const environment = { ...at, environment_name: name };
  await request("PUT /repos/{owner}/{repo}/environments/{environment_name}", {
    ...environment,
    deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
  });
  const route = "POST /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies";
  await request(route, { ...environment, name: RESPONDER_REF });
}

/** 5 is GitHub's role `admin`. */
const PROTECTION = {
  name: "sentinel responder",
  target: "branch",
  enforcement: "active",
  conditions: { ref_name: { include: [`refs/heads/${RESPONDER_REF}`], exclude: [] } },
  rules: [{ type: "update" }, { type: "deletion" }, { type: "non_fast_forward" }],
  bypass_actors: [{ actor_type: "RepositoryRole", actor_id: 5, bypass_mode: "always" }],
};

/** GitHub's App manifests: the App itself, and the one in whose name an approver's token acts. */
export function manifests(): string {
  const app = {
    name: "Sentinel",
    url: "https://github.com/sentinel-ai/sentinel",
    public: false,
    hook_attributes: { url: "https://YOUR-HOST/api/github/webhooks", active: true },
    default_permissions: APP_PERMISSIONS,
    default_events: APP_EVENTS,
  };
  const hands = {
    name: "Sentinel hands",
    url: app.url,
    public: false,
    callback_urls: ["https://YOUR-TENANT/login/callback"],
    request_oauth_on_install: false,
    hook_attributes: { url: "https://YOUR-HOST/unused", active: false },
    default_permissions: HANDS_PERMISSIONS,
    default_events: [],
  };
  return `${JSON.stringify({ app, hands }, null, 2)}\n`;
}
