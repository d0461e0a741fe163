import type { Conclusion } from "../conclusion.ts";
import type { LimitStop, Limits, Price } from "./limits.ts";
import { mustConclude, overLimit } from "./limits.ts";
import type { Reply, ReplyFailure, Transcript } from "./transcript.ts";

/**
 * One step of the conversation, pure: what a reply leads to. It must never do anything, and nothing that a reply holds can
 * make it answer something else than reading, finishing or stopping.
 */
export function step(transcript: Transcript, reply: Reply, rules: Rules): Next {
  const over = overLimit(transcript, reply, rules.limits, rules.price);
  if (over !== null) return { kind: "stop", reason: over, detail: `over the ${over.replaceAll("-", " ")}` };
  switch (reply.kind) {
    case "failed":
      return { kind: "stop", reason: reply.why, detail: reply.detail };
    case "words":
      return wordsAreEnough(transcript)
        ? { kind: "call-tools", calls: [] }
        : stopMalformed("words in place of a conclusion");
    case "calls":
      if (mustConclude(transcript, rules.limits)) return stopMalformed("tool calls in place of a conclusion");
      return { kind: "call-tools", calls: prepareAll(transcript, reply.calls, rules) };
    case "conclusion":
      return conclude(transcript, reply.value, rules);
  }
}

export type Rules = {
  readonly limits: Limits;
  readonly price: Price;
  /** Null when there is no such tool, by exact name; else the checked arguments, or why they are none. */
  readonly prepare: (tool: string, args: unknown) => Prepared | null;
  /** `known` holds the ids of the tools' answers so far. */
  readonly readConclusion: (value: unknown, known: ReadonlySet<string>) => Conclusion | string;
};

export type Prepared = { readonly ok: true; readonly args: unknown } | { readonly ok: false; readonly problem: string };

export type PreparedCall = { readonly id: string; readonly tool: string } & Prepared;

export type Next =
  | { readonly kind: "call-tools"; readonly calls: readonly PreparedCall[] }
  | { readonly kind: "finish"; readonly conclusion: Conclusion }
  | { readonly kind: "stop"; readonly reason: StopReason; readonly detail: string };

export type StopReason = LimitStop | ReplyFailure;

/** Prose once is an answer to "look further?"; prose again, when the conclusion was asked for, is not. */
function wordsAreEnough(transcript: Transcript): boolean {
  return transcript.turns.every(({ reply }) => reply.kind === "calls");
}

function prepareAll(
  transcript: Transcript,
  calls: Extract<Reply, { kind: "calls" }>["calls"],
  rules: Rules,
): readonly PreparedCall[] {
  const before = transcript.turns.reduce((sum, { results }) => sum + results.length, 0);
  return calls.map(({ tool, args }, index) => {
    const prepared = rules.prepare(tool, args) ?? { ok: false, problem: "there is no tool of this name" };
    return { id: `T${before + index + 1}`, tool, ...prepared };
  });
}

function conclude(transcript: Transcript, value: unknown, rules: Rules): Next {
  const known = new Set(transcript.turns.flatMap(({ results }) => results.map(({ id }) => id)));
  const read = rules.readConclusion(value, known);
  if (typeof read !== "string") return { kind: "finish", conclusion: read };
  const isFirst = transcript.turns.every(({ reply }) => reply.kind !== "conclusion");
  const canRetry = isFirst && transcript.turns.length + 1 < rules.limits.turns;
  return canRetry ? { kind: "call-tools", calls: [] } : stopMalformed(read);
}

function stopMalformed(detail: string): Next {
  return { kind: "stop", reason: "malformed", detail };
}
