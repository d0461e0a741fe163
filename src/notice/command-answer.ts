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
  const lines = [
    `**${safeText(what, 200)}** ${safeText(next, 600)}`,
    run === null ? null : `Responder: attempt ${run.attempt}, ${safeText(run.status, 40)}.`,
    memory.state === "closed" || memory.callAt === undefined
      ? null
      : `People are called ${utc(memory.callAt)} at the latest.`,
  ];
  return lines.filter((line) => line !== null).join("\n");
}

/** What it rests on, what would end it, and who may. */
export function whyAnswer(facts: IncidentFacts): string {
  const { memory, signal } = facts;
  const good =
    memory.lastGood === null
      ? "No earlier green result is known."
      : `It was green at ${code(shortSha(memory.lastGood), 12)}.`;
  const people = memory.policy.people.map(({ github }) => code(github, 60)).join(", ");
  return [
    `${safeText(signal.says, 300)} at ${code(shortSha(memory.badHead), 12)}. ${good}`,
    "",
    `- Ends by itself when the ${safeText(sourceWords(memory.source), 200)} is green on another head.`,
    `- ${"`/sentinel release <reason>`"} ends it at once; that takes ${LEAST_ROLE.release} or admin.`,
    `- A rollback takes a yes on the phone of one of: ${people}.`,
    `- Rules: policy ${code(memory.policyDigest.slice(0, 12), 12)}, as it stood at the last good revision.`,
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
  return `${people} A person is needed here. ${safeText(headline(facts).what, 200)} The branch stays as it is until it recovers or somebody decides; ${"`/sentinel extend 2h`"} moves the limit.`;
}
