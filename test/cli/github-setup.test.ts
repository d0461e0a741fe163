import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RepoRef } from "../../drill/github/types.ts";
import type { Check } from "../../src/cli/doctor/check.ts";
import { SECRET, VARIABLES } from "../../src/cli/doctor/repository.ts";
import { doctorCommand } from "../../src/cli/doctor.ts";
import { setupCommand } from "../../src/cli/setup.ts";
import { APP_PERMISSIONS, SUBSCRIBED } from "../../src/incident/registration.ts";
import { type GitHubWorld, githubWorld, octokit } from "../standins/github-world.ts";

const SENTINEL = join(import.meta.dirname, "../../src/cli/sentinel.ts");
const EVERYTHING = {
  actions: "read",
  actions_variables: "read",
  administration: "write",
  contents: "write",
  environments: "read",
  workflows: "write",
} as const;

let world: GitHubWorld;
let shop: RepoRef;
beforeEach(async () => {
  world = await githubWorld();
  shop = world.repo;
});
afterEach(() => world.close());

/** A token of the owner that may do no more than this. */
function tokenFor(permissions: Readonly<Record<string, "read" | "write">>, login = "acme"): string {
  const slug = `console-${Object.keys(permissions).length}-${login}`;
  world.github.addApp({ slug, name: slug, permissions, events: [] });
  world.github.install(slug, "acme", "all");
  return world.github.userToken(login, slug);
}

type Ran = { readonly code: number | null; readonly said: string };

/** The command as a person starts it: a process of its own, with nothing of this environment but what it is given. */
async function sentinel(args: readonly string[], env: Readonly<Record<string, string>>, input = ""): Promise<Ran> {
  const child = spawn(process.execPath, [SENTINEL, ...args], {
    env: { PATH: process.env.PATH ?? "", GITHUB_API_URL: world.github.apiUrl, ...env },
  });
  child.stdin.end(input);
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((done) => child.on("close", done)),
  ]);
  return { code, said: out + err };
}

const setup = (token: string, repo = "acme/shop") =>
  sentinel(["setup", "github", "--repo", repo, "--yes"], { GITHUB_TOKEN: token });

/** The same in this process, for what a test only begins with. */
async function prepare(token: string): Promise<void> {
  const env = { GITHUB_API_URL: world.github.apiUrl, GITHUB_TOKEN: token };
  const code = await setupCommand(["github", "--repo", "acme/shop", "--yes"], { write: () => true }, env);
  expect(code).toBe(0);
}

async function wrongNow(token: string): Promise<readonly string[]> {
  let said = "";
  const write = (chunk: string) => {
    said += chunk;
    return true;
  };
  const env = { GITHUB_API_URL: world.github.apiUrl, GITHUB_TOKEN: token };
  await doctorCommand(["--repo", "acme/shop", "--json"], { write }, env);
  const checks = JSON.parse(said) as readonly Check[];
  return checks.filter(({ state }) => state === "wrong").map(({ id }) => id);
}

async function doctor(token: string, env: Readonly<Record<string, string>> = {}, repo = "acme/shop") {
  const { code, said } = await sentinel(["doctor", "--repo", repo, "--json"], { GITHUB_TOKEN: token, ...env });
  const checks = JSON.parse(said) as readonly Check[];
  const wrong = checks.filter(({ state }) => state === "wrong").map(({ id }) => id);
  return { code, wrong, checks: new Map(checks.map((each) => [each.id, each])) };
}

/** The lines that begin with this, without it. */
function lines(said: string, mark: string): readonly string[] {
  return said.split("\n").flatMap((line) => (line.startsWith(mark) ? [line.slice(mark.length)] : []));
}

function writes(): readonly string[] {
  return world.journal.entries
    .filter(({ method, path }) => method !== "GET" && path.startsWith("/repos/"))
    .map(({ method, path }) => `${method} ${path}`);
}

/** What setup leaves to a person. */
function tellTheRest(repo: RepoRef): void {
  world.github.person.setSecret(repo, "sentinel", SECRET, "a key");
  world.github.setVariables(repo, Object.fromEntries(VARIABLES.map((name) => [name, "x"])));
}

