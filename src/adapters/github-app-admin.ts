import { createPrivateKey } from "node:crypto";
import { SignJWT } from "jose";
import { z } from "zod";
import type { Secret } from "../kernel/secret.ts";
import type { GitHubRequest } from "./github-request.ts";
import { missingAs, orUnseen, seen, type Unseen } from "./github-seen.ts";

/** The App's registration as GitHub has it, asked as the App itself, for whoever looks for what is set up wrong. It must never be used to act. */

export type AppFacts = {
  readonly slug: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
  readonly hasWebhookSecret: boolean | null;
};

/** What the App was granted on one repository; older than its registration until somebody accepts. */
export type InstallationFacts = {
  readonly permissions: Readonly<Record<string, string>>;
  readonly isSuspended: boolean;
};

/** The App that `appId` and its key belong to. */
export async function observeApp(request: GitHubRequest): Promise<AppFacts | Unseen> {
  return orUnseen(async () => {
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

/** Asked as the App itself. */
export async function observeInstallation(
  request: GitHubRequest,
  { owner, name }: { readonly owner: string; readonly name: string },
): Promise<InstallationFacts | "missing" | null> {
  return seen(() =>
    missingAs("missing", async () => {
      const { data } = await request("GET /repos/{owner}/{repo}/installation", { owner, repo: name });
      const { permissions, suspended_at: since } = Installation.parse(data);
      return { permissions, isSuspended: typeof since === "string" };
    }),
  );
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

const Installation = z.looseObject({
  permissions: z.record(z.string(), z.string()),
  suspended_at: z.string().nullish(),
});
const App = z.looseObject({
  slug: z.string(),
  permissions: z.record(z.string(), z.string()),
  events: z.array(z.string()),
});
const Hook = z.looseObject({ secret: z.string().optional() });
