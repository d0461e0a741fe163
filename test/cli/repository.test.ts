import { describe, expect, test } from "vitest";
import type { EnvironmentFacts, RepositoryFacts } from "../../src/adapters/github-admin.ts";
import type { AppFacts } from "../../src/adapters/github-app-admin.ts";
import { checkApp, checkInstallation } from "../../src/cli/doctor/app.ts";
import { checkRepository, SECRET, VARIABLES } from "../../src/cli/doctor/repository.ts";
import { repositorySteps } from "../../src/cli/setup/repository-steps.ts";
import { APP_PERMISSIONS, SUBSCRIBED } from "../../src/incident/registration.ts";

const ENVIRONMENT: EnvironmentFacts = {
  isNamed: true,
  branches: [{ id: 1, name: "sentinel", type: "branch" }],
  waits: { wait_timer: 0, prevent_self_review: false, reviewers: [] },
};
const RIGHT: RepositoryFacts = {
  defaultBranch: "main",
  hasIssues: true,
  policy: "version: 1",
  workflowOnDefault: true,
  workflowOnResponder: true,
  responderExists: true,
  responderRules: ["update", "deletion", "non_fast_forward"],
  ownRuleset: 7,
  environments: { sentinel: ENVIRONMENT, "sentinel-analysis": ENVIRONMENT },
  secrets: [SECRET],
  variables: [...VARIABLES],
};
const APP: AppFacts = { slug: "sentinel", permissions: APP_PERMISSIONS, events: SUBSCRIBED, hasWebhookSecret: true };

function answering(change: Partial<EnvironmentFacts>): Partial<RepositoryFacts> {
  return { environments: { ...RIGHT.environments, sentinel: { ...ENVIRONMENT, ...change } } };
}

function wrongIn(change: Partial<RepositoryFacts>): readonly string[] {
  return checkRepository({ ...RIGHT, ...change }).flatMap(({ id, state }) =>
    state === "right" ? [] : [`${id} ${state}`],
  );
}

function stepsFor(change: Partial<RepositoryFacts>): readonly string[] {
  const nobody = async () => Promise.reject(new Error("a plan calls nobody"));
  return repositorySteps({ ...RIGHT, ...change }, nobody, { owner: "a", repo: "b" }).map(({ says }) => says);
}

describe("a repository", () => {
  test("that is set up has nothing wrong and nothing to do", () => {
    expect(wrongIn({})).toEqual([]);
    expect(stepsFor({})).toEqual([]);
  });

  test.each<[Partial<RepositoryFacts>, string]>([
    [{ hasIssues: false }, "github-issues wrong"],
    [{ workflowOnDefault: false }, "github-workflow-default wrong"],
    [{ workflowOnResponder: false }, "github-workflow-responder wrong"],
    [{ responderRules: [] }, "github-responder-protected wrong"],
    [{ responderRules: ["update"] }, "github-responder-protected wrong"],
    [answering({ isNamed: false, branches: [] }), "github-environment-branches wrong"],
    [answering({ branches: [] }), "github-environment-branches wrong"],
    [
      answering({ branches: [...ENVIRONMENT.branches, { id: 2, name: "main", type: "branch" }] }),
      "github-environment-branches wrong",
    ],
    [answering({ branches: [{ id: 1, name: "sentinel", type: "tag" }] }), "github-environment-branches wrong"],
    [answering({ waits: { ...ENVIRONMENT.waits, wait_timer: 30 } }), "github-environment-waits wrong"],
    [{ environments: { ...RIGHT.environments, "sentinel-analysis": "missing" } }, "github-environment-analysis wrong"],
    [{ responderRules: null }, "github-responder-protected unknown"],
    [{ secrets: [] }, "github-environment-secret wrong"],
    [{ variables: [] }, "github-variables wrong"],
    [{ secrets: null }, "github-environment-secret unknown"],
  ])("with %j is named, with a cure", (change, expected) => {
    expect(wrongIn(change)).toEqual([expected]);
    expect(checkRepository({ ...RIGHT, ...change }).find(({ state }) => state !== "right")?.cure).toBeTruthy();
  });

  test("that is bare gets everything, in an order in which each step can work", () => {
    const bare = {
      workflowOnDefault: false,
      workflowOnResponder: false,
      responderExists: false,
      responderRules: [],
      ownRuleset: "missing",
      environments: { sentinel: "missing", "sentinel-analysis": "missing" },
    } as const;
    expect(stepsFor(bare).map((says) => says.split(" ").slice(0, 3).join(" "))).toEqual([
      "add .github/workflows/sentinel.yml to",
      "create the branch",
      "let only administrators",
      "make the environment",
      "make the environment",
    ]);
  });
});

test.each([
  ["unauthorized", "GITHUB_TOKEN"],
  ["not-found", "OWNER/NAME"],
  ["unavailable", "GITHUB_API_URL"],
  ["refused", "GITHUB_API_URL"],
] as const)("a repository that cannot be seen at all (%s) is one finding, and its cure names %s", (code, setting) => {
  const found = checkRepository({ kind: "unseen", code, says: "it answered" });
  expect(found).toMatchObject([{ id: "github-repository", state: "wrong", cure: expect.stringContaining(setting) }]);
});

describe("an App", () => {
  const wrong = (app: Parameters<typeof checkApp>[0]) =>
    checkApp(app).flatMap(({ id, state }) => (state === "wrong" ? [id] : []));

  test("as the manifest makes it is right", () => {
    expect(wrong(APP)).toEqual([]);
  });

  test("that lacks a permission or an event, can push, has no secret or is unknown, is named", () => {
    expect(wrong({ ...APP, permissions: { ...APP_PERMISSIONS, administration: "read" } })).toEqual(["app-permissions"]);
    expect(wrong({ ...APP, permissions: { ...APP_PERMISSIONS, contents: "write" } })).toEqual(["app-cannot-push"]);
    expect(wrong({ ...APP, events: [] })).toEqual(["app-events"]);
    expect(wrong({ ...APP, hasWebhookSecret: false })).toEqual(["app-webhook-secret"]);
    expect(wrong({ kind: "unseen", code: "unauthorized", says: "it answered" })).toEqual(["app-key"]);
  });

  test.each([
    [{ permissions: APP_PERMISSIONS, isSuspended: false }, "right"],
    [{ permissions: { ...APP_PERMISSIONS, issues: "read" }, isSuspended: false }, "wrong"],
    [{ permissions: APP_PERMISSIONS, isSuspended: true }, "wrong"],
    ["missing", "wrong"],
    [null, "unknown"],
  ] as const)("as installed with %j is %s", (facts, state) => {
    expect(checkInstallation(facts)).toMatchObject({ id: "app-installed", state });
  });
});
