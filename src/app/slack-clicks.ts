import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import type { GitHubApp, Reader } from "../adapters/github-app.ts";
import { memoriesOn } from "../adapters/github-app-checks.ts";
import { type Issue, issueNumbered } from "../adapters/github-app-issues.ts";
import { roleOf } from "../adapters/github-app-role.ts";
import type { SlackAnswer } from "../adapters/slack-answer.ts";
import type { Memory } from "../incident/memory.ts";
import { mayGive, type SlashCommand } from "../incident/slash-command.ts";
import type { Clock } from "../kernel/clock.ts";
import { sha256 } from "../kernel/digest.ts";
import type { Secret } from "../kernel/secret.ts";
import { notPermittedAnswer } from "../notice/command-answer.ts";
import {
  type ButtonValue,
  liveButtons,
  parseButtonValue,
  planAnswer,
  SLACK_BUTTONS,
  type SlackButton,
} from "../notice/slack-buttons.ts";
import type { Place } from "./concern.ts";
import { factsOf } from "./facts.ts";
import type { Looks } from "./looks.ts";
import { findMarker } from "./marker.ts";
import { answerTo, worldOf } from "./obey.ts";
import { readBody, send } from "./server.ts";
import { isSlackSigned } from "./signature.ts";

/**
 * Takes a click on a button of the Slack message as the command of the person who clicked, with their permission on GitHub
 * read now. It must never approve anything, and never believe what a button or its payload says of the incident.
 */
export type ClickPorts = {
  readonly secret: Secret;
  readonly github: GitHubApp;
  readonly looks: Looks;
  readonly clock: Clock;
  readonly appId: number;
  readonly place: (repoId: number) => Place | null;
  readonly answer: SlackAnswer;
};

export const SLACK_PATH = "/api/slack/interactions";
const MOST_BYTES = 1024 * 1024;

const Click = z.looseObject({
  type: z.literal("block_actions"),
  user: z.looseObject({ id: z.string().min(1).max(40) }),
  container: z.looseObject({ channel_id: z.string(), message_ts: z.string() }),
  response_url: z.string().max(1000),
  actions: z.tuple([
    z.looseObject({ action_id: z.string(), value: z.string().max(100).optional(), action_ts: z.string() }),
  ]),
});
type Click = z.infer<typeof Click>;

/** Slack waits three seconds, so it hears at once that the click arrived; whoever clicked hears afterwards what came of it. */
export async function receiveClick(
  ports: ClickPorts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== "POST") return send(response, 405, "POST only");
  const body = await readBody(request, MOST_BYTES);
  if (body === null) return send(response, 413, "too large");
  const signed = {
    timestamp: header(request, "x-slack-request-timestamp"),
    signature: header(request, "x-slack-signature"),
  };
  if (!isSlackSigned(body, signed, ports.secret, ports.clock.now())) return send(response, 401, "unauthorized");
  const click = Click.safeParse(payloadOf(body));
  if (!click.success) return send(response, 400, "not a click on a button");
  send(response, 200, "");
  const [{ action_id: button, value = "" }] = click.data.actions;
  // A link opens by itself.
  if (!isButton(button)) return;
  const { response_url: to } = click.data;
  const words = await carryOut(ports, click.data, button, parseButtonValue(value)).catch(async (error: unknown) => {
    await ports.answer(to, UNSURE).catch(() => {});
    throw error;
  });
  await ports.answer(to, words);
}

/** What each button is as a command; the permission is that of the command. */
const COMMANDS: Readonly<Record<SlackButton, SlashCommand>> = {
  sentinel_show_plan: { kind: "status" },
  sentinel_ask_now: { kind: "retry" },
  sentinel_deny: { kind: "deny" },
  sentinel_release: { kind: "release", why: "from Slack" },
};

const UNSURE =
  "GitHub did not answer as it should, so it is not known whether this was carried out. Look at the incident, and try again.";
const UNSEEN = "Nothing was done: Sentinel does not see this repository now. Try again, or comment on the incident.";
const GONE = "Nothing was done: this message does not belong to an incident that Sentinel knows.";
const STRANGER =
  "Nothing was done: the policy of this incident does not know you. Add your Slack member id as `people[].slack`, or comment on the incident.";
const DEAD = "Nothing was done: this button can do nothing any more. The incident on GitHub says how it stands.";

async function carryOut(
  ports: ClickPorts,
  click: Click,
  button: SlackButton,
  value: ButtonValue | null,
): Promise<string> {
  const place = value && ports.place(value.repoId);
  if (!value) return GONE;
  if (!place) return UNSEEN;
  const reader = ports.github.reader(place.installation);
  const on = await incidentOf(reader, place, value, click, ports.appId);
  if (on === null) return GONE;
  const person = on.memory.policy.people.find(({ slack }) => slack === click.user.id);
  if (person === undefined) return STRANGER;
  const role = await roleOf(reader, place.repo, person.github, person.id);
  const command = COMMANDS[button];
  if (!mayGive(role, command)) return notPermittedAnswer(command, person.github, role);
  const target = { ...place, branch: on.memory.branch };
  const looked = await ports.looks.ask(target, { hint: {}, isFailure: false, order: null }).done;
  const world = worldOf(looked, value.incident);
  const memory = world?.incident?.stored?.memory;
  if (!world || !memory) return DEAD;
  const facts = factsOf(world, memory);
  if (!liveButtons(facts).includes(button)) return DEAD;
  if (button === "sentinel_show_plan") return planAnswer(facts);
  const said = { issue: value.incident, comment: clickId(click), login: person.github, userId: person.id, body: "" };
  return answerTo(ports, place, said, command, role, { issue: on.issue, branch: memory.branch });
}

type On = { readonly issue: Issue; readonly memory: Memory };

/** The incident whose own memory names this very message; null for any other message, whatever its button says. */
async function incidentOf(
  reader: Reader,
  { repo }: Place,
  { incident }: ButtonValue,
  { container }: Click,
  appId: number,
): Promise<On | null> {
  const issue = await issueNumbered(reader, repo, incident);
  const marker = findMarker(issue?.body);
  if (issue === null || marker === null || marker.repoId !== repo.id) return null;
  const stored = await memoriesOn(reader, repo, marker.badHead, appId);
  const memory = stored.map((one) => one.memory).find((one) => one.incident === incident && one.repoId === repo.id);
  const isThis = memory?.slack?.channel === container.channel_id && memory.slack.ts === container.message_ts;
  return memory && isThis ? { issue, memory } : null;
}

/** The same for the same click, so that one sent again is carried out once; below every comment's id. */
function clickId({ user, container, actions: [action] }: Click): number {
  const text = [user.id, container.channel_id, container.message_ts, action.action_id, action.action_ts].join(" ");
  return -Number.parseInt(sha256(text).slice(0, 12), 16);
}

function isButton(id: string): id is SlackButton {
  return Object.hasOwn(SLACK_BUTTONS, id);
}

function payloadOf(body: Buffer): unknown {
  try {
    return JSON.parse(new URLSearchParams(body.toString("utf8")).get("payload") ?? "null");
  } catch {
    return null;
  }
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" ? value : undefined;
}
