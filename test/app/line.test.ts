import { afterEach, describe, expect, test } from "vitest";
import { createJournal } from "../../drill/journal.ts";
import { startSlack } from "../../drill/slack/slack.ts";
import { decodeMemory, type Memory } from "../../src/incident/memory.ts";
import { encodeReport } from "../../src/incident/report.ts";
import { PRIVATE_KEY, startSampleTenant } from "../standins/sample-tenant.ts";
import { CI, finish } from "./finished.ts";
import { atRest, foreignRulesets, holdsOf, openStage, policyOf, type Stage } from "./stage.ts";

let stage: Stage;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await stage.close();
  for (const close of closers.splice(0)) await close();
});

function memoryOn(sha: string): Memory | null {
  const [check] = stage.github.state.checkRuns(stage.repo, sha).filter((run) => run.name === "Sentinel");
  return decodeMemory((check?.output as { text?: string } | undefined)?.text ?? null);
}

function issue(number: number) {
  return stage.github.state.issues(stage.repo).find((one) => one.number === number);
}

const ourRuleset = () => stage.github.state.rulesets(stage.repo).find(({ name }) => name.startsWith("sentinel hold "));

const calls = (method: string, path: RegExp) =>
  stage.calls.filter((call) => call.method === method && path.test(call.path));

describe("a failing deployment of the branch's head", () => {
  test("holds the branch, opens one incident, remembers it and starts the responder", async () => {
    stage = await openStage();
    const bad = await stage.commit("Break the shop");
    stage.deploy(bad, "failure", "no page answers");
    await atRest(stage);

    expect(holdsOf(stage)).toEqual([`sentinel hold main @${bad.slice(0, 12)} #1`]);
    expect(ourRuleset()?.source).toMatchObject({
      enforcement: "active",
      bypass_actors: [{ actor_id: 700, actor_type: "User", bypass_mode: "always" }],
      rules: [{ type: "update" }, { type: "deletion" }, { type: "non_fast_forward" }],
    });
    expect(issue(1)).toMatchObject({ state: "open", labels: ["sentinel:incident", "sev2"] });
    expect(memoryOn(bad)).toMatchObject({
      incident: 1,
      lastGood: stage.good,
      state: "open",
      source: "deployment:production",
    });
    expect(memoryOn(bad)?.run?.id).toBe(stage.github.state.runs(stage.repo)[0]?.id);
  });

  test("writes only with tokens of one permission, and ends each of them", async () => {
    stage = await openStage();
    stage.deploy(await stage.commit("Break the shop"), "failure");
    await atRest(stage);
    const writers = new Set(stage.calls.map((call) => call.actor).filter((actor) => actor.includes(":write")));
    expect([...writers].map((actor) => actor.replace(/.*\[(.*)\]/, "$1")).toSorted()).toEqual([
      "actions:write",
      "administration:write",
      "checks:write",
      "issues:write",
    ]);
    const minted = calls("POST", /access_tokens$/).length;
    const ended = calls("DELETE", /\/installation\/token$/).length;
    // All but the one reader.
    expect(ended).toBe(minted - 1);
  });

  test("is released by a green deployment of another head, and the incident closed", async () => {
    stage = await openStage();
    const bad = await stage.commit("Break the shop");
    stage.deploy(bad, "failure");
    await atRest(stage);
    const better = await stage.commit("Repair the shop");
    stage.deploy(better, "in_progress");
    await atRest(stage);
    expect(holdsOf(stage)).toHaveLength(1);
    stage.deploy(better, "success");
    await atRest(stage);
    expect(holdsOf(stage)).toEqual([]);
    expect(issue(1)?.state).toBe("closed");
    expect(memoryOn(bad)).toMatchObject({ state: "closed", released: { head: better } });
  });

  test("leaves every foreign ruleset as it was, to the byte", async () => {
    stage = await openStage();
    const before = foreignRulesets(stage);
    stage.deploy(await stage.commit("Break the shop"), "failure");
    await atRest(stage);
    expect(foreignRulesets(stage)).toBe(before);
    stage.deploy(await stage.commit("Repair the shop"), "success");
    await atRest(stage);
    expect(foreignRulesets(stage)).toBe(before);
    expect(holdsOf(stage)).toEqual([]);
  });

  test("starts nobody where anyone could have changed the responder, and calls people", async () => {
    stage = await openStage({ isProtected: false });
    stage.deploy(await stage.commit("Break the shop"), "failure");
    await atRest(stage);
    expect(holdsOf(stage)).toHaveLength(1);
    expect(stage.github.state.runs(stage.repo)).toEqual([]);
    expect(
      issue(1)
        ?.comments.map(({ body }) => body)
        .join(),
    ).toContain("@lead");
    expect(issue(1)?.body).toContain("Nobody was started");
  });

  test("is not released by a green deployment of the bad head itself", async () => {
    stage = await openStage();
    const bad = await stage.commit("Break the shop");
    stage.deploy(bad, "failure");
    await atRest(stage);
    stage.deploy(bad, "success");
    await atRest(stage);
    expect(holdsOf(stage)).toHaveLength(1);
  });

  test("a hold that somebody removes is reported and not put back", async () => {
    stage = await openStage();
    const bad = await stage.commit("Break the shop");
    stage.deploy(bad, "failure");
    await atRest(stage);
    stage.github.person.deleteRuleset(stage.repo, ourRuleset()?.id ?? 0, "admin");
    await atRest(stage);
    expect(holdsOf(stage)).toEqual([]);
    expect(memoryOn(bad)?.hold?.state).toBe("gone");
    expect(issue(1)?.body).toContain("The hold was removed or renamed, by no order given here");
    stage.deploy(bad, "failure");
    await atRest(stage);
    expect(holdsOf(stage)).toEqual([]);
  });
});

