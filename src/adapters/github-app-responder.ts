import { z } from "zod";
import { RESPONDER_ENVIRONMENT, RESPONDER_REF, RESPONDER_WORKFLOW } from "../incident/names.ts";
import type { Repo } from "../incident/world.ts";
import type { Reader } from "./github-app.ts";
import { fileAt } from "./github-app-code.ts";
import { pathOf } from "./github-app-path.ts";

/** How the responder's branch, its workflow and its environment stand, answered raw. */
export type ResponderFacts = {
  readonly hasWorkflow: boolean;
  /** Types of the active rules on the branch, and whether a classic protection is there. */
  readonly rules: readonly string[];
  readonly isProtected: boolean;
  /** Branches whose jobs may use the environment; null where any may, or there is none. */
  readonly environmentBranches: readonly string[] | null;
};

const Rules = z.array(z.looseObject({ type: z.string() }));
const Branch = z.looseObject({ protected: z.boolean().optional() });
const Policies = z.looseObject({ branch_policies: z.array(z.looseObject({ name: z.string() })) });

export async function readResponder(github: Reader, repo: Repo): Promise<ResponderFacts> {
  const at = pathOf(repo);
  const [text, rules, branch, policies] = await Promise.all([
    fileAt(github, repo, RESPONDER_WORKFLOW, RESPONDER_REF),
    github.find(`${at}/rules/branches/${RESPONDER_REF}?per_page=100`, Rules),
    github.find(`${at}/branches/${RESPONDER_REF}`, Branch),
    github.find(`${at}/environments/${RESPONDER_ENVIRONMENT}/deployment-branch-policies?per_page=100`, Policies),
  ]);
  return {
    hasWorkflow: text !== null && branch !== null,
    rules: (rules ?? []).map(({ type }) => type),
    isProtected: branch?.protected === true,
    environmentBranches:
      policies && policies.branch_policies.length > 0 ? policies.branch_policies.map(({ name }) => name) : null,
  };
}
