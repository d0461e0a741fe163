import type { Journal } from "../journal.ts";
import type { SlackFaults } from "./faults.ts";

/** The stand-in Slack workspace as tests and the drill see it. Its protocol side is Slack's Web API. */
export type SlackOptions = {
  readonly journal: Journal;
  readonly port?: number;
  /** Tokens that are valid from the start. */
  readonly tokens?: readonly string[];
  readonly users?: readonly SlackUser[];
  readonly channels?: readonly SlackChannel[];
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
};

export type SlackUser = {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly email: string;
};
export type SlackChannel = { readonly id: string; readonly name: string; readonly isMember: boolean };

export type SlackMessage = {
  readonly channel: string;
  /** Slack's message id: seconds, a dot, six digits. */
  readonly ts: string;
  /** The thread's first message; null for a message in the channel itself. */
  readonly threadTs: string | null;
  readonly user: string;
  /** The poster's own id for it; a second post with the same is the same message. */
  readonly clientId: string | null;
  readonly text: string;
  readonly blocks: readonly unknown[];
  /** How often it was changed since it was posted. */
  readonly edits: number;
};

export type Slack = {
  /** For the client's `slackApiUrl`; ends with `/api/`. */
  readonly apiUrl: string;
  /** In the order they were posted, as they read now. */
  readonly messages: readonly SlackMessage[];
  /** A user token that lives twelve hours, as a rotated one does. */
  issueToken(options?: { readonly scopes?: readonly string[]; readonly expiresInSeconds?: number }): string;
  revoke(token: string): void;
  /**
   * Presses the button `actionId` under a message: posts a signed `block_actions` callback to `url`. Gives the status of the
   * answer. Throws when no such button is there.
   */
  press(button: PressedButton): Promise<number>;
  /** What those who pressed a button were told, each seen by that person alone. */
  readonly told: readonly SlackTold[];
  /** A new address at which this person can be told something. */
  responseUrl(userId: string): string;
  readonly signingSecret: string;
  readonly faults: SlackFaults;
  close(): Promise<void>;
};

export type SlackTold = { readonly userId: string; readonly text: string };

export type PressedButton = {
  readonly url: string;
  readonly ts: string;
  readonly actionId: string;
  readonly userId: string;
};