const ON_SHOP = [
  "add .github/workflows/sentinel.yml to main, so that GitHub lists it",
  "create the branch sentinel",
  "let only administrators change sentinel (a ruleset)",
  "make the environment sentinel, for sentinel alone",
  "make the environment sentinel-analysis, for sentinel alone",
];

describe("sentinel setup github, as a process", () => {
  test.each(["shop", "empty"])("sets up %s whole, and finds nothing to do the second time", async (name) => {
    const repo =
      name === "shop"
        ? shop
        : await world.github.addRepository({ owner: "acme", name, private: true, defaultBranch: "main" });
    const token = tokenFor(EVERYTHING);
    const first = await setup(token, `acme/${name}`);
    expect(first.code, first.said).toBe(0);
    expect(lines(first.said, "done: ")).toEqual(ON_SHOP);
    expect(lines(first.said, "  - ")).toEqual(ON_SHOP);
    expect(first.said).toContain(`gh secret set ${SECRET} --env sentinel --repo acme/${name}`);
    expect(first.said).toContain(`gh variable set SENTINEL_APP_ID --repo acme/${name}`);
    expect(await doctor(token, {}, `acme/${name}`)).toMatchObject({
      code: 1,
      wrong: ["github-environment-secret", "github-variables", "policy"],
    });

    tellTheRest(repo);
    const written = writes().length;
    const second = await setup(token, `acme/${name}`);
    expect(second).toEqual({ code: 0, said: `acme/${name} is set up; nothing to do.\n` });
    expect(writes()).toHaveLength(written);
    expect((await doctor(token, {}, `acme/${name}`)).wrong).toEqual(["policy"]);
  });

  test.each(["n\n", ""])("does nothing without a yes (%j)", async (input) => {
    const ran = await sentinel(
      ["setup", "github", "--repo", "acme/shop"],
      { GITHUB_TOKEN: tokenFor(EVERYTHING) },
      input,
    );
    expect(lines(ran.said, "  - ")).toEqual(ON_SHOP);
    expect(ran.said).toContain("Nothing was done.");
    expect(ran.code).toBe(0);
    expect(writes()).toEqual([]);
  });
});

