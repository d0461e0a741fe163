import type { ChatPostMessageArguments, WebClient } from "@slack/web-api";
import { sha256 } from "../kernel/digest.ts";
import type { Secret } from "../kernel/secret.ts";
import type { SlackMessage } from "../notice/slack-message.ts";

/**
 * The one Slack message of an incident: posted once, then edited in place. It must never stop the line: whoever calls it
 * treats a failure as something to catch up on.
 */
export type SlackPost = (post: {
  readonly channel: string;
  /** Name of the Token Vault connection whose token is used for this one call. */
  readonly connection: string;
  readonly message: SlackMessage;
  /** The message to edit; null posts a new one. */
  readonly edit: SlackPlace | null;
  /** A reply in the thread, which notifies people as an edit does not; null for none. */
  readonly thread: SlackMessage | null;
  /** By which Slack knows each of the two again and posts it once, whoever sends it however often: any words. */
  readonly keys: { readonly message: string; readonly thread: string };
}) => Promise<SlackPosted>;

export type SlackPlace = { readonly channel: string; readonly ts: string };
/** `isThreadTold` is false where a new message stands and its reply does not: the place must be kept, or it is posted again. */
export type SlackPosted = SlackPlace & { readonly isThreadTold: boolean };

class SlackError extends Error {
  override readonly name = "SlackError";
}

const TIMEOUT_MS = 10_000;

export function createSlackPost(apiUrl: string, tokenFor: (connection: string) => Promise<Secret>): SlackPost {
  return async ({ channel, connection, message, edit, thread, keys }) => {
    // Loaded with the first message, since most of the App's life has none.
    const { LogLevel, WebClient } = await import("@slack/web-api");
    const token = await tokenFor(connection);
    const slack = new WebClient(token.expose(), {
      slackApiUrl: apiUrl,
      timeout: TIMEOUT_MS,
      retryConfig: { retries: 1, minTimeout: 200 },
      rejectRateLimitedCalls: true,
      logLevel: LogLevel.ERROR,
      allowAbsoluteUrls: false,
    });
    const words = {
      text: message.text,
      blocks: [...message.blocks] as never[],
      unfurl_links: false,
      unfurl_media: false,
    };
    try {
      const sent = edit
        ? await slack.chat.update({ channel: edit.channel, ts: edit.ts, text: words.text, blocks: words.blocks })
        : await postOnce(slack, { channel, ...words }, keys.message);
      const place = { channel: sent.channel ?? edit?.channel ?? channel, ts: sent.ts ?? edit?.ts ?? "" };
      if (place.ts === "") throw new SlackError("Slack gave no timestamp for the message");
      if (thread === null) return { ...place, isThreadTold: true };
      const blocks = [...thread.blocks] as never[];
      const reply = { channel: place.channel, thread_ts: place.ts, text: thread.text, blocks };
      return await postOnce(slack, reply, keys.thread).then(
        () => ({ ...place, isThreadTold: true }),
        (cause: unknown) => {
          if (edit !== null) throw cause;
          return { ...place, isThreadTold: false };
        },
      );
    } catch (cause) {
      throw new SlackError(cause instanceof Error ? cause.message.slice(0, 300) : "Slack could not be told", { cause });
    }
  };
}

/**
 * Slack takes a `client_msg_id` once and answers with the message it already has. An error says that somebody deleted that
 * one; then it is posted anew.
 */
async function postOnce(slack: WebClient, words: ChatPostMessageArguments, key: string) {
  const known = { ...words, client_msg_id: uuidOf(key) };
  try {
    return await slack.chat.postMessage(known);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes("duplicate_message_not_found")) throw error;
    return slack.chat.postMessage(words);
  }
}

/** A UUID of version 8, whose bits are free to choose. */
function uuidOf(key: string): string {
  const hex = sha256(key);
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}
