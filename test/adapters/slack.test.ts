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

function post(edit: { channel: string; ts: string } | null, thread: typeof message | null) {
  const tell = createSlackPost(slack.apiUrl, async () => new Secret(slack.issueToken()));
  return tell({ channel: "C0INCIDENTS", connection: "sign-in-with-slack", message, edit, thread });
}

test("a new message whose reply Slack refuses is told all the same, so that it is not posted again", async () => {
  const { isThreadTold, ...place } = await post(null, refused);
  expect(isThreadTold).toBe(false);
  expect(slack.messages.map(({ ts }) => ts)).toEqual([place.ts]);
  await expect(post(place, refused)).rejects.toThrow("invalid_blocks");
  expect(await post(place, message)).toEqual({ ...place, isThreadTold: true });
  expect(slack.messages.map(({ threadTs }) => threadTs)).toEqual([null, place.ts]);
});