test("a failing check of the policy holds, and its success on a new head releases", async () => {
  stage = await openStage({ policy: policyOf({ signals: [{ check: "test", severity: "sev3" }] }), deployed: false });
  finish(stage, stage.good, "success");
  await atRest(stage);
  const bad = await stage.commit("Break the shop");
  finish(stage, bad, "failure");
  await atRest(stage);
  expect(holdsOf(stage)).toHaveLength(1);
  expect(memoryOn(bad)).toMatchObject({ source: "check:test", lastGood: stage.good, severity: "sev3" });
  finish(stage, await stage.commit("Repair the shop"), "success");
  await atRest(stage);
  expect(holdsOf(stage)).toEqual([]);
  expect(issue(1)?.state).toBe("closed");
});

test("a check that is to be confirmed has its job run once more before it may hold", async () => {
  stage = await openStage({ policy: policyOf({ signals: [{ check: "test", confirm: "rerun" }] }), deployed: false });
  finish(stage, stage.good, "success");
  await atRest(stage);
  const text = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: exit 1\n";
  finish(stage, await stage.commit("Break the shop, perhaps"), "failure", { ...CI, text });
  await atRest(stage);
  expect(holdsOf(stage)).toHaveLength(1);
  const ours = calls("POST", /\/(rerun-failed-jobs|rulesets)$/).filter(({ actor }) =>
    actor.startsWith("installation:"),
  );
  const order = ours.map(({ path }) => path.split("/").at(-1));
  expect(order).toEqual(["rerun-failed-jobs", "rulesets"]);
});

test("a failing run of the policy's workflow holds, and its success on a new head releases", async () => {
  const path = ".github/workflows/deploy.yml";
  stage = await openStage({
    policy: null,
    organisationPolicy: policyOf({ signals: [{ workflow: path }] }),
    deployed: false,
  });
  const deploy = { path, name: "Deploy", job: "deploy" };
  finish(stage, stage.good, "success", deploy);
  const bad = await stage.commit("Break the shop");
  finish(stage, bad, "failure", deploy);
  await atRest(stage);
  expect(holdsOf(stage)).toHaveLength(1);
  expect(memoryOn(bad)).toMatchObject({ source: `workflow:${path}`, lastGood: stage.good });
  finish(stage, await stage.commit("Repair the shop"), "success", deploy);
  await atRest(stage);
  expect(holdsOf(stage)).toEqual([]);
});

/** A job that says it asked the lead at this time, and was told no. */
function denied(at: string): string {
  const report = encodeReport("Asked and denied.", {
    phase: "respond",
    incident: 1,
    attempt: 1,
    outcome: "denied",
    reason: "denied-by-approver",
    said: "The approver said no.",
    plan: null,
    asks: [{ at, approver: "lead", approverId: 700, digest: "d".repeat(64), answer: "denied" }],
    approver: null,
    revertSha: null,
    tokenThumbprint: null,
  });
  const message = report.replaceAll("%", "%25").replaceAll("\n", "%0A");
  return `echo '::notice title=sentinel-report::${message}'; exit 1`;
}

