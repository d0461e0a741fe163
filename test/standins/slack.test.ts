import { createServer } from "node:http";
import { type Logger, LogLevel, WebClient } from "@slack/web-api";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createJournal, type Journal } from "../../drill/journal.ts";
import { listen, readBody, shut } from "../../drill/loopback.ts";
import { signature } from "../../drill/slack/callback.ts";
import { startSlack } from "../../drill/slack/slack.ts";
import type { Slack } from "../../drill/slack/types.ts";

let slack: Slack;
let journal: Journal;
let client: WebClient;
beforeEach(async () => {
  journal = createJournal();
  slack = await startSlack({ journal });
  client = clientWith(slack.issueToken());
});
afterEach(() => slack.close());

const channel = "C0INCIDENTS";
const section = (text: string) => ({ type: "section", text: { type: "mrkdwn", text } });

describe("messages (with the real @slack/web-api)", () => {
  test("one message is posted, edited in place and answered in its thread", async () => {
    const posted = await client.chat.postMessage({ channel: "#incidents", text: "held", blocks: [section("*held*")] });
    const ts = String(posted.ts);
    expect(posted.channel).toBe(channel);
    await client.chat.update({ channel, ts, text: "rolled back", blocks: [section("*rolled back*")] });
    await client.chat.postMessage({ channel, text: "approved by Lena", thread_ts: ts });
    expect(slack.messages).toMatchObject([
      { ts, text: "rolled back", edits: 1, threadTs: null, blocks: [section("*rolled back*")] },
      { text: "approved by Lena", threadTs: ts, edits: 0 },
    ]);
  });

  test("people and channels are found", async () => {
    expect(await client.auth.test()).toMatchObject({ user_id: "U0SENTINEL" });
    expect((await client.users.lookupByEmail({ email: "sentinel@drill.example" })).user?.id).toBe("U0SENTINEL");
    expect((await client.users.info({ user: "U0SENTINEL" })).user?.name).toBe("sentinel");
    expect((await client.conversations.list()).channels?.map((each) => each.name)).toEqual(["incidents", "elsewhere"]);
  });

  test.each([
    ["an unknown channel", () => client.chat.postMessage({ channel: "C0NONE", text: "x" }), "channel_not_found"],
    ["a foreign channel", () => client.chat.postMessage({ channel: "C0ELSEWHERE", text: "x" }), "not_in_channel"],
    ["a message that is not there", () => client.chat.update({ channel, ts: "1.1", text: "x" }), "message_not_found"],
    [
      "a channel name in an update",
      () => client.chat.update({ channel: "incidents", ts: "1.1", text: "x" }),
      "channel_not_found",
    ],
    [
      "a thread that is not there",
      () => client.chat.postMessage({ channel, text: "x", thread_ts: "1.1" }),
      "thread_not_found",
    ],
    ["no text", () => client.apiCall("chat.postMessage", { channel }), "no_text"],
    [
      "a misspelt argument",
      () => client.apiCall("chat.postMessage", { channel, text: "x", tread_ts: "1" }),
      "invalid_arguments",
    ],
    ["an unknown method", () => client.apiCall("chat.postMesage", { channel }), "unknown_method"],
    ["an unknown e-mail", () => client.users.lookupByEmail({ email: "x@y.z" }), "users_not_found"],
  ])("%s is refused", async (_what, call, error) => {
    await expect(call()).rejects.toMatchObject({ data: { ok: false, error } });
    expect(slack.messages).toEqual([]);
  });
});

describe("Block Kit", () => {
  const button = (text: string) => ({ type: "button", text: { type: "plain_text", text }, action_id: "a" });
  test.each([
    ["51 blocks", Array.from({ length: 51 }, () => ({ type: "divider" })), "/blocks"],
    ["a section of 3001 characters", [section("x".repeat(3001))], "/blocks/0/text/text"],
    ["an empty section", [section("")], "/blocks/0/text/text"],
    [
      "a header of 151 characters",
      [{ type: "header", text: { type: "plain_text", text: "x".repeat(151) } }],
      "/blocks/0/text/text",
    ],
    ["a header in mrkdwn", [{ type: "header", text: { type: "mrkdwn", text: "x" } }], "/blocks/0/text/type"],
    [
      "a button text of 76 characters",
      [{ type: "actions", elements: [button("x".repeat(76))] }],
      "/blocks/0/elements/0/text/text",
    ],
    [
      "eleven fields",
      [{ type: "section", fields: Array.from({ length: 11 }, () => section("x").text) }],
      "/blocks/0/fields",
    ],
    [
      "a field of 2001 characters",
      [{ type: "section", fields: [section("x".repeat(2001)).text] }],
      "/blocks/0/fields/0/text",
    ],
    ["an unknown type", [{ type: "sektion" }], "/blocks/0/type"],
    ["a misspelt member", [{ ...section("x"), accesory: {} }], "/blocks/0"],
    [
      "a context with eleven elements",
      [{ type: "context", elements: Array.from({ length: 11 }, () => section("x").text) }],
      "/blocks/0/elements",
    ],
    [
      "two blocks of one id",
      [
        { type: "divider", block_id: "a" },
        { type: "divider", block_id: "a" },
      ],
      "/blocks",
    ],
  ])("%s are refused", async (_what, blocks, pointer) => {
    const refusal = client.apiCall("chat.postMessage", { channel, text: "x", blocks });
    await expect(refusal).rejects.toMatchObject({
      data: { error: "invalid_blocks", errors: [expect.stringContaining(`[json-pointer:${pointer}]`)] },
    });
  });

  test("the limits themselves are taken", async () => {
    const blocks = [
      { type: "header", text: { type: "plain_text", text: "x".repeat(150) } },
      section("x".repeat(3000)),
      { type: "section", fields: Array.from({ length: 10 }, () => section("x".repeat(2000)).text) },
      { type: "actions", elements: [button("x".repeat(75))] },
      ...Array.from({ length: 46 }, () => ({ type: "divider" })),
    ];
    expect((await client.apiCall("chat.postMessage", { channel, text: "x", blocks })).ok).toBe(true);
  });
});

