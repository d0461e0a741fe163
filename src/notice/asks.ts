import { shortCode } from "../kernel/digest.ts";
import type { IncidentFacts } from "./facts.ts";
import { code } from "./safe-text.ts";
import { person, utc } from "./words.ts";

/** Who was asked on their phone about which plan, and what they said. */
export type Ask = {
  readonly at: string;
  readonly approver: string;
  readonly digest: string;
  readonly answer: string;
};

/** Asks of all attempts, oldest first, each once: the App's memory and the last report may both know one. */
export function allAsks({ memory, response }: IncidentFacts): readonly Ask[] {
  const byKey = new Map<string, Ask>();
  for (const ask of [...memory.asks, ...(response?.asks ?? [])]) {
    byKey.set(`${ask.at} ${ask.approver} ${ask.digest}`, ask);
  }
  return [...byKey.values()].sort((a, b) => a.at.localeCompare(b.at));
}

export function lastAsk(facts: IncidentFacts): string | null {
  const last = allAsks(facts).at(-1);
  if (last === undefined) return null;
  return `${person(facts.repo.url, last.approver)}, ${utc(last.at)}: ${answerWords(last.answer)}`;
}

export function asksTable(facts: IncidentFacts): string | null {
  const asks = allAsks(facts);
  if (asks.length === 0) return null;
  const rows = asks.map(
    ({ at, approver, digest, answer }) =>
      `| ${utc(at)} | ${person(facts.repo.url, approver)} | ${code(codeOf(digest), 9)} | ${answerWords(answer)} |`,
  );
  return ["| Asked | Who | Plan | Answer |", "|:--|:--|:--|:--|", ...rows].join("\n");
}

export function answerWords(answer: string): string {
  const words = ANSWERS[answer] ?? "no answer known";
  return answer === "approved" || answer === "denied" ? `**${words}**` : words;
}

function codeOf(digest: string): string {
  return /^[0-9a-f]{64}$/.test(digest) ? shortCode(digest) : "unknown";
}

/** In plain words. */
export const ANSWERS: Readonly<Record<string, string>> = {
  approved: "approved",
  denied: "denied",
  expired: "no answer in time",
  none: "no answer yet",
};
