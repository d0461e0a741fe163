import { createPrivateKey } from "node:crypto";
import { SignJWT } from "jose";
import { z } from "zod";
import { RESPONDER_ENVIRONMENT, RESPONDER_REF, RESPONDER_WORKFLOW } from "../incident/names.ts";
import type { Secret } from "../kernel/secret.ts";
import { GitHubError, type GitHubRequest } from "./github-request.ts";

/** A repository as its administrator sees it; `null` means that it could not be looked at. It must never be given to a job. */
export type RepositoryFacts = {
  readonly defaultBranch: string | null;
  /** Text of `.github/sentinel.yml` on the default branch; empty when there is none. */
  readonly policy: string | null;
  readonly workflowOnDefault: boolean | null;
  readonly workflowOnResponder: boolean | null;
  readonly responderExists: boolean | null;
  readonly responderRules: readonly string[] | null;
  readonly environment: { readonly branches: readonly string[] } | "missing" | null;
  readonly secrets: readonly string[] | null;
  readonly variables: readonly string[] | null;
};

export type AppFacts = {
  readonly slug: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
  readonly hasWebhookSecret: boolean | null;
};

type Repo = { readonly owner: string; readonly name: string };

export async function observeRepository(request: GitHubRequest, repo: Repo): Promise<RepositoryFacts> {
  const at = { owner: repo.owner, repo: repo.name };
  const get = async (route: string, more: object = {}): Promise<unknown> =>
    (await request(`GET /repos/{owner}/{repo}${route}`, { ...at, ...more })).data;
  const defaultBranch = await seen(async () => Repository.parse(await get("")).default_branch);
  const file = (path: string, ref: string) =>
    missingAs("", async () => textOf(await get("/contents/{path}", { path, ref })));
  const onBranch = (ref: string) => seen(async () => (await file(RESPONDER_WORKFLOW, ref)) !== "");
  return {
    defaultBranch,
    policy: defaultBranch === null ? null : await seen(() => file(".github/sentinel.yml", defaultBranch)),
    workflowOnDefault: defaultBranch === null ? null : await onBranch(defaultBranch),
    workflowOnResponder: await onBranch(RESPONDER_REF),
    responderExists: await seen(() =>
      missingAs(false, async () => Boolean(await get("/git/ref/{ref}", { ref: `heads/${RESPONDER_REF}` }))),
    ),
    responderRules: await seen(async () =>
      Rules.parse(await get("/rules/branches/{branch}", { branch: RESPONDER_REF })).map(({ type }) => type),
    ),
    environment: await seen(() => environment(get)),
    secrets: await seen(async () =>
      Named.parse(
        await get("/environments/{environment_name}/secrets", { environment_name: RESPONDER_ENVIRONMENT }),
      ).secrets.map(({ name }) => name),
    ),
    variables: await seen(async () =>
      Variables.parse(await get("/actions/variables")).variables.map(({ name }) => name),
    ),
  };
}

type Get = (route: string, more?: object) => Promise<unknown>;

async function environment(get: Get): Promise<RepositoryFacts["environment"]> {
  return missingAs("missing", async () => {
    const name = { environment_name: RESPONDER_ENVIRONMENT };
    await get("/environments/{environment_name}", name);
    const policies = Policies.parse(await get("/environments/{environment_name}/deployment-branch-policies", name));
    return { branches: policies.branch_policies.map((policy) => policy.name) };
  });
}

/** The App that `appId` and its key belong to; null when GitHub does not take them. */
export async function observeApp(request: GitHubRequest): Promise<AppFacts | null> {
  return seen(async () => {
    const app = App.parse((await request("GET /app")).data);
    const hook = await seen(async () => Hook.parse((await request("GET /app/hook/config")).data));
    return {
      slug: app.slug,
      permissions: app.permissions,
      events: app.events,
      hasWebhookSecret: hook === null ? null : Boolean(hook.secret),
    };
  });
}

/** What an App shows GitHub in place of a token; good for ten minutes. */
export async function appToken(appId: number, privateKey: Secret): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({})
    .setProtectedHeader({ alg: "RS256" })
    .setIssuedAt(now - 30)
    .setExpirationTime(now + 540)
    .setIssuer(String(appId))
    .sign(createPrivateKey(privateKey.expose()));
}

export async function loginOf(request: GitHubRequest, id: number): Promise<string | null> {
  return seen(
    async () =>
      z.looseObject({ login: z.string() }).parse((await request("GET /user/{account_id}", { account_id: id })).data)
        .login,
  );
}

async function seen<T>(look: () => Promise<T>): Promise<T | null> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof GitHubError || error instanceof z.ZodError) return null;
    throw error;
  }
}

async function missingAs<T, M>(missing: M, look: () => Promise<T>): Promise<T | M> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof GitHubError && error.code === "not-found") return missing;
    throw error;
  }
}

function textOf(data: unknown): string {
  return Buffer.from(z.looseObject({ content: z.string() }).parse(data).content, "base64").toString("utf8");
}

const Repository = z.looseObject({ default_branch: z.string() });
const Rules = z.array(z.looseObject({ type: z.string() }));
const Policies = z.looseObject({ branch_policies: z.array(z.looseObject({ name: z.string() })) });
const Named = z.looseObject({ secrets: z.array(z.looseObject({ name: z.string() })) });
const Variables = z.looseObject({ variables: z.array(z.looseObject({ name: z.string() })) });
const App = z.looseObject({
  slug: z.string(),
  permissions: z.record(z.string(), z.string()),
  events: z.array(z.string()),
});
const Hook = z.looseObject({ secret: z.string().optional() });
