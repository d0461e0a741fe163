import { describe, expect, test } from "vitest";
import type { AppFacts, RepositoryFacts } from "../../src/adapters/github-admin.ts";
import {
  APP_EVENTS,
  APP_PERMISSIONS,
  checkApp,
  checkRepository,
  SECRET,
  VARIABLES,
} from "../../src/cli/doctor/repository.ts";
import { manifests, repositorySteps } from "../../src/cli/setup/repository.ts";

const RIGHT: RepositoryFacts = {
  defaultBranch: "main",
  policy: "version: 1",
  workflowOnDefault: true,
  workflowOnResponder: true,
  responderExists: true,
  responderRules: ["update", "deletion", "non_fast_forward"],
  environment: { branches: ["sentinel"] },
  secrets: [SECRET],
  variables: [...VARIABLES],
};
const APP: AppFacts = { slug: "sentinel", permissions: APP_PERMISSIONS, events: APP_EVENTS, hasWebhookSecret: true };

function wrongIn(change: Partial<RepositoryFacts>): readonly string[] {
  return checkRepository({ ...RIGHT, ...change }).flatMap(({ id, state }) =>
    state === "right" ? [] : [`${id} ${state}`],
  );
}

function stepsFor(change: Partial<RepositoryFacts>): readonly string[] {
  const nobody = async () => Promise.reject(new Error("a plan calls nobody"));
  return repositorySteps({ ...RIGHT, ...change }, "main", nobody, { owner: "a", repo: "b" }).map(({ says }) => says);
}

describe("a repository", () => {
  test("that is set up has nothing wrong and nothing to do", () => {
    expect(wrongIn({})).toEqual([]);
    expect(stepsFor({})).toEqual([]);
  });

  test.each<[Partial<RepositoryFacts>, string]>([
    [{ workflowOnDefault: false }, "github-workflow-default wrong"],
    [{ workflowOnResponder: false }, "github-workflow-responder wrong"],
    [{ responderRules: [] }, "github-responder-protected wrong"],
    [{ environment: { branches: [] } }, "github-environment-branches wrong"],
    [{ environment: { branches: ["sentinel", "main"] } }, "github-environment-branches wrong"],
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
      environment: "missing",
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

describe("an App", () => {
  const wrong = (app: AppFacts | null) => checkApp(app).flatMap(({ id, state }) => (state === "wrong" ? [id] : []));

  test("as the manifest makes it is right", () => {
    expect(wrong(APP)).toEqual([]);
    expect(JSON.parse(manifests()).app.default_permissions).toEqual(APP_PERMISSIONS);
  });

  test("that lacks a permission or an event, can push, has no secret or is unknown, is named", () => {
    expect(wrong({ ...APP, permissions: { ...APP_PERMISSIONS, administration: "read" } })).toEqual(["app-permissions"]);
    expect(wrong({ ...APP, permissions: { ...APP_PERMISSIONS, contents: "write" } })).toEqual(["app-cannot-push"]);
    expect(wrong({ ...APP, events: [] })).toEqual(["app-events"]);
    expect(wrong({ ...APP, hasWebhookSecret: false })).toEqual(["app-webhook-secret"]);
    expect(wrong(null)).toEqual(["app-key"]);
  });
});
