import type { Clock } from "../../kernel/clock.ts";
import type { Conclusion } from "../conclusion.ts";
import type { Mask } from "../mask.ts";
import type { Ask, Reasoner, ReplyDraft } from "../reasoner.ts";
import { tame } from "../tame.ts";
import { mustConclude } from "./limits.ts";
import { cleanReply } from "./reply.ts";
import { type PreparedCall, type Rules, type StopReason, step } from "./step.ts";
import type { Reply, ToolResult, Transcript, Turn } from "./transcript.ts";

/**
 * The loop around `step`: ask, run the tools it prepared, go on until it finishes or stops. It must never run anything but
 * the read-only tools it was given, and never longer than its limits.
 */
export async function converse(parts: Conversation): Promise<Ended> {
  const { reasoner, rules, clock, watch } = parts;
  const start = clock.now();
  let transcript: Transcript = {
    v: 1,
    by: reasoner.name,
    prompt: parts.promptVersion,
    opening: parts.opening,
    turns: [],
  };
  for (;;) {
    const concluding = mustConclude(transcript, rules.limits);
    const draft = await askOnce(parts, { ...parts.ask, transcript, mustConclude: concluding }, clock.now() - start);
    const reply = cleanReply({ ...draft, atMs: clock.now() - start }, parts.mask);
    watch({ kind: "replied", reply });
    const next = step(transcript, reply, rules);
    if (next.kind === "finish") watch({ kind: "concluded", conclusion: next.conclusion });
    else if (reply.kind === "conclusion") watch({ kind: "turned-down" });
    const results = next.kind === "call-tools" ? await runAll(parts, next.calls) : [];
    transcript = withTurn(transcript, { reply, results });
    if (next.kind !== "call-tools") return { transcript, end: next };
  }
}

export type Conversation = {
  readonly reasoner: Reasoner;
  readonly rules: Rules;
  readonly promptVersion: string;
  readonly opening: string;
  readonly ask: Pick<Ask, "system" | "tools" | "conclusionSchema">;
  /** Arguments were checked by `prepare`; a throw is an answer that the reasoner can read. */
  readonly run: (tool: string, args: unknown, signal: AbortSignal) => Promise<string>;
  readonly mask: Mask;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly watch: (event: Seen) => void;
};

export type Ended = {
  readonly transcript: Transcript;
  readonly end:
    | { readonly kind: "finish"; readonly conclusion: Conclusion }
    | { readonly kind: "stop"; readonly reason: StopReason; readonly detail: string };
};

export type Seen =
  | { readonly kind: "replied"; readonly reply: Reply }
  | { readonly kind: "concluded"; readonly conclusion: Conclusion }
  /** What was concluded does not fit the schema or the options. */
  | { readonly kind: "turned-down" }
  | { readonly kind: "called"; readonly call: PreparedCall }
  | { readonly kind: "answered"; readonly result: ToolResult };

function withTurn(transcript: Transcript, turn: Turn): Transcript {
  return { ...transcript, turns: [...transcript.turns, turn] };
}

async function askOnce({ reasoner, rules, signal }: Conversation, ask: Ask, elapsedMs: number): Promise<ReplyDraft> {
  const left = Math.max(1, Math.min(rules.limits.replyMs, rules.limits.wallMs - elapsedMs));
  const reply = await withinTime(left, signal, (both) => reasoner.reply(ask, both));
  if (reply.kind === "done") return reply.value;
  const nothing = { kind: "failed", inputTokens: 0, outputTokens: 0 } as const;
  if (reply.kind === "late")
    return { ...nothing, why: signal.aborted ? "cancelled" : "timeout", detail: "no reply in time" };
  return { ...nothing, why: "unavailable", detail: "the reasoner failed" };
}

/** Read-only tools run side by side; their answers keep the order of the calls. */
async function runAll(parts: Conversation, calls: readonly PreparedCall[]): Promise<readonly ToolResult[]> {
  return Promise.all(
    calls.map(async (call) => {
      parts.watch({ kind: "called", call });
      const { ok, text } = call.ok ? await runOne(parts, call) : { ok: false, text: call.problem };
      const limit = parts.rules.limits.answerChars;
      const result = { id: call.id, tool: call.tool, ok, text: parts.mask(tame(text, limit)) };
      parts.watch({ kind: "answered", result });
      return result;
    }),
  );
}

async function runOne(
  { run, rules, signal }: Conversation,
  call: Extract<PreparedCall, { ok: true }>,
): Promise<{ readonly ok: boolean; readonly text: string }> {
  const answer = await withinTime(rules.limits.toolMs, signal, (both) => run(call.tool, call.args, both));
  if (answer.kind === "done") return { ok: true, text: answer.value };
  return { ok: false, text: answer.kind === "late" ? "took too long" : answer.words };
}

type Timed<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "late" }
  | { readonly kind: "failed"; readonly words: string };

/** Aborts what takes longer, and does not wait for it if it ignores that. */
async function withinTime<T>(
  ms: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<Timed<T>> {
  if (outer.aborted) return { kind: "late" };
  const abort = new AbortController();
  const late = Promise.withResolvers<Timed<T>>();
  const giveUp = (): void => {
    late.resolve({ kind: "late" });
    abort.abort();
  };
  const timer = setTimeout(giveUp, ms);
  outer.addEventListener("abort", giveUp, { once: true });
  try {
    const done = work(abort.signal).then(
      (value): Timed<T> => ({ kind: "done", value }),
      (error: unknown): Timed<T> => ({ kind: "failed", words: readable(error) }),
    );
    return await Promise.race([done, late.promise]);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener("abort", giveUp);
  }
}

/** Only sentences of ours go back; what git or a server said may hold anything. */
function readable(error: unknown): string {
  return error instanceof ToolProblem ? error.message : "could not be looked at";
}

/** What a tool says when its arguments name nothing that can be looked at. */
export class ToolProblem extends Error {
  override readonly name = "ToolProblem";
}
