import type { Price } from "./react/limits.ts";
import type { ReasonerName, Reply, Transcript } from "./react/transcript.ts";

/** Whoever thinks: a model behind an adapter, or plain code. It is asked for a reply and is given nothing it could act with. */
export type Reasoner = {
  readonly name: ReasonerName;
  readonly price: Price;
  /** Which model answers, for the record. */
  readonly model?: string;
  /** Never throws for what a model or its service does: that is a reply of the kind `failed`. */
  reply(ask: Ask, signal: AbortSignal): Promise<ReplyDraft>;
};

export type Ask = {
  readonly system: string;
  readonly transcript: Transcript;
  readonly tools: readonly ToolDeclaration[];
  /** Only the conclusion counts now; tools are not offered. */
  readonly mustConclude: boolean;
  readonly conclusionSchema: Readonly<Record<string, unknown>>;
};

export type ToolDeclaration = {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly parameters: Readonly<Record<string, unknown>>;
};

/** A reply before the conversation has noted when it came. */
export type ReplyDraft = Reply extends infer R ? (R extends Reply ? Omit<R, "atMs"> : never) : never;