describe("tokens, limits and faults", () => {
  test("no token, a made-up one, an expired one, a revoked one and a narrow one are told apart", async () => {
    const revoked = slack.issueToken();
    slack.revoke(revoked);
    const failures = [
      [undefined, "not_authed"],
      ["xoxp-made-up", "invalid_auth"],
      [slack.issueToken({ expiresInSeconds: -1 }), "token_expired"],
      [revoked, "token_revoked"],
      [slack.issueToken({ scopes: ["users:read"] }), "missing_scope"],
    ] as const;
    for (const [token, error] of failures)
      await expect(clientWith(token).chat.postMessage({ channel, text: "x" })).rejects.toMatchObject({
        data: { error },
      });
  });

  test("a rate limit says when to come back, and the client does", async () => {
    slack.faults.rateLimitNext = 1;
    await clientWith(slack.issueToken(), 1).chat.postMessage({ channel, text: "x" });
    await vi.waitFor(() => expect(journal.entries.map((entry) => entry.status)).toEqual([429, 200]));
  });

  test("the journal names the caller and holds no token", async () => {
    const token = slack.issueToken();
    await clientWith(token).auth.test();
    await vi.waitFor(() => expect(journal.entries).toHaveLength(1));
    expect(journal.entries).toMatchObject([{ path: "/api/auth.test", actor: "user:sentinel", status: 200 }]);
    expect(JSON.stringify(journal.entries)).not.toContain(token.slice(-8));
  });

  test("a lost answer has posted all the same", async () => {
    slack.faults.loseAnswer = 1;
    await expect(client.chat.postMessage({ channel, text: "x" })).rejects.toThrow();
    expect(slack.messages).toHaveLength(1);
  });

  test("a killed workspace cuts every connection", async () => {
    slack.faults.refuse = true;
    await expect(client.auth.test()).rejects.toThrow();
    await vi.waitFor(() => expect(journal.entries).toMatchObject([{ service: "slack", status: 0 }]));
  });
});

test("a pressed button arrives signed over time and body", async () => {
  const calls: { body: string; timestamp: string; signature: string }[] = [];
  const receiver = createServer(async (request, response) => {
    calls.push({
      body: await readBody(request),
      timestamp: String(request.headers["x-slack-request-timestamp"]),
      signature: String(request.headers["x-slack-signature"]),
    });
    response.writeHead(200).end();
  });
  const url = `http://127.0.0.1:${await listen(receiver)}/slack`;
  const elements = [
    { type: "button", text: { type: "plain_text", text: "Release" }, action_id: "release", value: "7" },
  ];
  const posted = await client.apiCall("chat.postMessage", {
    channel,
    text: "x",
    blocks: [{ type: "actions", elements }],
  });
  const press = { url, ts: String((posted as { ts?: string }).ts), actionId: "release", userId: "U0SENTINEL" };
  expect(await slack.press(press)).toBe(200);
  const [call] = calls;
  expect(call?.signature).toBe(signature(slack.signingSecret, call?.timestamp ?? "", call?.body ?? ""));
  const payload = JSON.parse(new URLSearchParams(call?.body).get("payload") ?? "");
  expect(payload).toMatchObject({ type: "block_actions", actions: [{ action_id: "release", value: "7" }] });

  slack.faults.badSignature = true;
  await slack.press(press);
  expect(calls[1]?.signature).not.toBe(signature(slack.signingSecret, calls[1]?.timestamp ?? "", calls[1]?.body ?? ""));
  await shut(receiver);
});

const SILENT: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
};

function clientWith(token: string | undefined, retries = 0): WebClient {
  return new WebClient(token, { slackApiUrl: slack.apiUrl, logger: SILENT, retryConfig: { retries } });
}
