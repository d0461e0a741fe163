import { z } from "zod";
import { RESPONDER_ENVIRONMENT, RESPONDER_REF, RESPONDER_WORKFLOW } from "../incident/names.ts";
import type { GitHubRequest } from "./github-request.ts";
import { missingAs, orUnseen, seen, type Unseen } from "./github-seen.ts";

/** A repository as its administrator sees it; `null` means that it could not be looked at. It must never be given to a job. */
export type RepositoryFacts = {
  readonly defaultBranch: string;
  readonly hasIssues: boolean;
  /** Text of `.github/sentinel.yml` on the default branch, or else of the owner's repository `.github`; empty when there is none. */
  readonly policy: string | null;
  readonly workflowOnDefault: boolean | null;
  readonly workflowOnResponder: boolean | null;
  readonly responderExists: boolean | null;
  /** What is forbidden on the responder's branch to all but administrators, by rulesets in force. */
  readonly responderRules: readonly string[] | null;
  /** The id of the ruleset that `sentinel setup github` makes, in force or not. */
  readonly ownRuleset: number | "missing" | null;
  readonly environments: Readonly<Record<ResponderEnvironment, EnvironmentFacts | "missing" | null>>;
  /** Names of the secrets of `RESPONDER_ENVIRONMENT`. */
  readonly secrets: readonly string[] | null;
  /** Names of the variables that the repository has or shares with its organisation. */
  readonly variables: readonly string[] | null;
};

export const ENVIRONMENTS = [RESPONDER_ENVIRONMENT, `${RESPONDER_ENVIRONMENT}-analysis`] as const;
export type ResponderEnvironment = (typeof ENVIRONMENTS)[number];

export type EnvironmentFacts = {
  /** Whether it lets in named branches alone; otherwise any, or any that is protected. */
  readonly isNamed: boolean;
  readonly branches: readonly { readonly id: number; readonly name: string; readonly type: string }[];
  /** What else makes its jobs wait, as GitHub wants it said again when the environment is changed. */
  readonly waits: {
    readonly wait_timer: number;
    readonly prevent_self_review: boolean;
    readonly reviewers: readonly { readonly type: string; readonly id: number }[];
  };
};

type Repo = { readonly owner: string; readonly name: string };

export async function observeRepository(request: GitHubRequest, repo: Repo): Promise<RepositoryFacts | Unseen> {
  const at = { owner: repo.owner, repo: repo.name };
  const get: Get = async (route, more = {}) =>
    (await request(`GET /repos/{owner}/{repo}${route}`, { ...at, ...more })).data;
  return orUnseen(async () => {
    const repository = Repository.parse(await get(""));
    const shared = { owner: repo.owner, repo: ".github", path: POLICY };
    return look(get, repository, () =>
      missingAs("", async () => textOf((await request("GET /repos/{owner}/{repo}/contents/{path}", shared)).data)),
    );
  });
}

const POLICY = ".github/sentinel.yml";

async function look(
  get: Get,
  { default_branch: defaultBranch, has_issues: hasIssues }: z.infer<typeof Repository>,
  shared: () => Promise<string>,
): Promise<RepositoryFacts> {
  const file = (path: string, ref: string) =>
    missingAs("", async () => textOf(await get("/contents/{path}", { path, ref })));
  const onBranch = (ref: string) => seen(async () => (await file(RESPONDER_WORKFLOW, ref)) !== "");
  const [answers, analyses] = ENVIRONMENTS;
  return {
    defaultBranch,
    hasIssues,
    policy: await seen(async () => (await file(POLICY, defaultBranch)) || shared()),
    workflowOnDefault: await onBranch(defaultBranch),
    workflowOnResponder: await onBranch(RESPONDER_REF),
    responderExists: await seen(() =>
      // A branch that was renamed redirects to its new name.
      missingAs(
        false,
        async () => Branch.parse(await get("/branches/{branch}", { branch: RESPONDER_REF })).name === RESPONDER_REF,
      ),
    ),
    responderRules: await seen(() => rulesForAll(get)),
    ownRuleset: await seen(async () => {
      const all = await pagesOf(get, "/rulesets", {}, (page) => z.array(Ruleset).parse(page));
      return all.find(({ name }) => name === RESPONDER_RULESET)?.id ?? "missing";
    }),
    environments: {
      [answers]: await seen(() => environment(get, answers)),
      [analyses]: await seen(() => environment(get, analyses)),
    },
    secrets: await seen(() =>
      missingAs([], () =>
        pagesOf(get, "/environments/{environment_name}/secrets", { environment_name: answers }, (page) =>
          Secrets.parse(page).secrets.map(({ name }) => name),
        ),
      ),
    ),
    variables: await seen(async () => {
      const names = (page: unknown) => Variables.parse(page).variables.map(({ name }) => name);
      const shared = await seen(() => pagesOf(get, "/actions/organization-variables", {}, names));
      return [...(await pagesOf(get, "/actions/variables", {}, names)), ...(shared ?? [])];
    }),
  };
}

