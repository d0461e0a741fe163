/**
 * One conversation as plain data: what was asked, what the reasoner replied, what each tool answered. It can be saved as
 * JSON, shown as it grows, and replayed exactly; nothing in it is an instruction to us.
 */
export type Transcript = {
  readonly v: 1;
  readonly by: ReasonerName;
  /** Version of the prompts it was asked with. */
  readonly prompt: string;
  readonly opening: string;
  readonly turns: readonly Turn[];
};

export type ReasonerName = "offline" | "gemini";

export type Turn = { readonly reply: Reply; readonly results: readonly ToolResult[] };

/** What a reasoner may answer. Whatever else comes from a model is made one of these by its adapter. */
export type Reply = ReplyMeasure &
  (
    | { readonly kind: "calls"; readonly thought: string; readonly calls: readonly ToolCall[] }
    | { readonly kind: "words"; readonly thought: string }
    | { readonly kind: "conclusion"; readonly thought: string; readonly value: unknown }
    | { readonly kind: "failed"; readonly why: ReplyFailure; readonly detail: string }
  );

export type ReplyMeasure = {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Milliseconds since the conversation began, when the reply was there. */
  readonly atMs: number;
};

export const REPLY_FAILURES = [
  "unavailable",
  "limited",
  "timeout",
  "blocked",
  "malformed",
  "refused-key",
  "no-model",
  "cancelled",
] as const;
export type ReplyFailure = (typeof REPLY_FAILURES)[number];

export type ToolCall = {
  readonly tool: string;
  readonly args: unknown;
  /** Opaque to us, both; models that give them want them back, the id beside the answer as well. */
  readonly signature?: string;
  readonly id?: string;
};

export type ToolResult = {
  /** By this id claims may name it as evidence. */
  readonly id: string;
  readonly tool: string;
  readonly ok: boolean;
  readonly text: string;
};
