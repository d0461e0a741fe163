import type { GitHubApp, Powers, Reader } from "../adapters/github-app.ts";
import { comment } from "../adapters/github-app-acts.ts";
import { commentsOn, type Issue, issueNumbered } from "../adapters/github-app-issues.ts";
import { roleOf } from "../adapters/github-app-role.ts";
import { ourRulesets } from "../adapters/github-app-rulesets.ts";
import { mayGive, parseSlashCommand, type SlashCommand } from "../incident/slash-command.ts";
import type { Order, World } from "../incident/world.ts";
import { assertNever } from "../kernel/assert-never.ts";
import { type Clock, isoTime } from "../kernel/clock.ts";
import { doneAnswer, notPermittedAnswer, statusAnswer, unknownAnswer, whyAnswer } from "../notice/command-answer.ts";
import type { CommentEvent, Place } from "./concern.ts";
import { factsOf } from "./facts.ts";
import type { Looked } from "./look.ts";
import type { Looks } from "./looks.ts";
import { findMarker } from "./marker.ts";
import { NOT_REMEMBERED, outcomeOf } from "./outcome.ts";

/**
 * Carries out what a person wrote on an incident, with their permission read now. It must never act on an edited comment, on
 * an issue that is not ours, or twice on the same comment.
 */
export type ObeyPorts = {
  readonly github: GitHubApp;
  readonly looks: Looks;
  readonly clock: Clock;
  readonly appId: number;
};

export async function obey(ports: ObeyPorts, place: Place, said: CommentEvent): Promise<void> {
  const command = parseSlashCommand(said.body);
  if (command === null) return;
  const reader = ports.github.reader(place.installation);
  const [issue, role, answered] = await Promise.all([
    issueNumbered(reader, place.repo, said.issue),
    roleOf(reader, place.repo, said.login),
    isAnswered(reader, place, said, ports.appId),
  ]);
  if (issue === null || answered) return;
  const marker = findMarker(issue.body);
  const branch = marker?.repoId === place.repo.id ? marker.branch : await heldUnder(reader, place, issue);
  if (branch === null) return;
  const powers = ports.github.powers(place.installation, place.repo.id);
  try {
    const words = await answerTo(ports, place, said, command, role, { issue, branch });
    await answer(powers, place, said, words);
  } finally {
    await powers.end();
  }
}

/** A writer can blank the page, and may not keep a person's order from being heard by that. */
async function heldUnder(reader: Reader, { repo }: Place, { number }: Issue): Promise<string | null> {
  const ours = await ourRulesets(reader, repo);
  return ours.find(({ name }) => name.incident === number)?.name.branch ?? null;
}

type On = { readonly issue: Issue; readonly branch: string };

/** What came of a command by somebody whose role was read now; the words are Markdown. */
export async function answerTo(
  ports: ObeyPorts,
  place: Place,
  said: CommentEvent,
  command: SlashCommand,
  role: string,
  on: On,
): Promise<string> {
  if (command.kind === "unknown") return unknownAnswer(command.problem);
  if (!mayGive(role, command)) return notPermittedAnswer(command, said.login, role);
  const order = orderOf(command, said, ports.clock.now());
  const looked = await ports.looks.ask({ ...place, branch: on.branch }, { hint: {}, isFailure: false, order }).done;
  const say = (words: string) => doneAnswer(command, said.login, words);
  const world = worldOf(looked, on.issue.number);
  if (world === null) return say("nothing was done, because this incident is closed.");
  const memory = world.incident?.stored?.memory;
  if (!memory) {
    if (world.missed.length > 0) throw new Error(NOT_REMEMBERED);
    return say("nothing was done, because this incident has no memory yet.");
  }
  if (order !== null) return say(outcomeOf(order, { world, memory, did: looked.kind === "done" ? looked.did : [] }));
  const facts = factsOf(world, memory);
  return command.kind === "status" ? statusAnswer(facts) : whyAnswer(facts);
}

function orderOf(command: SlashCommand, { comment, login: by, userId: byId }: CommentEvent, now: number): Order | null {
  const who = { comment, by, byId };
  switch (command.kind) {
    case "release":
    case "false-alarm":
      return { kind: command.kind, ...who, why: command.why };
    case "extend":
      return { kind: "extend", ...who, until: isoTime(now + command.minutes * 60_000) };
    case "retry":
    case "deny":
      return { kind: command.kind, ...who };
    case "rollback":
      return { kind: "rollback", ...who, plan: command.plan, shas: command.shas };
    case "status":
    case "why":
    case "unknown":
      return null;
    default:
      return assertNever(command);
  }
}

/**
 * The world of this incident; null when the branch has another one, or none. Throws while another replica is at work on the
 * branch: nothing was seen of it, so the order is to come again.
 */
export function worldOf(looked: Looked, incident: number): World | null {
  if (looked.kind === "lost-race") throw new Error("another replica is at work on this branch");
  return looked.kind === "done" && looked.world.incident?.number === incident ? looked.world : null;
}

async function isAnswered(reader: Reader, place: Place, said: CommentEvent, appId: number): Promise<boolean> {
  const comments = await commentsOn(reader, place.repo, said.issue, appId);
  return comments.some((body) => body.includes(mark(said)));
}

async function answer(powers: Powers, place: Place, said: CommentEvent, words: string): Promise<void> {
  await comment(powers, place.repo, said.issue, `${words}\n\n${mark(said)}`);
}

function mark({ comment: id }: CommentEvent): string {
  return `<!-- answers ${id} -->`;
}
