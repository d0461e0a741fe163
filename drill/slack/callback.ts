import { createHmac } from "node:crypto";
import type { SlackFaults } from "./faults.ts";
import type { PressedButton, SlackMessage, SlackUser } from "./types.ts";

/** Sends what Slack sends when a person presses a button: a form with one `payload`, signed over time and body. */
export async function sendPress(
  button: PressedButton,
  message: SlackMessage,
  user: SlackUser,
  signingSecret: string,
  responseUrl: string,
  faults: SlackFaults,
  now: number,
): Promise<number> {
  const pressed = findButton(message.blocks, button.actionId);
  if (!pressed) throw new Error(`The message ${button.ts} has no button ${button.actionId}`);
  const payload = {
    type: "block_actions",
    user: { id: user.id, username: user.name, name: user.name, team_id: "T0DRILL" },
    team: { id: "T0DRILL", domain: "drill" },
    channel: { id: message.channel },
    container: { type: "message", message_ts: message.ts, channel_id: message.channel },
    message: { ts: message.ts, text: message.text, blocks: message.blocks },
    response_url: responseUrl,
    actions: [{ ...pressed, type: "button", action_ts: (now / 1000).toFixed(6) }],
  };
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const timestamp = String(Math.floor(now / 1000) - (faults.staleTimestamp ? 600 : 0));
  const secret = faults.badSignature ? `${signingSecret}?` : signingSecret;
  const response = await fetch(button.url, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-slack-request-timestamp": timestamp,
      "x-slack-signature": signature(secret, timestamp, body),
    },
    body,
  });
  return response.status;
}

/** Slack's version 0 signature. */
export function signature(secret: string, timestamp: string, body: string): string {
  return `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
}

function findButton(blocks: readonly unknown[], actionId: string): Record<string, unknown> | null {
  const elements = blocks.flatMap((block) => {
    const { elements, accessory } = block as { elements?: unknown[]; accessory?: unknown };
    return [...(elements ?? []), ...(accessory ? [accessory] : [])];
  });
  return (elements as Record<string, unknown>[]).find((element) => element.action_id === actionId) ?? null;
}
