import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createJournal } from "../../drill/journal.ts";
import { startSlack } from "../../drill/slack/slack.ts";
import { createSlackPost, type SlackPost } from "../../src/adapters/slack.ts";
import { Secret } from "../../src/kernel/secret.ts";
import { credentials, isLive } from "./targets/live.ts";

/** What telling people relies on of Slack. A live run posts three messages and two replies to the channel it is given. */
const live = isLive
  ? credentials("Slack", ["SENTINEL_LIVE_SLACK_TOKEN", "SENTINEL_LIVE_SLACK_CHANNEL"] as const)
  : null;

describe.skipIf(isLive && live === null)("the port SlackPost", () => {
  let target: { readonly apiUrl: string; readonly token: string; readonly channel: string; close(): Promise<void> };
  beforeEach(async () => {
    target = live ? openLive(live) : await openStandIn();
  });
  afterEach(() => target.close());

  test("a message is posted once, edited in place, and answered in its thread", async () => {
    const first = await send({ message: words("Contract test: held"), edit: null, thread: null });
    expect(first.ts).toMatch(/^\d+\.\d{6}$/);
    const edited = await send({
      message: words("Contract test: rolled back"),
      edit: first,
      thread: words("The branch is released"),
    });
    expect(edited).toEqual(first);
  });

  test("a name finds the channel, and the id that comes back is the one to edit by", async () => {
    const place = await send({ message: words("Contract test: by name"), edit: null, thread: null });
    expect(place.channel).toMatch(/^[CG][A-Z0-9]+$/);
  });

  test.each([
    ["a text over 3000 characters", [section("x".repeat(3001))]],
    ["fifty-one blocks", Array.from({ length: 51 }, () => ({ type: "divider" }))],
    ["an unknown block", [{ type: "sektion" }]],
  ])("%s is refused whole", async (_what, blocks) => {
    await expect(send({ message: { text: "Contract test", blocks }, edit: null, thread: null })).rejects.toThrow(
      /invalid_blocks/,
    );
  });

  test("a token that is none, and a message that is not there, are refused", async () => {
    const stranger = createSlackPost(target.apiUrl, async () => new Secret("xoxp-not-a-token"));
    const post = {
      channel: target.channel,
      connection: "x",
      message: words("x"),
      edit: null,
      thread: null,
      keys: newKeys(),
    };
    await expect(stranger(post)).rejects.toThrow(/invalid_auth/);
    const nowhere = { channel: target.channel, ts: "1000000000.000001" };
    await expect(send({ message: words("x"), edit: nowhere, thread: null })).rejects.toThrow(
      /message_not_found|channel_not_found/,
    );
  });

  test("a message and a reply that are sent twice stand there once", async () => {
    const keys = newKeys();
    const told = { message: words("Contract test: once"), edit: null, thread: words("An answer, once"), keys };
    const first = await send(told);
    expect(await send(told)).toEqual(first);
  });

  function send({ keys = newKeys(), ...post }: Sent) {
    const tell = createSlackPost(target.apiUrl, async () => new Secret(target.token));
    return tell({ channel: target.channel, connection: "sign-in-with-slack", keys, ...post });
  }
});

type Sent = Pick<Parameters<SlackPost>[0], "message" | "edit" | "thread"> &
  Partial<Pick<Parameters<SlackPost>[0], "keys">>;

function newKeys() {
  return { message: crypto.randomUUID(), thread: crypto.randomUUID() };
}

function openLive(env: NonNullable<typeof live>) {
  return {
    apiUrl: "https://slack.com/api/",
    token: env.SENTINEL_LIVE_SLACK_TOKEN,
    channel: env.SENTINEL_LIVE_SLACK_CHANNEL,
    close: async () => {},
  };
}

async function openStandIn() {
  const slack = await startSlack({ journal: createJournal() });
  return { apiUrl: slack.apiUrl, token: slack.issueToken(), channel: "C0INCIDENTS", close: () => slack.close() };
}

function section(text: string) {
  return { type: "section", text: { type: "mrkdwn", text } };
}

function words(text: string) {
  return { text, blocks: [section(text)] };
}
