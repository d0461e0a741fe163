import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createJournal } from "../../drill/journal.ts";
import { signature } from "../../drill/slack/callback.ts";
import { startSlack } from "../../drill/slack/slack.ts";
import type { Slack, SlackMessage } from "../../drill/slack/types.ts";
import { decodeMemory, type Memory } from "../../src/incident/memory.ts";
import { encodeReport } from "../../src/incident/report.ts";
import { PRIVATE_KEY, startSampleTenant } from "../standins/sample-tenant.ts";
import { APPROVER, atRest, holdsOf, openStage, PEOPLE, policyOf, type Stage, until } from "./stage.ts";

const person = (github: string, id: number, slack: string) => ({
  github,
  id,
  auth0: `auth0|${github}`,
  approves: ["sev1" as const, "sev2" as const, "sev3" as const],
  slack,
});
const policy = policyOf({
  slack: { channel: "C0INCIDENTS" },
  people: [
    person(APPROVER.login, APPROVER.id, "U0LEAD"),
    person("dev", PEOPLE.dev, "U0DEV"),
    person("reader", PEOPLE.reader, "U0READER"),
    // The login is somebody's, but the id says it is not theirs.
    person(APPROVER.login, PEOPLE.admin, "U0RENAMED"),
  ],
});
const ids = ["U0SENTINEL", "U0LEAD", "U0DEV", "U0READER", "U0RENAMED", "U0STRANGER"];
const users = ids.map((id) => ({ id, name: id.toLowerCase(), realName: id, email: `${id}@drill.example` }));
const SHOW = "sentinel_show_plan";
const ASK = "sentinel_ask_now";
const DENY = "sentinel_deny";
const RELEASE = "sentinel_release";

let stage: Stage;
let slack: Slack;
let bad: string;
const closers: (() => Promise<void>)[] = [];

/** The responder asks in vain, and when it is run again it waits. */
function responder(): string {
  const report = encodeReport("Asked in vain.", {
    phase: "respond",
    incident: 1,
    attempt: 1,
    outcome: "expired",
    reason: "approval-expired",
    said: "Nobody answered in time.",
    plan: {
      code: "ABCD-1234",
      digest: "d".repeat(64),
      kind: "restore-last-good",
      expectedHead: "b".repeat(40),
      resultingTree: "c".repeat(40),
      undoes: ["e".repeat(40)],
      risks: ["migration: <!channel> db/1.sql"],
    },
    asks: [],
    approver: null,
    revertSha: null,
    tokenThumbprint: null,
  });
  const message = report.replaceAll("%", "%25").replaceAll("\n", "%0A");
  const flag = join(tmpdir(), `sentinel-slack-${crypto.randomUUID()}`);
  return `if mkdir ${flag}; then echo '::notice title=sentinel-report::${message}'; exit 1; fi; rmdir ${flag}; exec sleep 60`;
}

beforeEach(async () => {
  slack = await startSlack({ journal: createJournal(), users });
  const connected = { "sign-in-with-slack": () => slack.issueToken() };
  const { auth0 } = await startSampleTenant({
    users: [{ id: "auth0|speaker", name: "Sentinel", permissions: [], enrolled: "none", connected }],
  });
  closers.push(slack.close, auth0.close);
  const env = {
    AUTH0_DOMAIN: auth0.domain,
    AUTH0_WORKER_CLIENT_ID: "worker",
    AUTH0_PRIVATE_KEY: PRIVATE_KEY,
    SLACK_AUTH0_USER: "auth0|speaker",
    SLACK_API_URL: slack.apiUrl,
    SLACK_SIGNING_SECRET: slack.signingSecret,
  };
  stage = await openStage({ policy, env, responder: responder() });
  bad = await stage.commit("Break the shop");
  stage.deploy(bad, "failure", "no page answers");
  await until(() => buttons().length === 4, "the message has its buttons");
  await atRest(stage, 150);
});
afterEach(async () => {
  await stage.close();
  for (const close of closers.splice(0)) await close();
});

const url = () => `${stage.app.url}/api/slack/interactions`;

function message(): SlackMessage | undefined {
  return slack.messages.find(({ threadTs }) => threadTs === null);
}

type Button = { readonly action_id: string; readonly value?: string; readonly url?: string };
function buttonsOf({ blocks }: SlackMessage): readonly string[] {
  const elements = (blocks as { type: string; elements?: Button[] }[]).flatMap((block) =>
    block.type === "actions" ? (block.elements ?? []) : [],
  );
  return elements.filter((one) => one.url === undefined).map((one) => one.action_id);
}
function buttons(): readonly string[] {
  const one = message();
  return one ? buttonsOf(one) : [];
}

