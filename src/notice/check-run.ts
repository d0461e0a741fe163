import type { Memory } from "../incident/memory.ts";
import { sourceWords } from "../incident/source-words.ts";
import { answerWords } from "./asks.ts";
import { code, plainText, safeText } from "./safe-text.ts";
import { utc } from "./words.ts";

/** What people see of the check run `Sentinel` on the bad head and its pull requests; the memory itself is its `text`. */
export function checkRunOutput(memory: Memory): { readonly title: string; readonly summary: string } {
  return { title: title(memory), summary: summary(memory) };
}

function title(memory: Memory): string {
  const end = memory.state === "closed" ? "closed" : memory.released === null ? "open" : "released";
  return plainText(
    `Incident #${memory.incident} ${end}: ${sourceWords(memory.source)} failed (${memory.severity})`,
    200,
  );
}

function summary(memory: Memory): string {
  const { plan, denied, released } = memory;
  const lines = [
    `Incident #${memory.incident} on ${code(memory.branch, 100)} since ${utc(memory.openedAt)}.`,
    plan === null ? null : `- Plan ${code(plan.code, 9)}`,
    ...memory.asks.map(
      ({ at, approver, answer }) => `- ${utc(at)}: ${code(approver, 60)} was asked, ${answerWords(answer)}`,
    ),
    denied === null ? null : `- ${code(denied.by, 60)} said no at ${utc(denied.at)}`,
    released === null
      ? null
      : `- Released ${utc(released.at)} by ${safeText(released.by, 60)}: ${safeText(released.reason, 300)}`,
    "",
    "Only Sentinel can write this check run; the text below is what it remembers.",
  ];
  return lines.filter((line) => line !== null).join("\n");
}
