import { afterEach, beforeEach, expect, test } from "vitest";
import { createJournal } from "../../drill/journal.ts";
import { startSlack } from "../../drill/slack/slack.ts";
import type { Slack } from "../../drill/slack/types.ts";
import { createSlackPost } from "../../src/adapters/slack.ts";
import { Secret } from "../../src/kernel/secret.ts";

let slack: Slack;
beforeEach(async () => {
  slack = await startSlack({ journal: createJournal() });
});
afterEach(() => slack.close());

const section = (type: string) => [{ type, text: { type: "mrkdwn", text: "words", verbatim: true } }];
const message = { text: "words", blocks: section("section") };
const refused = { text: "words", blocks: section("no such block") };

const KEYS = { message: "the incident", thread: "its first answer" };

function post(edit: { channel: string; ts: string } | null, thread: typeof message | null, keys = KEYS) {
  const tell = createSlackPost(slack.apiUrl, async () => new Secret(slack.issueToken()));
  return tell({ channel: "C0INCIDENTS", connection: "sign-in-with-slack", message, edit, thread, keys });
}

test("a new message whose reply Slack refuses is told all the same, so that it is not posted again", async () => {
  const { isThreadTold, ...place } = await post(null, refused);
  expect(isThreadTold).toBe(false);
  expect(slack.messages.map(({ ts }) => ts)).toEqual([place.ts]);
  await expect(post(place, refused)).rejects.toThrow("invalid_blocks");
  expect(await post(place, message)).toEqual({ ...place, isThreadTold: true });
  expect(slack.messages.map(({ threadTs }) => threadTs)).toEqual([null, place.ts]);
});

test("what is sent twice is posted once, whoever sends it again", async () => {
  const first = await post(null, message);
  const again = await post(null, message);
  expect(again).toEqual(first);
  expect(slack.messages).toHaveLength(2);
});

test("what is sent again because its answer was lost is posted once", async () => {
  slack.faults.loseAnswer = 1;
  await post(null, null);
  expect(slack.messages).toHaveLength(1);
});

test("another incident, and another answer in the thread, are posted for themselves", async () => {
  const first = await post(null, message);
  await post(null, null, { ...KEYS, message: "another incident" });
  await post(first, message, { ...KEYS, thread: "its second answer" });
  expect(slack.messages.map(({ threadTs }) => threadTs)).toEqual([null, first.ts, null, first.ts]);
});

test("what somebody deleted is posted anew", async () => {
  slack.faults.errorNext = "duplicate_message_not_found";
  await post(null, null);
  expect(slack.messages).toHaveLength(1);
});
