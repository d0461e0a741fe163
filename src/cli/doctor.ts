import type { Writable } from "node:stream";
import { parseArgs } from "node:util";
import { observeRepository } from "../adapters/github-admin.ts";
import { appToken, loginOf, observeApp, observeInstallation } from "../adapters/github-app-admin.ts";
import { createFetchRequest } from "../adapters/github-fetch.ts";
import { createGitHubRequest, type GitHubRequest } from "../adapters/github-request.ts";
import { systemClock } from "../kernel/clock.ts";
import type { Policy } from "../policy/schema.ts";
import { checkApp, checkInstallation } from "./doctor/app.ts";
import { type Check, check, printChecks } from "./doctor/check.ts";
import { checkRepository } from "./doctor/repository.ts";
import {
  peopleIn,
  readApiUrl,
  readKey,
  readManagement,
  readRepository,
  readText,
  readWishes,
  SETTINGS,
} from "./settings.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** `sentinel doctor`: 0 when all is right, 1 when something is wrong, 2 for bad usage. It only looks. */
export async function doctorCommand(
  args: readonly string[],
  out: Pick<Writable, "write">,
  env: Env = process.env,
): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      repo: { type: "string" },
      policy: { type: "string" },
      json: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  const repo = values.repo === undefined ? null : readRepository(values.repo);
  const isUnnamed = values.repo !== undefined && repo === null;
  if (values.help || isUnnamed) {
    const wrong = isUnnamed ? `--repo wants OWNER/NAME, not "${values.repo}".\n\n` : "";
    out.write(`${wrong}usage: sentinel doctor [--repo OWNER/NAME] [--policy FILE] [--json]\n\n${SETTINGS}`);
    return values.help ? 0 : 2;
  }
  const github = repo === null ? null : await checkGitHub(repo, env);
  const text = values.policy === undefined ? (github?.policy ?? null) : readText(values.policy, "--policy");
  const policy = checkPolicy(text);
  const checks = [
    ...(github?.checks ?? []),
    ...policy.checks,
    ...(await checkLogins(policy.people, env)),
    ...(await checkAuth0(policy, env)),
    ...(await checkTheApp(repo, env)),
    ...(await checkGemini(env)),
  ];
  out.write(values.json ? `${JSON.stringify(checks, null, 2)}\n` : printChecks(checks));
  return checks.some(({ state }) => state === "wrong") ? 1 : 0;
}

async function checkGitHub(repo: { readonly owner: string; readonly name: string }, env: Env) {
  if (!env.GITHUB_TOKEN)
    return {
      checks: [check("github", null, "not looked at", "Set GITHUB_TOKEN to an administrator's token.")],
      policy: null,
    };
  const facts = await observeRepository(connect(env.GITHUB_TOKEN, env), repo);
  return { checks: checkRepository(facts), policy: "kind" in facts ? null : facts.policy };
}

type Found = { readonly checks: readonly Check[]; readonly people: Policy["people"]; readonly slack?: Policy["slack"] };

function checkPolicy(text: string | null): Found {
  const cure =
    "Write .github/sentinel.yml on the default branch or in the owner's repository .github (examples/sentinel.yml is a beginning), or pass --policy FILE.";
  if (text === null || text === "")
    return { checks: [check("policy", text === null ? null : false, "no policy found", cure)], people: [] };
  const { people, slack, problems } = peopleIn(text);
  const says = problems.length === 0 ? "the policy can be used" : problems.join("; ");
  return { checks: [check("policy", problems.length === 0, says, "Correct the places named.")], people, slack };
}

/** The login in a policy is for people; the number decides. Where the two differ, somebody meant somebody else. */
async function checkLogins(people: Policy["people"], env: Env): Promise<readonly Check[]> {
  const token = env.GITHUB_TOKEN;
  if (!token) return [];
  const request = connect(token, env);
  return Promise.all(
    people.map(async ({ github, id }) => {
      const login = await loginOf(request, id);
      const isThem = login === null ? null : login.toLowerCase() === github.toLowerCase();
      return check(
        `approver-${github}-github`,
        isThem,
        `GitHub user ${id} is ${login ?? "not to be read"}`,
        "Correct `people[].id` or `people[].github`.",
      );
    }),
  );
}

async function checkAuth0(policy: Found, env: Env): Promise<readonly Check[]> {
  const wishes = readWishes(env, policy);
  const management = wishes && readManagement(env, wishes.domain);
  if (!wishes || !management)
    return [
      check("auth0", null, "not looked at", "Set SENTINEL_AUTH0_DOMAIN and AUTH0_MANAGEMENT_TOKEN (or …_CLIENT_ID)."),
    ];
  // Auth0's SDK takes half a second to load.
  const [{ connectTenant }, { checkTenant }] = await Promise.all([
    import("../adapters/auth0-management.ts"),
    import("./doctor/tenant.ts"),
  ]);
  const facts = await connectTenant(management).observe(wishes, readKey(env, "SENTINEL_AUTH0_PRIVATE_KEY"));
  return "kind" in facts ? [check("auth0", false, facts.says, facts.cure)] : checkTenant(facts, wishes);
}

async function checkTheApp(
  repo: { readonly owner: string; readonly name: string } | null,
  env: Env,
): Promise<readonly Check[]> {
  const key = readKey(env, "PRIVATE_KEY");
  const appId = Number(env.APP_ID);
  if (!key || !appId) return [check("app", null, "not looked at", "Set APP_ID and PRIVATE_KEY (or PRIVATE_KEY_PATH).")];
  const request = connect(await appToken(appId, key), env, "Bearer");
  const app = await observeApp(request);
  if ("kind" in app || repo === null) return checkApp(app);
  return [...checkApp(app), checkInstallation(await observeInstallation(request, repo))];
}

async function checkGemini(env: Env): Promise<readonly Check[]> {
  const key = env.GEMINI_API_KEY;
  if (!key)
    return [
      check("gemini", null, "no key; the offline reasoner analyses", "Set GEMINI_API_KEY where Gemini should analyse."),
    ];
  const base = env.GEMINI_BASE_URL || "https://generativelanguage.googleapis.com";
  const answer = await fetch(`${base}/v1beta/models?pageSize=1`, { headers: { "x-goog-api-key": key } }).catch(
    () => null,
  );
  if (answer === null) {
    const cure = `Look whether ${base} can be reached from here; GEMINI_BASE_URL names a gateway.`;
    return [check("gemini", null, "Gemini answers nothing", cure)];
  }
  const cure = "Make a key in Google AI Studio and set it as GEMINI_API_KEY.";
  return [check("gemini", answer.ok, `Gemini answers ${answer.status}`, cure)];
}

function connect(token: string, env: Env, scheme: "token" | "Bearer" = "token"): GitHubRequest {
  return createGitHubRequest(createFetchRequest(token, readApiUrl(env), scheme), systemClock);
}