test("the job that reads hostile bytes is not believed when it speaks of who was asked and what they said", async () => {
  stage = await openStage({ responder: denied(new Date().toISOString()), responderJob: "analyse" });
  const bad = await stage.commit("Break the shop");
  stage.deploy(bad, "failure");
  await atRest(stage, 600);
  expect(memoryOn(bad)).toMatchObject({ denied: null, asks: [] });
});

/** What anybody with write access can do to an issue. */
async function blank(number: number): Promise<void> {
  const { github, repo } = stage;
  const response = await fetch(`${github.apiUrl}/repos/${repo.owner}/${repo.name}/issues/${number}`, {
    method: "PATCH",
    headers: {
      authorization: `Bearer ${github.userToken("dev", "console")}`,
      accept: "application/vnd.github+json",
      "content-type": "application/json",
    },
    body: JSON.stringify({ body: "nothing to see", labels: [] }),
  });
  expect(response.status).toBe(200);
}

test.each([
  "and the next incident knows whom it asked",
  "and the next incident knows whom it asked though somebody blanked the issue",
])("what the responder reports is remembered and shown, a no keeps the branch held, %s", async (name) => {
  const at = new Date().toISOString();
  stage = await openStage({ responder: denied(at) });
  const bad = await stage.commit("Break the shop");
  stage.deploy(bad, "failure");
  await atRest(stage, 600);
  expect(memoryOn(bad)).toMatchObject({ denied: { by: "lead" }, asks: [{ approver: "lead", answer: "denied" }] });
  expect(issue(1)?.body).toContain("said no");
  expect(holdsOf(stage)).toHaveLength(1);

  stage.deploy(await stage.commit("Repair the shop"), "success");
  await atRest(stage, 600);
  expect(issue(1)?.state).toBe("closed");
  if (name.endsWith("blanked the issue")) await blank(1);
  const again = await stage.commit("Break the shop once more");
  stage.deploy(again, "failure");
  await atRest(stage, 600);
  expect(memoryOn(again)).toMatchObject({ asks: [], earlierAsks: [{ at, approverId: 700 }] });
});

describe("Slack", () => {
  const slackEnv = (domain: string, apiUrl: string) => ({
    AUTH0_DOMAIN: domain,
    AUTH0_WORKER_CLIENT_ID: "worker",
    AUTH0_PRIVATE_KEY: PRIVATE_KEY,
    SLACK_AUTH0_USER: "auth0|speaker",
    SLACK_API_URL: apiUrl,
  });
  const policy = policyOf({ slack: { channel: "C0INCIDENTS" } });

  test("is told once by a token from the vault, and the message is edited in place", async () => {
    const slack = await startSlack({ journal: createJournal() });
    const { auth0 } = await startSampleTenant({
      users: [
        {
          id: "auth0|speaker",
          name: "Sentinel",
          permissions: [],
          enrolled: "none",
          connected: { "sign-in-with-slack": () => slack.issueToken() },
        },
      ],
    });
    closers.push(
      () => slack.close(),
      () => auth0.close(),
    );
    stage = await openStage({ policy, env: slackEnv(auth0.domain, slack.apiUrl) });
    stage.deploy(await stage.commit("Break the shop"), "failure");
    await atRest(stage, 600);
    const inChannel = () => slack.messages.filter(({ threadTs }) => threadTs === null);
    expect(inChannel()).toHaveLength(1);
    expect(inChannel()[0]?.text).toContain("main is held");
    stage.deploy(await stage.commit("Repair the shop"), "success");
    await atRest(stage, 600);
    expect(inChannel()).toHaveLength(1);
    expect(inChannel()[0]?.edits).toBeGreaterThan(0);
  });

  test("being down stops nothing, and is noted as missed", async () => {
    stage = await openStage({ policy, env: slackEnv("localhost:9", "http://127.0.0.1:9/api/") });
    const bad = await stage.commit("Break the shop");
    stage.deploy(bad, "failure");
    await atRest(stage, 600);
    expect(holdsOf(stage)).toHaveLength(1);
    expect(stage.github.state.runs(stage.repo)).toHaveLength(1);
    expect(memoryOn(bad)?.timeline.map(({ text }) => text)).toContain("Not done yet: Slack could not be told.");
  });
});
