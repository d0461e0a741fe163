import { LEAST_ROLE, type SlashCommand, USAGE } from "../incident/slash-command.ts";
import { sourceWords } from "../incident/source-words.ts";
import { shortSha } from "../kernel/sha.ts";
import type { IncidentFacts } from "./facts.ts";
import { headline } from "./headline.ts";
import { code, safeText } from "./safe-text.ts";
import { utc } from "./words.ts";

/** What Sentinel answers to a command on an incident: one comment, whatever was asked. */

export function statusAnswer(facts: IncidentFacts): string {
  const { what, next } = headline(facts);
  const { memory, run } = facts;
  const isOff = memory.mode === "off" && memory.state === "open";
  const lines = [
    `**${safeText(what, 200)}** ${isOff ? OFF : safeText(next, 600)}`,
    run === null ? null : `Responder: attempt ${run.attempt}, ${safeText(run.status, 40)}.`,
    memory.state === "closed" || memory.callAt === undefined || isOff ? null : callWords(memory.called, memory.callAt),
  ];
  return lines.filter((line) => line !== null).join("\n");
}

const OFF =
  "Sentinel is switched off here by `mode: off`: nothing is released or rolled back and nobody is called until it is on again.";

function callWords(called: string | undefined, callAt: string): string {
  return called === callAt
    ? `People were called: the limit was ${utc(callAt)}.`
    : `People are called ${utc(callAt)} at the latest.`;
}

/** What it rests on, what would end it, and who may. */
export function whyAnswer(facts: IncidentFacts): string {
  const { memory, signal } = facts;
  const good =
    memory.lastGood === null
      ? "No earlier green result is known."
      : `It was green at ${code(shortSha(memory.lastGood), 12)}.`;
  const people = memory.policy.people.map(({ github }) => code(github, 60)).join(", ");
  const ends = [
    `- Ends by itself when the ${safeText(sourceWords(memory.source), 200)} is green on another head.`,
    `- ${"`/sentinel release <reason>`"} ends it at once; that takes ${LEAST_ROLE.release} or admin.`,
    `- A rollback takes a yes on the phone of one of: ${people}.`,
  ];
  const open = memory.mode === "off" ? [`- ${OFF}`] : ends;
  return [
    `${safeText(signal.says, 300)} at ${code(shortSha(memory.badHead), 12)}. ${good}`,
    "",
    ...(memory.state === "closed" ? ["- It is over."] : open),
    `- Rules: policy ${code(memory.policyDigest.slice(0, 12), 12)}, as it was in force when the incident was opened.`,
  ].join("\n");
}

/** `said` is ours. */
export function doneAnswer(command: SlashCommand, by: string, said: string): string {
  return `${code(by, 60)} gave ${code(`/sentinel ${command.kind}`, 40)}: ${said}`;
}

export function notPermittedAnswer(command: SlashCommand, by: string, role: string): string {
  return `${code(by, 60)} may not give ${code(`/sentinel ${command.kind}`, 40)}: it takes ${LEAST_ROLE[command.kind]}, and GitHub says ${code(role, 20)}. Nothing was done.`;
}

export function unknownAnswer(problem: string): string {
  return [`Nothing was done: ${problem}. There are:`, "", ...USAGE.map((line) => `- ${code(line, 80)}`)].join("\n");
}

export function callPeopleComment(facts: IncidentFacts): string {
  const { memory } = facts;
  const able = memory.policy.people.filter(({ approves }) => approves.includes(memory.severity));
  const people = (able.length > 0 ? able : memory.policy.people).map(({ github }) => `@${github}`).join(" ");
  const { what, next } = headline(facts);
  const standing =
    facts.hold.kind === "held" ? "The branch stays held until the hold is released;" : safeText(next, 600);
  return `${people} A person is needed here. ${safeText(what, 200)} ${standing} ${"`/sentinel extend 2h`"} moves the limit.`;
}
