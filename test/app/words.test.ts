import { afterEach, describe, expect, test } from "vitest";
import { answersOf, atRest, holdsOf, openStage, type Stage, type StageOptions, until } from "./stage.ts";

/** What people read stays true while GitHub falters. */
let stage: Stage;
let bad: string;
afterEach(() => stage.close());

const DISPATCH = "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches";
const RERUN = "POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs";
const RELEASE = "DELETE /repos/{owner}/{repo}/rulesets/{ruleset_id}";
const REMEMBER = "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}";
const FOR_EVER = 1000;

async function breakShop(options: StageOptions = {}, before: () => void = () => {}): Promise<void> {
  stage = await openStage(options);
  before();
  bad = await stage.commit("Break the shop");
  stage.deploy(bad, "failure", "no page answers");
  await atRest(stage, 400);
}

function fail(operation: string, change: Partial<ReturnType<Stage["github"]["faults"]["of"]>>): void {
  Object.assign(stage.github.faults.of(operation), change);
}

async function asAdmin(method: string, path: string, body?: unknown): Promise<void> {
  const { owner, name } = stage.repo;
  const response = await fetch(`${stage.github.apiUrl}/repos/${owner}/${name}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${stage.github.userToken("admin", "console")}`,
      accept: "application/vnd.github+json",
      "content-type": "application/json",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.ok).toBe(true);
}

const page = () => stage.github.state.issues(stage.repo)[0]?.body ?? "";
const said = () => answersOf(stage);

/** Writes a comment and gives what Sentinel answered. */
async function say(login: string, body: string): Promise<string> {
  const before = said().length;
  stage.github.person.comment(stage.repo, 1, login, body);
  await until(() => said().length > before, "Sentinel answers");
  return said().at(-1) ?? "";
}

describe("the page", () => {
  test("says that the responder could not be started, while GitHub does not start it", async () => {
    await breakShop({}, () => fail(DISPATCH, { failBefore: FOR_EVER }));
    expect(page()).toContain("the responder could not be started");
    expect(page()).not.toContain("the analysis runs");
  });

  test("does not say that the analysis runs where nobody was started", async () => {
    await breakShop({ isProtected: false });
    expect(page()).toContain("Nobody was started");
    expect(page()).not.toContain("the analysis runs");
  });

  test("does not say that the analysis runs after its run has ended without a word", async () => {
    await breakShop({ responder: "exit 1" });
    expect(page()).not.toContain("the analysis runs");
    expect(page()).toContain("main is held; the responder ended without saying how.");
    expect(page()).toContain("/sentinel rollback");
  });

  test("says that the hold could not be released when all is green", async () => {
    await breakShop();
    fail(RELEASE, { failBefore: FOR_EVER, failStatus: 403 });
    stage.deploy(await stage.commit("Mend the shop"), "success");
    await atRest(stage);
    expect(holdsOf(stage)).toHaveLength(1);
    expect(page()).toContain("the hold could not be released");
  });

  test("says that it is over though GitHub did not take that at first", async () => {
    await breakShop();
    fail("PATCH /repos/{owner}/{repo}/issues/{issue_number}", { failBefore: 1 });
    await say("lead", "/sentinel release known and harmless");
    await until(() => stage.github.state.issues(stage.repo)[0]?.state === "closed", "the issue is closed");
    expect(page()).toContain("Released by lead");
  });

  test("does not say that nothing is held where somebody changed the hold, and offers to release it", async () => {
    await breakShop();
    const [hold] = stage.github.state.rulesets(stage.repo).filter(({ name }) => name.startsWith("sentinel hold"));
    await asAdmin("PUT", `/rulesets/${hold?.id}`, { rules: [{ type: "update" }, { type: "non_fast_forward" }] });
    await atRest(stage);
    expect(page()).toContain("it may hold less than it should");
    expect(page()).not.toContain("Nothing is held");
    expect(page()).toContain("/sentinel release");
  });

  test("says of an incident that is over that nothing was ever held", async () => {
    await breakShop({}, () => fail("POST /repos/{owner}/{repo}/rulesets", { failBefore: 1, failStatus: 403 }));
    stage.deploy(await stage.commit("Mend the shop"), "success");
    await until(() => stage.github.state.issues(stage.repo)[0]?.state === "closed", "the issue is closed");
    expect(page()).toContain("| Hold | none: GitHub refused the ruleset |");
  });
});

describe("an answer", () => {
  test("is given though somebody blanked the page", async () => {
    await breakShop();
    await asAdmin("PATCH", "/issues/1", { body: "nothing to see here" });
    await atRest(stage);
    expect(await say("lead", "/sentinel release known and harmless")).toContain("the branch is released");
  });

  test("to why on an incident that is over names nothing that would end it", async () => {
    await breakShop();
    await say("lead", "/sentinel release known and harmless");
    await atRest(stage);
    const answer = await say("reader", "/sentinel why");
    expect(answer).toContain("It is over.");
    expect(answer).not.toContain("Ends by itself");
  });

  test("says that a release is tried again, and not that the branch stays held", async () => {
    await breakShop();
    fail(RELEASE, { failAfter: 1 });
    const answer = await say("lead", "/sentinel release known and harmless");
    expect(answer).not.toContain("stays held");
    expect(answer).toContain("tries again");
  });

  test("says that the branch is released when only the closing could not be remembered", async () => {
    await breakShop();
    const remember = stage.github.faults.of(REMEMBER);
    stage.github.faults.of(REMEMBER).latencyMs = 300;
    stage.github.person.comment(stage.repo, 1, "lead", "/sentinel release known and harmless");
    await until(() => holdsOf(stage).length === 0, "it is being released", 30_000, 1);
    remember.failBefore = 1;
    await until(() => said().length > 0, "Sentinel answers");
    expect(said()[0]).toContain("the branch is released");
  });

  test("to retry says that it is tried again while GitHub does not take it", async () => {
    await breakShop({ responder: "exit 1" });
    fail(RERUN, { failBefore: FOR_EVER });
    const answer = await say("dev", "/sentinel retry");
    expect(answer).not.toContain("nothing to run again");
    expect(answer).toContain("tries again");
  });

  test("to rollback says that nobody is started where the responder is not protected any more", async () => {
    await breakShop({ responder: "exit 1" });
    const [guard] = stage.github.state.rulesets(stage.repo).filter(({ name }) => !name.startsWith("sentinel hold"));
    await asAdmin("DELETE", `/rulesets/${guard?.id}`);
    const answer = await say("dev", "/sentinel rollback");
    expect(answer).toContain("is not protected");
    expect(answer).not.toContain("at work");
  });

  test("to rollback by who said no does not say that the responder is at work", async () => {
    await breakShop({ responder: "exit 1" });
    await say("dev", "/sentinel deny");
    const answer = await say("dev", "/sentinel rollback restore");
    expect(answer).toContain("because you said no");
  });
});