type Get = (route: string, more?: object) => Promise<unknown>;

/** The name of the ruleset that keeps everybody but administrators off the responder's branch. */
export const RESPONDER_RULESET = "sentinel responder";

/** A rule counts when a ruleset has it that lets nobody through but administrators. */
async function rulesForAll(get: Get): Promise<readonly string[]> {
  const rules = await pagesOf(get, "/rules/branches/{branch}", { branch: RESPONDER_REF }, (page) => Rules.parse(page));
  const ids = [...new Set(rules.map(({ ruleset_id: id }) => id))];
  const strict = await Promise.all(
    ids.map(async (ruleset_id) => {
      const { bypass_actors: actors } = Bypasses.parse(await get("/rulesets/{ruleset_id}", { ruleset_id }));
      return actors === undefined || actors.every(isAdministrator);
    }),
  );
  return [...new Set(rules.filter(({ ruleset_id: id }) => strict[ids.indexOf(id)]).map(({ type }) => type))];
}

/** 5 is GitHub's role `admin`. */
function isAdministrator({ actor_type: type, actor_id: id }: z.infer<typeof Actor>): boolean {
  return type === "OrganizationAdmin" || type === "EnterpriseOwner" || (type === "RepositoryRole" && id === 5);
}

async function environment(get: Get, name: string): Promise<EnvironmentFacts | "missing"> {
  return missingAs("missing", async () => {
    const at = { environment_name: name };
    const found = Environment.parse(await get("/environments/{environment_name}", at));
    const isNamed = found.deployment_branch_policy?.custom_branch_policies ?? false;
    const route = "/environments/{environment_name}/deployment-branch-policies";
    const rules = found.protection_rules ?? [];
    return {
      isNamed,
      branches: isNamed ? await pagesOf(get, route, at, (page) => Policies.parse(page).branch_policies) : [],
      waits: {
        wait_timer: rules.find(({ wait_timer: minutes }) => minutes !== undefined)?.wait_timer ?? 0,
        prevent_self_review: rules.some(({ prevent_self_review: prevents }) => prevents === true),
        reviewers: rules.flatMap(({ reviewers = [] }) =>
          reviewers.map(({ type, reviewer }) => ({ type, id: reviewer.id })),
        ),
      },
    };
  });
}

/** GitHub gives no more than thirty variables a page, so that many are asked for of everything. */
const PAGE = 30;

async function pagesOf<T>(
  get: Get,
  route: string,
  parameters: object,
  read: (page: unknown) => readonly T[],
): Promise<readonly T[]> {
  const all: T[] = [];
  for (let page = 1; ; page++) {
    const items = read(await get(route, { ...parameters, per_page: PAGE, page }));
    all.push(...items);
    if (items.length < PAGE) return all;
  }
}

function textOf(data: unknown): string {
  return Buffer.from(z.looseObject({ content: z.string() }).parse(data).content, "base64").toString("utf8");
}

const Repository = z.looseObject({ default_branch: z.string(), has_issues: z.boolean().default(true) });
const Branch = z.looseObject({ name: z.string() });
const Rules = z.array(z.looseObject({ type: z.string(), ruleset_id: z.int() }));
const Ruleset = z.looseObject({ id: z.int(), name: z.string() });
const Actor = z.looseObject({ actor_type: z.string(), actor_id: z.int().nullish() });
const Bypasses = z.looseObject({ bypass_actors: z.array(Actor).optional() });
const Reviewer = z.looseObject({ type: z.string(), reviewer: z.looseObject({ id: z.int() }) });
const ProtectionRule = z.looseObject({
  wait_timer: z.int().optional(),
  prevent_self_review: z.boolean().optional(),
  reviewers: z.array(Reviewer).optional(),
});
const Environment = z.looseObject({
  deployment_branch_policy: z.looseObject({ custom_branch_policies: z.boolean() }).nullish(),
  protection_rules: z.array(ProtectionRule).optional(),
});
const Policies = z.looseObject({
  branch_policies: z.array(z.looseObject({ id: z.int(), name: z.string(), type: z.string().default("branch") })),
});
const Secrets = z.looseObject({ secrets: z.array(z.looseObject({ name: z.string() })) });
const Variables = z.looseObject({ variables: z.array(z.looseObject({ name: z.string() })) });