describe("a repository that is half set up gets exactly what it lacks", () => {
  type Admin = ReturnType<typeof octokit>;
  const AT = { owner: "acme", repo: "shop" };
  const environment = (name: string) => ({ ...AT, environment_name: name });
  const PUT = "PUT /repos/{owner}/{repo}/environments/{environment_name}";
  const POLICIES = "/repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies";

  const cases: readonly (readonly [string, (admin: Admin) => Promise<unknown>, readonly string[]])[] = [
    [
      "no workflow on the branch that runs",
      async (admin) => {
        const at = { ...AT, path: ".github/workflows/sentinel.yml", ref: "sentinel" };
        const { data } = await admin.request("GET /repos/{owner}/{repo}/contents/{path}", at);
        const sha = "sha" in data ? data.sha : "";
        const gone = { ...AT, path: at.path, branch: "sentinel", message: "Remove", sha };
        await admin.request("DELETE /repos/{owner}/{repo}/contents/{path}", gone);
      },
      ["add .github/workflows/sentinel.yml to sentinel, the copy that runs"],
    ],
    [
      "an environment that anybody's branch may use",
      (admin) => admin.request(PUT, { ...environment("sentinel"), deployment_branch_policy: null }),
      ["let only sentinel use the environment sentinel, which lets in any branch until now"],
    ],
    [
      "an environment that lets in two more",
      async (admin) => {
        await admin.request(`POST ${POLICIES}`, { ...environment("sentinel-analysis"), name: "main" });
        await admin.request(`POST ${POLICIES}`, { ...environment("sentinel-analysis"), name: "release/*" });
      },
      ["let only sentinel use the environment sentinel-analysis, which lets in main, release/* until now"],
    ],
    [
      "a missing environment",
      (admin) =>
        admin.request("DELETE /repos/{owner}/{repo}/environments/{environment_name}", environment("sentinel-analysis")),
      ["make the environment sentinel-analysis, for sentinel alone"],
    ],
    [
      "a ruleset that is switched off",
      (admin) => changeRuleset(admin, { enforcement: "disabled" }),
      ['put the ruleset "sentinel responder" back as it must be: only administrators change sentinel'],
    ],
    [
      "a ruleset that lets writers through",
      (admin) =>
        changeRuleset(admin, {
          bypass_actors: [{ actor_type: "RepositoryRole", actor_id: 4, bypass_mode: "always" }],
        }),
      ['put the ruleset "sentinel responder" back as it must be: only administrators change sentinel'],
    ],
    [
      "a ruleset under which the branch can be deleted and made anew",
      (admin) => changeRuleset(admin, { rules: [{ type: "update" }] }),
      ['put the ruleset "sentinel responder" back as it must be: only administrators change sentinel'],
    ],
  ];

  async function changeRuleset(admin: Admin, change: object): Promise<void> {
    const ruleset_id = world.github.state.rulesets(shop)[0]?.id ?? 0;
    await admin.request("PUT /repos/{owner}/{repo}/rulesets/{ruleset_id}", { ...AT, ruleset_id, ...change });
  }

  test.each(cases)("%s", async (_, disturb, expected) => {
    const token = tokenFor(EVERYTHING);
    await prepare(token);
    tellTheRest(shop);
    await disturb(octokit(world, token));
    expect(await wrongNow(token)).toHaveLength(2);
    const repaired = await setup(token);
    expect(repaired.code, repaired.said).toBe(0);
    expect(lines(repaired.said, "done: ")).toEqual(expected);
    expect(await wrongNow(token)).toEqual(["policy"]);
    expect(world.github.state.environments(shop)).toMatchObject(
      ["sentinel", "sentinel-analysis"].map((name) => ({ name, lets: "named", branches: ["sentinel"] })),
    );
  });

  test("who must review and how long it waits is kept, and said to be in an incident's way", async () => {
    const token = tokenFor(EVERYTHING);
    await prepare(token);
    tellTheRest(shop);
    await octokit(world, token).request(PUT, {
      ...environment("sentinel"),
      wait_timer: 30,
      reviewers: [{ type: "User", id: world.users.lead }],
      deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
    });
    expect((await setup(token)).code).toBe(0);
    const found = world.github.state.environments(shop).find(({ name }) => name === "sentinel");
    expect(found).toMatchObject({ lets: "named", branches: ["sentinel"], waitTimer: 30, reviewers: ["lead"] });
    expect(await wrongNow(token)).toEqual(["github-environment-waits", "policy"]);
  });
});

describe("a token that is not enough", () => {
  test.each([
    ["without administration", { ...EVERYTHING, administration: "read" }, "let only administrators change sentinel"],
    ["without workflows", { ...EVERYTHING, workflows: "read" }, "add .github/workflows/sentinel.yml to main"],
  ] as const)("%s, is told where it ended, and a better one goes on from there", async (_, permissions, step) => {
    const stopped = await setup(tokenFor(permissions));
    expect(stopped.code).toBe(1);
    expect(lines(stopped.said, "not done: ")).toEqual([expect.stringContaining(step)]);
    expect(stopped.said).toContain("→ GITHUB_TOKEN must be");
    const done = lines(stopped.said, "done: ");
    const { actions_variables: _variables, ...enough } = EVERYTHING;
    const again = await setup(tokenFor(enough));
    expect(again.code, again.said).toBe(0);
    expect([...done, ...lines(again.said, "done: ")]).toEqual(ON_SHOP);
  });

  test("and that cannot look at environments changes nothing", async () => {
    const { actions: _, ...blind } = EVERYTHING;
    const ran = await setup(tokenFor(blind));
    expect(ran.code).toBe(1);
    expect(ran.said).toContain("Give GITHUB_TOKEN the permission Actions: read.");
    expect(writes()).toEqual([]);
  });

  test("of somebody who may only write is refused at the first thing that only an administrator may", async () => {
    const ran = await setup(tokenFor(EVERYTHING, "writer"));
    expect(ran.code).toBe(1);
    expect(lines(ran.said, "not done: ")).toEqual(["let only administrators change sentinel (a ruleset)"]);
    expect(world.github.state.rulesets(shop)).toEqual([]);
  });

  test.each<[string, () => [string, string, Record<string, string>], string]>([
    ["that is wrong", () => ["ghu_wrong", "acme/shop", {}], "GitHub does not take GITHUB_TOKEN"],
    ["for a repository that is not there", () => [tokenFor(EVERYTHING), "acme/none", {}], "Correct OWNER/NAME"],
    [
      "sent to something that is no GitHub",
      () => ["x", "acme/shop", { GITHUB_API_URL: world.github.url }],
      "GITHUB_API_URL",
    ],
  ])("%s is one sentence with its cure, for setup and for doctor", async (_, given, cure) => {
    const [token, repo, more] = given();
    const env = { GITHUB_TOKEN: token, ...more };
    const ran = await sentinel(["setup", "github", "--repo", repo, "--yes"], env);
    expect(ran.code).toBe(1);
    expect(ran.said).toContain(cure);
    expect(ran.said).not.toContain("    at ");
    const { wrong, checks } = await doctor(token, more, repo);
    expect(wrong.filter((id) => id.startsWith("github"))).toEqual(["github-repository"]);
    expect(checks.get("github-repository")?.cure).toContain(cure);
  });
});

