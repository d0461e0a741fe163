import { judgeBlocks } from "./blocks.ts";
import type { SlackChannel, SlackMessage, SlackUser } from "./types.ts";

/** The Web API's methods over a workspace in memory. Each answers as Slack does: `ok: true` with data, or `ok: false` with a code. */
export type Workspace = {
  readonly url: string;
  readonly users: readonly SlackUser[];
  readonly channels: readonly SlackChannel[];
  readonly messages: SlackMessage[];
  readonly now: () => number;
};

export type Caller = { readonly user: SlackUser; readonly scopes: readonly string[] };
export type SlackArguments = Readonly<Record<string, string>>;
export type SlackAnswer = { readonly ok: boolean } & Readonly<Record<string, unknown>>;

export type Method = {
  readonly scope: string | null;
  /** Arguments it takes; Slack overlooks others, here they are refused so that a misspelt one is seen. */
  readonly takes: readonly string[];
  readonly run: (workspace: Workspace, caller: Caller, args: SlackArguments) => SlackAnswer;
};

export const METHODS: Readonly<Record<string, Method>> = {
  "auth.test": {
    scope: null,
    takes: [],
    run: ({ url }, { user }) => ({
      ok: true,
      url,
      team: "Drill",
      user: user.name,
      team_id: "T0DRILL",
      user_id: user.id,
    }),
  },
  "chat.postMessage": {
    scope: "chat:write",
    takes: [
      "channel",
      "text",
      "blocks",
      "thread_ts",
      "reply_broadcast",
      "unfurl_links",
      "unfurl_media",
      "mrkdwn",
      "metadata",
      "client_msg_id",
    ],
    run: post,
  },
  "chat.update": { scope: "chat:write", takes: ["channel", "ts", "text", "blocks", "metadata"], run: update },
  "users.lookupByEmail": {
    scope: "users:read.email",
    takes: ["email"],
    run: ({ users }, _caller, { email }) =>
      userAnswer(
        users.find((user) => user.email === email),
        "users_not_found",
      ),
  },
  "users.info": {
    scope: "users:read",
    takes: ["user", "include_locale"],
    run: ({ users }, _caller, args) =>
      userAnswer(
        users.find((user) => user.id === args.user),
        "user_not_found",
      ),
  },
  "conversations.list": {
    scope: "channels:read",
    takes: ["cursor", "limit", "types", "exclude_archived", "team_id"],
    run: ({ channels }) => ({
      ok: true,
      channels: channels.map(({ id, name, isMember }) => ({
        id,
        name,
        is_channel: true,
        is_private: false,
        is_archived: false,
        is_member: isMember,
      })),
      response_metadata: { next_cursor: "" },
    }),
  },
};

function post(workspace: Workspace, caller: Caller, args: SlackArguments): SlackAnswer {
  const channel = findChannel(workspace, args.channel ?? "");
  if (!channel) return refuse("channel_not_found");
  if (!channel.isMember) return refuse("not_in_channel");
  const content = readContent(args);
  if ("ok" in content) return content;
  const threadTs = args.thread_ts ?? null;
  if (threadTs !== null && !workspace.messages.some((one) => one.ts === threadTs && one.channel === channel.id))
    return refuse("thread_not_found");
  const clientId = args.client_msg_id ?? null;
  if (clientId !== null && !UUID.test(clientId)) return refuse("invalid_arguments");
  const same = workspace.messages.find((one) => one.clientId === clientId && one.user === caller.user.id);
  if (clientId !== null && same)
    return same.channel === channel.id
      ? { ok: true, channel: same.channel, ts: same.ts, message: shown(same) }
      : refuse("duplicate_channel_not_found");
  const message: SlackMessage = {
    channel: channel.id,
    ts: nextTs(workspace),
    threadTs,
    user: caller.user.id,
    clientId,
    ...content,
    edits: 0,
  };
  workspace.messages.push(message);
  return { ok: true, channel: channel.id, ts: message.ts, message: shown(message) };
}

function update(workspace: Workspace, caller: Caller, args: SlackArguments): SlackAnswer {
  // Only an id here, while posting also takes a name: a trap of the real service that is worth keeping.
  const channel = workspace.channels.find((each) => each.id === args.channel);
  if (!channel) return refuse("channel_not_found");
  const index = workspace.messages.findIndex((one) => one.ts === args.ts && one.channel === channel.id);
  const before = workspace.messages[index];
  if (!before) return refuse("message_not_found");
  if (before.user !== caller.user.id) return refuse("cant_update_message");
  const content = readContent(args);
  if ("ok" in content) return content;
  const after = { ...before, ...content, edits: before.edits + 1 };
  workspace.messages[index] = after;
  return { ok: true, channel: channel.id, ts: after.ts, text: after.text, message: shown(after) };
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type Content = { readonly text: string; readonly blocks: readonly unknown[] };

function readContent(args: SlackArguments): Content | SlackAnswer {
  const text = args.text ?? "";
  if (text === "" && args.blocks === undefined) return refuse("no_text");
  if (text.length > 40_000) return refuse("msg_too_long");
  if (args.blocks === undefined) return { text, blocks: [] };
  const blocks = parseJson(args.blocks);
  if (blocks === undefined) return refuse("invalid_blocks_format");
  const errors = judgeBlocks(blocks);
  return errors.length > 0
    ? { ...refuse("invalid_blocks"), errors, response_metadata: { messages: errors.map((each) => `[ERROR] ${each}`) } }
    : { text, blocks: blocks as unknown[] };
}

export function refuse(error: string): SlackAnswer {
  return { ok: false, error };
}

function findChannel({ channels }: Workspace, wanted: string): SlackChannel | undefined {
  return channels.find((channel) => channel.id === wanted || channel.name === wanted.replace(/^#/, ""));
}

function nextTs({ messages, now }: Workspace): string {
  return `${Math.floor(now() / 1000)}.${String(messages.length + 1).padStart(6, "0")}`;
}

function shown(message: SlackMessage): Readonly<Record<string, unknown>> {
  const { text, blocks, user, ts, threadTs, clientId, edits } = message;
  return {
    type: "message",
    user,
    text,
    blocks,
    ts,
    ...(clientId === null ? {} : { client_msg_id: clientId }),
    ...(threadTs === null ? {} : { thread_ts: threadTs }),
    ...(edits > 0 ? { edited: { user, ts } } : {}),
  };
}

function userAnswer(user: SlackUser | undefined, otherwise: string): SlackAnswer {
  if (!user) return refuse(otherwise);
  const { id, name, realName, email } = user;
  return { ok: true, user: { id, name, real_name: realName, profile: { email, real_name: realName }, deleted: false } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
