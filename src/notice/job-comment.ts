import type { AskRecord, Outcome, PlanSummary } from "../incident/report.ts";
import { shortCode } from "../kernel/digest.ts";
import { answerWords } from "./asks.ts";
import { planList } from "./plan-section.ts";
import { reasonWords } from "./reason-words.ts";
import { code } from "./safe-text.ts";
import { utc } from "./words.ts";

/**
 * The one comment that a responder's job writes on the incident, edited in place: what it asks, whom, and how it ended. It
 * also keeps, unreadable for anybody else, what a re-run of the job needs to find an approval given meanwhile.
 */
export type JobNote = {
  readonly runId: number;
  readonly attempt: number;
  readonly runUrl: string;
  readonly plan: PlanSummary | null;
  readonly asks: readonly AskRecord[];
  /** `asking` while the job waits. */
  readonly outcome: Outcome | "asking";
  /** The end in words, with the cure; while it waits, until when. */
  readonly said: string;
  readonly approver: string | null;
  readonly revertSha: string | null;
  /** The job's chain of records as `src/audit` encodes it: Markdown of ours, shown last. */
  readonly record?: string;
};

/** @param sealed base64url, opaque to this; null when there is nothing to continue. */
export function jobComment(note: JobNote, sealed: string | null): string {
  const blocks = [
    `**${HEADLINES[note.outcome]}** · ${attemptLink(note)}`,
    reasonWords(note.said, 1000),
    note.plan === null ? null : planList(note.plan),
    note.asks.length === 0 ? null : note.asks.map(askLine).join("\n"),
    note.revertSha === null ? null : `Rollback commit: ${note.revertSha}`,
    note.record ?? null,
    sealed === null ? null : sealedBlock(note.runId, sealed),
  ];
  return `${blocks.filter((block) => block !== null).join("\n\n")}\n`;
}

/** Whether this is what an attempt wrote, whatever it said; who wrote it is for the caller to check. */
export function isCommentOf(attempt: Pick<JobNote, "attempt" | "runUrl">, body: string): boolean {
  return body.split("\n", 1).some((line) => line.includes(attemptLink(attempt)));
}

/**
 * The sealed block that run `runId` left in its comment, or null. Who wrote the comment is for the caller to check; whether the
 * block is genuine shows when it is unsealed.
 */
export function parseSealed(body: string, runId: number): string | null {
  const found = [...body.matchAll(/^<!-- sentinel-sealed run=(\d{1,20}) ([A-Za-z0-9_-]{1,20000}) -->$/gm)];
  return found.findLast((match) => match[1] === String(runId))?.[2] ?? null;
}

function attemptLink({ attempt, runUrl }: Pick<JobNote, "attempt" | "runUrl">): string {
  return `[run, attempt ${attempt}](${runUrl})`;
}

function sealedBlock(runId: number, sealed: string): string {
  if (!/^[A-Za-z0-9_-]{1,20000}$/.test(sealed)) throw new Error("invariant: a sealed block is base64url");
  return `<!-- sentinel-sealed run=${runId} ${sealed} -->`;
}

function askLine(ask: AskRecord): string {
  return `- ${utc(ask.at)}: ${code(ask.approver, 60)} was asked about plan \`${shortCode(ask.digest)}\`: ${answerWords(ask.answer)}`;
}

const HEADLINES: Readonly<Record<JobNote["outcome"], string>> = {
  asking: "Waiting for approval on the phone",
  "rolled-back": "Rolled back",
  denied: "Denied",
  expired: "Nobody answered in time",
  held: "Nothing was rolled back",
  failed: "The response failed",
};