test("a default branch that takes changes only by pull request is left alone, and the way is named", async () => {
  const token = tokenFor(EVERYTHING);
  await octokit(world, token).request("POST /repos/{owner}/{repo}/rulesets", {
    owner: "acme",
    repo: "shop",
    name: "reviews",
    enforcement: "active",
    conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
    rules: [
      {
        type: "pull_request",
        parameters: {
          dismiss_stale_reviews_on_push: false,
          require_code_owner_review: false,
          require_last_push_approval: false,
          required_approving_review_count: 1,
          required_review_thread_resolution: false,
        },
      },
    ],
  });
  const ran = await setup(token);
  expect(ran.code).toBe(1);
  expect(ran.said).toContain("Changes must be made through a pull request");
  expect(ran.said).toContain("make one that adds examples/sentinel-workflow.yml");
});

describe("sentinel doctor, as a process, on the App", () => {
  const webhook = { url: "http://127.0.0.1:9/api/github/webhooks", secret: "a webhook's secret" };

  test("registered as create-app does it and installed, is right; not installed, it is named", async () => {
    const app = world.github.addApp({
      slug: "as-created",
      name: "As created",
      permissions: APP_PERMISSIONS,
      events: SUBSCRIBED,
      webhook,
    });
    const env = { APP_ID: String(app.id), PRIVATE_KEY: app.privateKey.replaceAll("\n", "\\n") };
    const token = tokenFor(EVERYTHING);
    const before = await doctor(token, env);
    expect(before.wrong.filter((id) => id.startsWith("app"))).toEqual(["app-installed"]);
    world.github.install("as-created", "acme", "all");
    const after = await doctor(token, env);
    expect(after.wrong.filter((id) => id.startsWith("app"))).toEqual([]);
    expect(after.checks.get("app-webhook-secret")?.state).toBe("right");
  });

  test("that could push, or hears nothing, is named", async () => {
    const app = world.github.addApp({
      slug: "greedy",
      name: "Greedy",
      permissions: { ...APP_PERMISSIONS, contents: "write" },
      events: [],
    });
    world.github.install("greedy", "acme", "all");
    const env = { APP_ID: String(app.id), PRIVATE_KEY: app.privateKey };
    const { wrong } = await doctor(tokenFor(EVERYTHING), env);
    expect(wrong.filter((id) => id.startsWith("app"))).toEqual(["app-cannot-push", "app-events", "app-webhook-secret"]);
  });

  test("with a key of another App is not taken", async () => {
    const [one, other] = ["one", "other"].map((slug) =>
      world.github.addApp({ slug, name: slug, permissions: APP_PERMISSIONS, events: [] }),
    );
    const env = { APP_ID: String(one?.id), PRIVATE_KEY: other?.privateKey ?? "" };
    expect((await doctor(tokenFor(EVERYTHING), env)).wrong).toContain("app-key");
  });
});

