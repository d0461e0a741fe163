import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AT, type GitHubWorld, githubWorld, octokit, refusal } from "./github-world.ts";

let world: GitHubWorld;
let admin: ReturnType<typeof octokit>;
beforeEach(async () => {
  world = await githubWorld();
  const permissions = { actions: "write", administration: "write", contents: "write", environments: "read" } as const;
  world.github.addApp({ slug: "console", name: "Console", permissions, events: [] });
  world.github.install("console", "acme", "all");
  admin = octokit(world, world.github.userToken("acme", "console"));
});
afterEach(() => world.close());

const HERE = { ...AT, environment_name: "canary" };
const NAMED = { protected_branches: false, custom_branch_policies: true };
const PROTECTED = { protected_branches: true, custom_branch_policies: false };

const put = (more: object = {}) => admin.rest.repos.createOrUpdateEnvironment({ ...HERE, ...more });
const letIn = (name: string) => admin.rest.repos.createDeploymentBranchPolicy({ ...HERE, name });

describe("an environment", () => {
  test("is open to every branch until branches are named, and then to none but those", async () => {
    expect((await put()).data.deployment_branch_policy).toBeNull();
    expect(await refusal(letIn("main"))).toMatchObject({ status: 404 });
    expect((await put({ deployment_branch_policy: NAMED })).data.deployment_branch_policy).toEqual(NAMED);
    await letIn("release/*");
    const { data } = await admin.rest.repos.listDeploymentBranchPolicies(HERE);
    expect(data.branch_policies.map(({ name }) => name)).toEqual(["release/*"]);
  });

  test("does not take the same name twice", async () => {
    await put({ deployment_branch_policy: NAMED });
    await letIn("main");
    expect(String((await letIn("main")).status)).toBe("303");
    expect(world.github.state.environments(world.repo)).toMatchObject([{ branches: ["main"] }]);
  });

  test("loses what is not said again", async () => {
    await put({ wait_timer: 5, reviewers: [{ type: "User", id: world.users.lead }], deployment_branch_policy: NAMED });
    await letIn("main");
    await put({ deployment_branch_policy: PROTECTED });
    expect(world.github.state.environments(world.repo)).toEqual([
      { name: "canary", lets: "protected", branches: [], waitTimer: 0, reviewers: [] },
    ]);
  });

  test("has one name, in whatever case", async () => {
    await put();
    await admin.rest.repos.createOrUpdateEnvironment({ ...HERE, environment_name: "CANARY", wait_timer: 3 });
    expect(world.github.state.environments(world.repo)).toMatchObject([{ name: "canary", waitTimer: 3 }]);
  });

  test.each([
    ["both kinds of branches at once", { deployment_branch_policy: { ...NAMED, protected_branches: true } }],
    ["neither kind", { deployment_branch_policy: { ...NAMED, custom_branch_policies: false } }],
    ["a wait of more than thirty days", { wait_timer: 43_201 }],
    ["a reviewer who is nobody", { reviewers: [{ type: "User", id: 424_242 }] }],
  ])("refuses %s and stays as it was", async (_, wrong) => {
    await put({ wait_timer: 7 });
    expect(await refusal(put(wrong))).toMatchObject({ status: 422 });
    expect(world.github.state.environments(world.repo)).toMatchObject([{ waitTimer: 7, lets: "all" }]);
  });

  test("is made by administrators alone, and needs the permission too", async () => {
    const writer = octokit(world, world.github.userToken("writer", "console"));
    expect(await refusal(writer.rest.repos.createOrUpdateEnvironment(HERE))).toMatchObject({ status: 403 });
    const hands = octokit(world, world.github.userToken("acme", "hands"));
    expect(await refusal(hands.rest.repos.createOrUpdateEnvironment(HERE))).toMatchObject({ status: 403 });
    expect(await refusal(hands.rest.actions.listEnvironmentSecrets(HERE))).toMatchObject({ status: 403 });
    expect(world.github.state.environments(world.repo)).toEqual([]);
  });

  test("that is not there has no secrets to list", async () => {
    expect(await refusal(admin.rest.actions.listEnvironmentSecrets(HERE))).toMatchObject({ status: 404 });
  });

  test("with a team to review is more than the stand-in can play", async () => {
    expect(await refusal(put({ reviewers: [{ type: "Team", id: 1 }] }))).toMatchObject({ status: 501 });
    world.github.forgetProblems();
  });
});

describe("a job that names an environment", () => {
  const WORKFLOW = `on: { workflow_dispatch: {} }
permissions: {}
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: { name: canary, deployment: false }
    steps: [{ run: "echo the key has \${#KEY} characters", env: { KEY: "\${{ secrets.KEY }}" } }]
`;

  async function logOn(branch: string): Promise<string> {
    const { github, repo } = world;
    await github.commitFiles(repo, branch, { ".github/workflows/deploy.yml": WORKFLOW }, "Deploy", "acme");
    await github.commitFiles(repo, "main", { ".github/workflows/deploy.yml": WORKFLOW }, "Deploy", "acme");
    await admin.rest.actions.createWorkflowDispatch({ ...AT, workflow_id: "deploy.yml", ref: branch });
    await github.idle();
    return github.state.runs(repo)[0]?.jobs[0]?.log ?? "";
  }

  test.each([
    ["main", "the key has 6 characters"],
    ["release/2", "the key has 6 characters"],
    ["release/2/hot", "is not allowed to deploy to canary"],
    ["topic", "is not allowed to deploy to canary"],
  ])("on %s sees: %s", async (branch, expected) => {
    await put({ deployment_branch_policy: NAMED });
    await letIn("main");
    await letIn("release/*");
    world.github.person.setSecret(world.repo, "canary", "KEY", "hidden");
    expect(await logOn(branch)).toContain(expected);
  });

  test("is let in from any branch where only protected ones may but none is: GitHub's own trap", async () => {
    await put({ deployment_branch_policy: PROTECTED });
    world.github.person.setSecret(world.repo, "canary", "KEY", "hidden");
    expect(await logOn("topic")).toContain("the key has 6 characters");
  });

  test("that would wait for somebody fails loudly, since the stand-in cannot wait", async () => {
    await put({ wait_timer: 1 });
    await expect(logOn("topic")).rejects.toThrow("cannot hold a job for reviewers or a wait timer");
  });
});

test("an empty repository has no git database, but a first file can be written", async () => {
  const empty = await world.github.addRepository({
    owner: "acme",
    name: "empty",
    private: true,
    defaultBranch: "main",
  });
  const at = { owner: "acme", repo: "empty" };
  expect(await refusal(admin.rest.git.getRef({ ...at, ref: "heads/main" }))).toMatchObject({
    status: 409,
    message: expect.stringContaining("Git Repository is empty."),
  });
  const sha = "0".repeat(40);
  expect(await refusal(admin.rest.git.createRef({ ...at, ref: "refs/heads/x", sha }))).toMatchObject({ status: 409 });
  expect(await refusal(admin.rest.repos.getContent({ ...at, path: "a" }))).toMatchObject({ status: 404 });
  const file = { ...at, path: "a", message: "Begin", content: "YQ==" };
  const { data } = await admin.rest.repos.createOrUpdateFileContents(file);
  expect(await world.github.state.head(empty, "main")).toBe(data.commit.sha);
});
