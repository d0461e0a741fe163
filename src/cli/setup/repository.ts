import type { Writable } from "node:stream";
import { observeRepository, type RepositoryFacts } from "../../adapters/github-admin.ts";
import { createFetchRequest } from "../../adapters/github-fetch.ts";
import { createGitHubRequest, GitHubError } from "../../adapters/github-request.ts";
import { RESPONDER_ENVIRONMENT } from "../../incident/names.ts";
import { systemClock } from "../../kernel/clock.ts";
import { checkRepository, cureOf, SECRET, VARIABLES } from "../doctor/repository.ts";
import { readApiUrl, readRepository } from "../settings.ts";
import { repositorySteps, type Step } from "./repository-steps.ts";

type Out = Pick<Writable, "write">;
type Env = Readonly<Record<string, string | undefined>>;

/** The protected branch with the workflow, and the environments. 0 when all of it stands, 1 when something refused, 2 for bad usage. */
export async function setupGitHub(repo: string, confirm: () => Promise<boolean>, out: Out, env: Env): Promise<number> {
  const named = readRepository(repo);
  if (named === null) {
    out.write(`--repo wants OWNER/NAME, not "${repo}".\n`);
    return 2;
  }
  if (!env.GITHUB_TOKEN) {
    out.write(`Set GITHUB_TOKEN to an administrator's token. ${TOKEN}\n`);
    return 2;
  }
  const { owner, name } = named;
  const request = createGitHubRequest(createFetchRequest(env.GITHUB_TOKEN, readApiUrl(env)), systemClock);
  const facts = await observeRepository(request, { owner, name });
  if ("kind" in facts) {
    out.write(`${repo} cannot be read: ${facts.says}\n→ ${cureOf(facts)}\n`);
    return 1;
  }
  const hidden = hiddenFrom(facts);
  if (hidden.length > 0) {
    out.write(`This token does not see all that must be looked at first, so nothing was done:\n${hidden.join("")}`);
    return 1;
  }
  const steps = repositorySteps(facts, request, { owner, repo: name });
  if (steps.length === 0) out.write(`${repo} is set up; nothing to do.\n`);
  else {
    out.write(`On ${repo} this will:\n${steps.map(({ says }) => `  - ${says}\n`).join("")}`);
    if (!(await confirm())) {
      out.write("Nothing was done.\n");
      return 0;
    }
    if (!(await takeSteps(steps, out))) return 1;
  }
  out.write(whatIsLeft(repo, facts));
  return 0;
}

const TOKEN =
  "A classic token needs `repo` and `workflow`; a fine-grained one Administration, Contents and Workflows: write, and Actions, Environments and Variables: read.";

/** What a step would be guessed from. Secrets and variables are only told, never set. */
function hiddenFrom(facts: RepositoryFacts): readonly string[] {
  const told = ["github-environment-secret", "github-variables"];
  return checkRepository(facts)
    .filter(({ id, state }) => state === "unknown" && !told.includes(id))
    .map(({ says, cure }) => `  - ${says}\n    → ${cure}\n`);
}

/** Whether all were taken; the first that GitHub refuses ends it, and the next run begins there. */
async function takeSteps(steps: readonly Step[], out: Out): Promise<boolean> {
  for (const { says, cure, run } of steps) {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof GitHubError)) throw error;
      out.write(`not done: ${says}\n  ${error.message}\n→ ${cure} Then run this again: what is done stays done.\n`);
      return false;
    }
    out.write(`done: ${says}\n`);
  }
  return true;
}

function whatIsLeft(repo: string, { secrets, variables }: RepositoryFacts): string {
  const unset = VARIABLES.filter((name) => variables?.includes(name) !== true);
  const commands = [
    ...(secrets?.includes(SECRET) === true
      ? []
      : [`gh secret set ${SECRET} --env ${RESPONDER_ENVIRONMENT} --repo ${repo} < private-key.pem`]),
    ...unset.map((name) => `gh variable set ${name} --repo ${repo}`),
  ];
  return commands.length === 0 ? "" : `What only you can set:\n${commands.map((line) => `  ${line}\n`).join("")}`;
}
