import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Management } from "../adapters/auth0-management.ts";
import type { TenantWishes } from "../adapters/auth0-tenant-facts.ts";
import { isRsaKey, pemOf } from "../kernel/pem.ts";
import { Secret } from "../kernel/secret.ts";
import { parsePolicy } from "../policy/parse.ts";
import type { Policy } from "../policy/schema.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Where each setting of `doctor`, `setup` and `connect` comes from, in words for people. */
export const SETTINGS = `settings (environment):
  SENTINEL_AUTH0_DOMAIN, SENTINEL_AUTH0_AUDIENCE       the tenant and the API's identifier
  SENTINEL_AUTH0_CLIENT_ID, SENTINEL_AUTH0_VAULT_CLIENT_ID   once they exist
  SENTINEL_AUTH0_CONNECTION                            GitHub connection, default github
  SENTINEL_AUTH0_CONNECT_CLIENT_ID                     for \`sentinel connect\`
  SENTINEL_AUTH0_PRIVATE_KEY or …_PATH                 PKCS#8 PEM of both clients
  AUTH0_MANAGEMENT_TOKEN, or AUTH0_MANAGEMENT_CLIENT_ID (with the same private key; setup: also create:client_credentials)
  GITHUB_TOKEN, GITHUB_API_URL                         an administrator's token: a classic one with repo and workflow
  APP_ID, PRIVATE_KEY or PRIVATE_KEY_PATH              the Sentinel App
  SLACK_AUTH0_USER                                     who posts to Slack
  GEMINI_API_KEY, GEMINI_BASE_URL                      where Gemini analyses
`;

export function readWishes(
  env: Env,
  { people, slack }: Pick<Policy, "people"> & { readonly slack?: Policy["slack"] },
): TenantWishes | null {
  const domain = readDomain(env);
  if (domain === "") return null;
  return {
    domain,
    audience: env.SENTINEL_AUTH0_AUDIENCE || "https://sentinel.example/api",
    asksId: env.SENTINEL_AUTH0_CLIENT_ID ?? "",
    vaultId: env.SENTINEL_AUTH0_VAULT_CLIENT_ID ?? "",
    connection: env.SENTINEL_AUTH0_CONNECTION || "github",
    connectId: env.SENTINEL_AUTH0_CONNECT_CLIENT_ID ?? "",
    slack: slack && env.SLACK_AUTH0_USER ? { user: env.SLACK_AUTH0_USER, connection: slack.connection } : null,
    people,
  };
}

/** Empty when it is not set. Throws, naming the setting, for what is no domain. */
export function readDomain(env: Env): string {
  const domain = env.SENTINEL_AUTH0_DOMAIN ?? "";
  if (domain !== "" && !/^[a-z0-9.-]+(:\d+)?$/i.test(domain))
    throw new Error(`SENTINEL_AUTH0_DOMAIN: wants the domain alone, such as acme.eu.auth0.com, not ${domain}`);
  return domain;
}

/** Where GitHub's API is, without a slash at the end. Throws, naming the setting, for what is no address. */
export function readApiUrl(env: Env): string {
  const url = env.GITHUB_API_URL || "https://api.github.com";
  if (!(URL.canParse(url) && /^https?:/.test(url)))
    throw new Error(`GITHUB_API_URL: wants https://api.github.com or https://HOST/api/v3, not ${url}`);
  return url.replace(/\/+$/, "");
}

/** Owner and name, or null for what does not name exactly one repository. */
export function readRepository(text: string): { readonly owner: string; readonly name: string } | null {
  const { owner, name } = /^(?<owner>[\w.-]+)\/(?<name>[\w.-]+)$/.exec(text)?.groups ?? {};
  return owner && name ? { owner, name } : null;
}

/** Null when it is not set. Throws, naming the setting, for a file that cannot be read and for what is no private key. */
export function readKey(env: Env, name: string): Secret | null {
  const path = env[`${name}_PATH`] ?? "";
  const given = env[name] ?? "";
  if (given === "" && path === "") return null;
  const text = given === "" ? readText(path, `${name}_PATH`) : given;
  if (!isRsaKey(text))
    throw new Error(
      `${given === "" ? `${name}_PATH` : name}: is not an RSA private key in PEM (-----BEGIN … PRIVATE KEY-----).`,
    );
  return new Secret(pemOf(text));
}

/** Throws a sentence that names the setting, or the flag, that named the file. */
export function readText(path: string, setting: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new Error(`${setting}: the file ${path} cannot be read.`);
  }
}

export function readManagement(env: Env, domain: string): Management | null {
  if (env.AUTH0_MANAGEMENT_TOKEN) return { domain, token: new Secret(env.AUTH0_MANAGEMENT_TOKEN) };
  const privateKey = readKey(env, "SENTINEL_AUTH0_PRIVATE_KEY");
  const clientId = env.AUTH0_MANAGEMENT_CLIENT_ID;
  return privateKey && clientId ? { domain, clientId, privateKey } : null;
}

export function publicPem(privateKey: Secret): string {
  return createPublicKey(privateKey.expose()).export({ type: "spki", format: "pem" }).toString();
}

/** The people of a policy's text, and where it speaks; none, with the problems, when it cannot be used. */
export function peopleIn(text: string): {
  readonly people: Policy["people"];
  readonly slack?: Policy["slack"];
  readonly problems: readonly string[];
} {
  const parsed = parsePolicy(text);
  return parsed.kind === "valid"
    ? { people: parsed.policy.people, slack: parsed.policy.slack, problems: [] }
    : { people: [], problems: parsed.problems };
}