function memory(): Memory | null {
  const [check] = stage.github.state.checkRuns(stage.repo, bad).filter((run) => run.name === "Sentinel");
  return decodeMemory((check?.output as { text?: string } | undefined)?.text ?? null);
}

const runs = () => stage.github.state.runs(stage.repo);

/** Presses a button that stands under the message now, and gives what the person was told. */
async function press(actionId: string, userId: string): Promise<string> {
  const before = slack.told.length;
  expect(await slack.press({ url: url(), ts: message()?.ts ?? "", actionId, userId })).toBe(200);
  await until(() => slack.told.length > before, "who clicked is answered");
  expect(slack.told.at(-1)?.userId).toBe(userId);
  return slack.told.at(-1)?.text ?? "";
}

/** What Slack would send, in our own hands: the answer goes to an address of its own. */
async function send(payload: object, { at = Date.now(), secret = slack.signingSecret } = {}): Promise<number> {
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const timestamp = String(Math.floor(at / 1000));
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    "x-slack-request-timestamp": timestamp,
    "x-slack-signature": signature(secret, timestamp, body),
  };
  return (await fetch(url(), { method: "POST", headers, body })).status;
}

function payloadOf(actionId: string, userId: string, change: object = {}) {
  const one = message();
  return {
    type: "block_actions",
    user: { id: userId },
    container: { type: "message", message_ts: one?.ts, channel_id: one?.channel },
    response_url: `${slack.apiUrl}elsewhere`,
    actions: [{ type: "button", action_id: actionId, value: `${memory()?.repoId}#1`, action_ts: "1795403533.5" }],
    ...change,
  };
}

/** Everything that a click could have changed. */
function effects(): string {
  const { state, denied, released, handled, stopped, timeline } = memory() ?? {};
  return JSON.stringify([holdsOf(stage), state, denied, released, handled, stopped, timeline, runs()]);
}

describe("a button on the Slack message", () => {
  test("shows the plan to who asks, and changes nothing", async () => {
    const before = effects();
    const words = await press(SHOW, "U0READER");
    expect(words).toContain("ABCD-1234");
    expect(words).toContain("eeeeeeeeeeee");
    expect(words).not.toContain("<!channel>");
    expect(effects()).toBe(before);
    expect(slack.messages.filter(({ text }) => text.includes("ABCD-1234"))).toEqual([]);
  });

  test("releases as the command does, and then no button is left", async () => {
    expect(await press(RELEASE, "U0LEAD")).toContain("the branch is released");
    expect(holdsOf(stage)).toEqual([]);
    expect(memory()).toMatchObject({ state: "closed", released: { by: "lead", reason: "from Slack" } });
    await until(() => buttons().length === 0, "the buttons are gone");
  });

  test("asks again, once however often the click arrives, and denies: the run ends and the hold stays", async () => {
    const click = payloadOf(ASK, "U0DEV");
    expect(await send(click)).toBe(200);
    await until(() => memory()?.run?.attempt === 2, "the responder runs again");
    await until(() => !buttons().includes(ASK), "nobody can ask while it runs");
    const standing = message();

    const denial = payloadOf(DENY, "U0LEAD");
    expect(await send(denial)).toBe(200);
    await until(() => runs()[0]?.status === "completed", "the responder is cancelled", 15_000);
    expect(runs()[0]?.conclusion).toBe("cancelled");
    await until(() => buttons().length === 0, "the buttons are gone");
    expect(memory()).toMatchObject({ state: "open", denied: { by: "lead" } });
    expect(holdsOf(stage)).toHaveLength(1);
    expect(standing && buttonsOf(standing)).toContain(DENY);

    // Sent again, pressed on a message that was not refreshed, and by the command: the one who said no asks nobody.
    expect(await send(click)).toBe(200);
    expect(await send(payloadOf(ASK, "U0LEAD"))).toBe(200);
    // Nor does a button that is gone lift a no, whoever's click it is.
    const value = `${memory()?.repoId}#1`;
    const dead = { actions: [{ action_id: ASK, value, action_ts: "1795403999.5" }] };
    expect(await send(payloadOf(ASK, "U0DEV", { ...dead, response_url: slack.responseUrl("U0DEV") }))).toBe(200);
    await until(() => slack.told.length > 0, "who clicked is answered");
    expect(slack.told.at(-1)?.text).toContain("can do nothing any more");
    stage.github.person.comment(stage.repo, 1, "lead", "/sentinel retry");
    const answers = () =>
      stage.github.state
        .issues(stage.repo)[0]
        ?.comments.map(({ body }) => body)
        .join("\n") ?? "";
    await until(() => answers().includes("somebody else may ask"), "the command is answered");
    expect(runs()[0]?.attempt).toBe(2);
    expect(memory()?.denied?.by).toBe("lead");

    stage.github.person.comment(stage.repo, 1, "dev", "/sentinel retry");
    await until(() => runs()[0]?.attempt === 3, "somebody else asks again");
    expect(memory()?.denied).toBeNull();
    await until(() => buttons().includes(DENY), "the buttons are back");
    // The old click is still signed within its five minutes, and is carried out no second time.
    expect(await send(denial)).toBe(200);
    expect(await press(SHOW, "U0DEV")).toContain("ABCD-1234");
    expect(memory()?.denied).toBeNull();
    expect(await press(DENY, "U0LEAD")).toContain("nobody is asked");
    expect(memory()?.denied?.by).toBe("lead");
  });

  test.each([
    ["whom the policy does not know", "U0STRANGER", "does not know you"],
    ["who may only read", "U0READER", "it takes maintain"],
    ["who may only write", "U0DEV", "it takes maintain"],
    ["whose login is another person's now", "U0RENAMED", "GitHub says"],
  ])("does nothing for somebody %s, and says why", async (_who, userId, words) => {
    const before = effects();
    expect(await press(RELEASE, userId)).toContain(words);
    expect(effects()).toBe(before);
  });
});