describe("settings and flags that are wrong, as a process", () => {
  const key = (type: "rsa" | "ed25519") =>
    (type === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync("ed25519")).privateKey
      .export({ type: "pkcs8", format: "pem" })
      .toString();

  test("a GitHub that does not answer is no verdict on the App's key, and is named by its setting", async () => {
    const env = { APP_ID: "1", PRIVATE_KEY: key("rsa"), GITHUB_API_URL: "http://127.0.0.1:1" };
    const { code, said } = await sentinel(["doctor", "--json"], env);
    expect(code).toBe(0);
    const found = (JSON.parse(said) as readonly Check[]).find(({ id }) => id === "app-key");
    expect(found).toMatchObject({ state: "unknown", cure: expect.stringContaining("GITHUB_API_URL") });
  });

  test("a key in base64 is a key, as the App takes it; one that GitHub cannot take is named", async () => {
    const app = world.github.addApp({ slug: "keyed", name: "Keyed", permissions: APP_PERMISSIONS, events: SUBSCRIBED });
    const coded = Buffer.from(app.privateKey).toString("base64");
    const { wrong } = await doctor(tokenFor(EVERYTHING), { APP_ID: String(app.id), PRIVATE_KEY: coded });
    expect(wrong).not.toContain("app-key");
    const { code, said } = await sentinel(["doctor"], { APP_ID: "1", PRIVATE_KEY: key("ed25519") });
    expect([code, said]).toEqual([2, expect.stringMatching(/^PRIVATE_KEY: is not an RSA private key/)]);
  });

  test.each([
    [["setup", "github", "--repo", "acme"], '--repo wants OWNER/NAME, not "acme"'],
    [["setup", "github", "--repo", "a/b/c"], '--repo wants OWNER/NAME, not "a/b/c"'],
    [["doctor", "--repo", "a/b/c"], '--repo wants OWNER/NAME, not "a/b/c"'],
    [["create-app", "--url", "sentinel.example.com"], "--url wants where the App will run, such as"],
    [["create-app", "--hands", "--domain", "https://acme.auth0.com"], "--domain wants the Auth0 tenant's domain alone"],
    [["create-app", "--url", "https://a.example", "--github", "ghe"], "--github wants a server such as"],
    [["create-app", "--nope"], "Unknown option '--nope'"],
  ])("%j names the flag and what it wants", async (args, words) => {
    const { code, said } = await sentinel(args, { GITHUB_TOKEN: "any" });
    expect([code, said]).toEqual([2, expect.stringContaining(words)]);
  });

  test.each([
    ["no address", { GITHUB_API_URL: "github" }, "GITHUB_API_URL: wants"],
    ["nobody at home", { GITHUB_API_URL: "http://127.0.0.1:1" }, "Look whether GITHUB_API_URL is right"],
    ["a token that is not taken", {}, "GitHub does not take GITHUB_TOKEN"],
  ])("who reads an incident is told the setting: %s", async (_, env, words) => {
    const { code, said } = await sentinel(["verify", "acme/shop#1"], { GITHUB_TOKEN: "ghp_wrong", ...env });
    expect([code, said]).toEqual([2, expect.stringContaining(words)]);
  });

  test.each(["watch", "verify", "create-app", "doctor", "setup", "connect", "policy", "bundle", "export"])(
    "%s --help helps and ends well",
    async (command) => {
      const { code, said } = await sentinel([command, "--help"], {});
      expect([code, said]).toEqual([0, expect.stringMatching(/^usage: sentinel /)]);
    },
  );
});

test("variables that the organisation shares count, however many there are", async () => {
  const token = tokenFor(EVERYTHING);
  await prepare(token);
  const many = Array.from({ length: 45 }, (_, i) => [`A_${i}`, "x"]);
  world.github.setVariables(shop, Object.fromEntries([...many, ["SENTINEL_APP_ID", "7"]]));
  world.github.setOrganizationVariables("acme", Object.fromEntries(VARIABLES.slice(1).map((name) => [name, "x"])));
  expect((await doctor(token)).checks.get("github-variables")?.state).toBe("right");
});

test("a policy in the owner's repository .github counts where the repository has none", async () => {
  const token = tokenFor(EVERYTHING);
  expect((await doctor(token)).wrong).toContain("policy");
  const shared = await world.github.addRepository({
    owner: "acme",
    name: ".github",
    private: true,
    defaultBranch: "main",
  });
  const policy =
    "version: 1\nsignals:\n  - deployment: production\npeople:\n  - { github: lead, id: 1, auth0: auth0|lead, approves: [sev2] }\n";
  await world.github.commitFiles(shared, "main", { ".github/sentinel.yml": policy }, "Set the rules", "acme");
  expect((await doctor(token)).checks.get("policy")?.state).toBe("right");
});
