import type { PlanKind } from "./diagnosis.ts";

/**
 * What somebody wrote on an incident, as a command or as nothing. The words are hostile: they become one of these few values,
 * and a reason that is only ever shown.
 */
export type SlashCommand =
  | { readonly kind: "status" }
  | { readonly kind: "why" }
  | { readonly kind: "release"; readonly why: string }
  | { readonly kind: "false-alarm"; readonly why: string }
  | { readonly kind: "rollback"; readonly plan: PlanKind | null; readonly shas: readonly string[] }
  | { readonly kind: "retry" }
  | { readonly kind: "deny" }
  | { readonly kind: "extend"; readonly minutes: number }
  /** Something that looks like a command and is none; `problem` says what it lacks. */
  | { readonly kind: "unknown"; readonly problem: string };

/** Who may give it: GitHub's roles, least first. */
export const ROLES = ["none", "read", "triage", "write", "maintain", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** A release undoes a decision for everybody, so it takes more than the right to push. */
export const LEAST_ROLE: Readonly<Record<SlashCommand["kind"], Role>> = {
  status: "read",
  why: "read",
  unknown: "read",
  retry: "write",
  deny: "write",
  rollback: "write",
  extend: "write",
  release: "maintain",
  "false-alarm": "maintain",
};

export const USAGE: readonly string[] = [
  "/sentinel status",
  "/sentinel why",
  "/sentinel release <reason>",
  "/sentinel rollback [restore | revert <sha>…]",
  "/sentinel retry",
  "/sentinel deny",
  "/sentinel false-alarm <reason>",
  "/sentinel extend <duration, for example 90m or 2h>",
];

const MOST_MINUTES = 24 * 60;
const MOST_SHAS = 20;

/** Null for text that does not speak to us. Only the first line counts. */
export function parseSlashCommand(text: string): SlashCommand | null {
  const line = text.trim().split(/\r?\n/, 1)[0] ?? "";
  const match = /^\/sentinel(?:[ \t]+(?<rest>.*))?$/.exec(line);
  if (!match) return null;
  const [word = "", ...words] = (match.groups?.rest ?? "").trim().split(/[ \t]+/);
  const reason = words.join(" ").slice(0, 200);
  switch (word) {
    case "status":
    case "why":
    case "retry":
    case "deny":
      return words.length === 0 ? { kind: word } : unknown(`\`${word}\` takes nothing more`);
    case "release":
    case "false-alarm":
      return reason === "" ? unknown(`\`${word}\` needs a reason`) : { kind: word, why: reason };
    case "rollback":
      return rollback(words);
    case "extend":
      return extend(words);
    case "":
      return unknown("a command is missing");
    default:
      return unknown("this command does not exist");
  }
}

function rollback(words: readonly string[]): SlashCommand {
  const [plan, ...shas] = words;
  if (plan === undefined) return { kind: "rollback", plan: null, shas: [] };
  if (plan === "restore" && shas.length === 0) return { kind: "rollback", plan: "restore-last-good", shas: [] };
  const areShas = shas.length > 0 && shas.length <= MOST_SHAS && shas.every((sha) => /^[0-9a-f]{7,40}$/.test(sha));
  return plan === "revert" && areShas
    ? { kind: "rollback", plan: "revert-suspects", shas }
    : unknown("`rollback` takes `restore`, or `revert` and the commits");
}

function extend(words: readonly string[]): SlashCommand {
  const match = /^(?<count>\d{1,4})(?<unit>[mh])$/.exec(words.join(""));
  const count = Number(match?.groups?.count ?? 0);
  const minutes = match?.groups?.unit === "h" ? count * 60 : count;
  return minutes > 0 && minutes <= MOST_MINUTES
    ? { kind: "extend", minutes }
    : unknown("`extend` takes a duration of at most 24h, for example `90m` or `2h`");
}

function unknown(problem: string): SlashCommand {
  return { kind: "unknown", problem };
}

export function mayGive(role: string, command: SlashCommand): boolean {
  const known: readonly string[] = ROLES;
  return known.indexOf(role) >= known.indexOf(LEAST_ROLE[command.kind]);
}