describe("a click that cannot be believed", () => {
  test.each([
    ["signed with another secret", { secret: "a secret that somebody guessed" }],
    ["signed more than five minutes ago", { at: Date.now() - 301_000 }],
    ["signed for later", { at: Date.now() + 86_400_000 }],
  ])("%s is refused", async (_what, how) => {
    const before = effects();
    expect(await send(payloadOf(RELEASE, "U0LEAD"), how)).toBe(401);
    expect(await send(payloadOf(DENY, "U0LEAD"), how)).toBe(401);
    expect(effects()).toBe(before);
    expect(slack.told).toEqual([]);
  });

  test("of another message, repository, incident or kind changes nothing", async () => {
    const before = effects();
    const value = (text: string) => ({ actions: [{ action_id: RELEASE, value: text, action_ts: "1.5" }] });
    const container = { type: "message", message_ts: "1.000001", channel_id: "C0INCIDENTS" };
    for (const change of [{ container }, value("1#1"), value(`${memory()?.repoId}#2`), value("x"), { actions: [] }])
      expect(await send(payloadOf(RELEASE, "U0LEAD", change))).toBe(
        "actions" in change && change.actions.length === 0 ? 400 : 200,
      );
    expect(await send(payloadOf("sentinel_approve", "U0LEAD"))).toBe(200);
    slack.faults.badSignature = true;
    expect(await slack.press({ url: url(), ts: message()?.ts ?? "", actionId: RELEASE, userId: "U0LEAD" })).toBe(401);
    await new Promise((done) => setTimeout(done, 500));
    expect(effects()).toBe(before);
  });
});

test("people are called in the thread once for the same news, however often the message is edited", async () => {
  const replies = () => slack.messages.filter(({ threadTs }) => threadTs !== null).map(({ text }) => text);
  const said = replies();
  expect(said).toEqual([expect.stringContaining("Nobody answered")]);
  const edits = message()?.edits ?? 0;
  stage.github.person.comment(stage.repo, 1, "dev", "/sentinel extend 2h");
  await until(
    () => memory()?.timeline.some(({ text }) => text.includes("moved the time limit")) === true,
    "it is moved",
  );
  await until(() => (message()?.edits ?? 0) > edits, "the message is edited");
  await atRest(stage, 150);
  expect(replies()).toEqual(said);
});

test("without the signing secret there are neither buttons nor an address for clicks", async () => {
  await stage.restart({ SLACK_SIGNING_SECRET: "" });
  await until(() => buttons().length === 0, "the buttons are gone");
  expect(await send(payloadOf(RELEASE, "U0LEAD"))).toBe(404);
  expect(holdsOf(stage)).toHaveLength(1);
});
