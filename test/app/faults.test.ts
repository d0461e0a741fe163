import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type InProcess, startInProcess } from "./in-process.ts";
import { atRest, holdsOf, openStage, type Stage, until } from "./stage.ts";

/** GitHub falters once at every operation that the line writes with; the next look must leave the same world. */
let stage: Stage;
let app: InProcess;
beforeEach(async () => {
  stage = await openStage({ start: false });
  app = await startInProcess(stage.env);
  await until(
    () =>
      fetch(`${app.url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      ),
    "the App is ready",
  );
});
afterEach(async () => {
  await app.close();
  await stage.close();
});

const WRITES = [
  "POST /app/installations/{installation_id}/access_tokens",
  "POST /repos/{owner}/{repo}/rulesets",
  "PUT /repos/{owner}/{repo}/rulesets/{ruleset_id}",
  "POST /repos/{owner}/{repo}/issues",
  "PATCH /repos/{owner}/{repo}/issues/{issue_number}",
  "POST /repos/{owner}/{repo}/check-runs",
  "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
  "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches",
] as const;
const READS = [
  "GET /repos/{owner}/{repo}/git/ref/{ref}",
  "GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses",
  "GET /repos/{owner}/{repo}/rulesets",
] as const;

function world() {
  const { github, repo } = stage;
  return {
    holds: holdsOf(stage).length,
    open: github.state
      .issues(repo)
      .filter(({ state, labels }) => state === "open" && labels.includes("sentinel:incident")).length,
    runs: github.state.runs(repo).length,
  };
}
const WHOLE = { holds: 1, open: 1, runs: 1 };

async function breakIt(): Promise<string> {
  const bad = await stage.commit("Break the shop");
  stage.deploy(bad, "failure");
  await atRest(stage, 150, app.url);
  return bad;
}

async function failAgain(bad: string): Promise<void> {
  stage.deploy(bad, "failure", "said once more");
  await atRest(stage, 150, app.url);
}

describe.each(WRITES)("%s", (operation) => {
  test.each(["failBefore", "failAfter", "loseAnswer"] as const)(
    "%s once leaves the same world after the next look",
    async (fault) => {
      stage.github.faults.of(operation)[fault] = 1;
      const bad = await breakIt();
      if (JSON.stringify(world()) !== JSON.stringify(WHOLE)) await failAgain(bad);
      expect(world()).toEqual(WHOLE);
      expect(holdsOf(stage)[0]).toMatch(/ #1$/);
    },
  );
});

describe.each(READS)("%s", (operation) => {
  test.each(["failBefore", "malform", "secondaryLimit"] as const)(
    "%s once does not keep the branch from being held",
    async (fault) => {
      const faults = stage.github.faults.of(operation);
      faults.retryAfterSeconds = 1;
      faults[fault] = 1;
      const bad = await breakIt();
      if (holdsOf(stage).length === 0) await failAgain(bad);
      expect(world()).toEqual(WHOLE);
    },
  );
});

test("while GitHub's issues are down the branch is held all the same, and has its incident when they are back", async () => {
  const down = ["GET /repos/{owner}/{repo}/issues", "POST /repos/{owner}/{repo}/issues"].map((operation) =>
    stage.github.faults.of(operation),
  );
  for (const faults of down) faults.failBefore = 1000;
  const bad = await breakIt();
  expect(world()).toEqual({ holds: 1, open: 0, runs: 0 });
  for (const faults of down) faults.failBefore = 0;
  await failAgain(bad);
  expect(world()).toEqual(WHOLE);
});

test("where the repository's plan has no rulesets an incident says that nothing is held", async () => {
  const refused = ["GET /repos/{owner}/{repo}/rulesets", "POST /repos/{owner}/{repo}/rulesets"].map((operation) =>
    stage.github.faults.of(operation),
  );
  for (const faults of refused) Object.assign(faults, { failStatus: 403, failBefore: 1000 });
  await breakIt();
  for (const faults of refused) faults.failBefore = 0;
  expect(world()).toEqual({ holds: 0, open: 1, runs: 0 });
  expect(stage.github.state.issues(stage.repo)[0]?.body).toContain("Nothing is held");
});
