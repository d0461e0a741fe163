import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import {
  ENVIRONMENTS,
  type EnvironmentFacts,
  RESPONDER_RULESET,
  type RepositoryFacts,
} from "../../adapters/github-admin.ts";
import type { GitHubRequest } from "../../adapters/github-request.ts";
import { RESPONDER_REF, RESPONDER_WORKFLOW } from "../../incident/names.ts";
import { Sha } from "../../kernel/sha.ts";
import { letsInOnlyResponder, RESPONDER_RULES } from "../doctor/repository.ts";

/** One change: what it is in words, doing it, and what helps where GitHub refuses. */
export type Step = { readonly says: string; readonly cure: string; readonly run: () => Promise<unknown> };

type Place = { readonly owner: string; readonly repo: string };

/** Only what is missing, from facts of which none is unseen; a step may rely on those before it. */
export function repositorySteps(facts: RepositoryFacts, request: GitHubRequest, at: Place): readonly Step[] {
  return [
    ...branchSteps(facts, request, at),
    ...ruleSteps(facts, request, at),
    ...ENVIRONMENTS.flatMap((name) => environmentSteps(name, facts.environments[name], request, at)),
  ];
}

function branchSteps(facts: RepositoryFacts, request: GitHubRequest, at: Place): readonly Step[] {
  const { defaultBranch, workflowOnDefault, responderExists, workflowOnResponder } = facts;
  const steps: Step[] = [];
  if (!workflowOnDefault)
    steps.push({
      says: `add ${RESPONDER_WORKFLOW} to ${defaultBranch}, so that GitHub lists it`,
      cure: `GITHUB_TOKEN must be able to write workflows. Where ${defaultBranch} takes changes only by pull request, make one that adds examples/sentinel-workflow.yml there.`,
      run: () => putWorkflow(request, at, defaultBranch),
    });
  if (!responderExists)
    steps.push({
      says: `create the branch ${RESPONDER_REF}`,
      cure: `A ruleset may forbid new branches: let yourself through it, or make ${RESPONDER_REF} from ${defaultBranch} by hand.`,
      run: async () => {
        const head = await request("GET /repos/{owner}/{repo}/git/ref/{ref}", {
          ...at,
          ref: `heads/${defaultBranch}`,
        });
        const { object } = Ref.parse(head.data);
        const ref = `refs/heads/${RESPONDER_REF}`;
        await request("POST /repos/{owner}/{repo}/git/refs", { ...at, ref, sha: object.sha });
      },
    });
  // A branch made just now has it from the default branch.
  if (responderExists && !workflowOnResponder)
    steps.push({
      says: `add ${RESPONDER_WORKFLOW} to ${RESPONDER_REF}, the copy that runs`,
      cure: "GITHUB_TOKEN must be an administrator's and able to write workflows.",
      run: () => putWorkflow(request, at, RESPONDER_REF),
    });
  return steps;
}

function ruleSteps(
  { responderRules, ownRuleset }: RepositoryFacts,
  request: GitHubRequest,
  at: Place,
): readonly Step[] {
  if (RESPONDER_RULES.every((rule) => responderRules?.includes(rule))) return [];
  const cure =
    "GITHUB_TOKEN must be an administrator's; a private repository has rulesets only with GitHub Pro, Team or Enterprise.";
  if (typeof ownRuleset === "number")
    return [
      {
        says: `put the ruleset "${RESPONDER_RULESET}" back as it must be: only administrators change ${RESPONDER_REF}`,
        cure,
        run: () =>
          request("PUT /repos/{owner}/{repo}/rulesets/{ruleset_id}", { ...at, ruleset_id: ownRuleset, ...PROTECTION }),
      },
    ];
  return [
    {
      says: `let only administrators change ${RESPONDER_REF} (a ruleset)`,
      cure,
      run: () => request("POST /repos/{owner}/{repo}/rulesets", { ...at, ...PROTECTION }),
    },
  ];
}

function environmentSteps(
  name: string,
  facts: EnvironmentFacts | "missing" | null,
  request: GitHubRequest,
  at: Place,
): readonly Step[] {
  const cure =
    "GITHUB_TOKEN must be an administrator's; a private repository has environments only with GitHub Pro, Team or Enterprise.";
  const of = { ...at, environment_name: name };
  if (facts === null || facts === "missing")
    return [
      {
        says: `make the environment ${name}, for ${RESPONDER_REF} alone`,
        cure,
        run: () => letInOnlyResponder(request, of, { isNamed: false, branches: [], waits: null }),
      },
    ];
  if (letsInOnlyResponder(facts)) return [];
  const others = facts.branches
    .filter(({ name: branch }) => branch !== RESPONDER_REF)
    .map(({ name: branch }) => branch);
  const before = facts.isNamed ? others.join(", ") || "none" : "any branch";
  return [
    {
      says: `let only ${RESPONDER_REF} use the environment ${name}, which lets in ${before} until now`,
      cure,
      run: () => letInOnlyResponder(request, of, facts),
    },
  ];
}

/** Others are taken out first: between two calls there is rather nobody than somebody else. */
async function letInOnlyResponder(
  request: GitHubRequest,
  of: Place & { readonly environment_name: string },
  facts: Pick<EnvironmentFacts, "isNamed" | "branches"> & { readonly waits: EnvironmentFacts["waits"] | null },
): Promise<void> {
  const { isNamed, branches, waits } = facts;
  if (!isNamed)
    await request("PUT /repos/{owner}/{repo}/environments/{environment_name}", {
      ...of,
      ...waits,
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    });
  const policies = "/repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies";
  const isResponder = ({ name, type }: (typeof branches)[number]) => type === "branch" && name === RESPONDER_REF;
  for (const { id } of branches.filter((policy) => !isResponder(policy)))
    await request(`DELETE ${policies}/{branch_policy_id}`, { ...of, branch_policy_id: id });
  if (!branches.some(isResponder)) await request(`POST ${policies}`, { ...of, name: RESPONDER_REF, type: "branch" });
}

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

/** 5 is GitHub's role `admin`. */
const PROTECTION = {
  name: RESPONDER_RULESET,
  target: "branch",
  enforcement: "active",
  conditions: { ref_name: { include: [`refs/heads/${RESPONDER_REF}`], exclude: [] } },
  rules: [{ type: "update" }, { type: "deletion" }, { type: "non_fast_forward" }],
  bypass_actors: [{ actor_type: "RepositoryRole", actor_id: 5, bypass_mode: "always" }],
};

const Ref = z.looseObject({ object: z.looseObject({ sha: Sha }) });
