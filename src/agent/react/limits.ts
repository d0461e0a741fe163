import type { Reply, Transcript } from "./transcript.ts";

/** How much one conversation may use. Each bound is a named stop; none can be moved by what a model says. */
export type Limits = {
  readonly turns: number;
  readonly toolCalls: number;
  readonly parallelCalls: number;
  /** Input and output of all replies together. */
  readonly tokens: number;
  readonly wallMs: number;
  /** One reply; a slower one counts as none. */
  readonly replyMs: number;
  readonly toolMs: number;
  /** Millionths of a US dollar. */
  readonly costMicros: number;
  /** Characters of one tool's answer. */
  readonly answerChars: number;
};

export const DEFAULT_LIMITS: Limits = {
  turns: 12,
  toolCalls: 40,
  parallelCalls: 6,
  tokens: 400_000,
  wallMs: 240_000,
  replyMs: 25_000,
  toolMs: 20_000,
  costMicros: 300_000,
  answerChars: 8_000,
};

/** Millionths of a US dollar for a million tokens. */
export type Price = { readonly input: number; readonly output: number };

export type LimitStop =
  | "turn-limit"
  | "tool-call-limit"
  | "parallel-limit"
  | "token-limit"
  | "time-limit"
  | "cost-limit";

export type Used = { readonly tokens: number; readonly costMicros: number; readonly calls: number };

function used(transcript: Transcript, reply: Reply, price: Price): Used {
  let [input, output, calls] = [reply.inputTokens, reply.outputTokens, 0];
  for (const turn of transcript.turns) {
    input += turn.reply.inputTokens;
    output += turn.reply.outputTokens;
    calls += turn.results.length;
  }
  return { tokens: input + output, costMicros: (input * price.input + output * price.output) / 1_000_000, calls };
}

/** The bound that this reply goes over, if any. */
export function overLimit(transcript: Transcript, reply: Reply, limits: Limits, price: Price): LimitStop | null {
  const { tokens, costMicros, calls } = used(transcript, reply, price);
  const asked = reply.kind === "calls" ? reply.calls.length : 0;
  if (transcript.turns.length >= limits.turns) return "turn-limit";
  if (!(tokens <= limits.tokens)) return "token-limit";
  if (!(costMicros <= limits.costMicros)) return "cost-limit";
  if (!(reply.atMs <= limits.wallMs)) return "time-limit";
  if (asked > limits.parallelCalls) return "parallel-limit";
  if (calls + asked > limits.toolCalls) return "tool-call-limit";
  return null;
}

/** Whether the next reply must be the conclusion: the last turn is for that, as is what is left of the other bounds. */
export function mustConclude(transcript: Transcript, limits: Limits): boolean {
  const last = transcript.turns.at(-1);
  if (!last) return limits.turns <= 1;
  const spent = transcript.turns.reduce((sum, { reply }) => sum + reply.inputTokens + reply.outputTokens, 0);
  const calls = transcript.turns.reduce((sum, { results }) => sum + results.length, 0);
  return (
    last.reply.kind === "words" ||
    last.reply.kind === "conclusion" ||
    transcript.turns.length >= limits.turns - 1 ||
    calls >= limits.toolCalls ||
    spent >= limits.tokens * 0.7 ||
    last.reply.atMs >= limits.wallMs * 0.7
  );
}
