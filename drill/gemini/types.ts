import type { Journal } from "../journal.ts";

/** The stand-in Gemini API as tests and the drill see it. Its protocol side is `models/{model}:generateContent`. */
export type GeminiOptions = {
  readonly journal: Journal;
  readonly model?: GeminiBehaviour;
  readonly port?: number;
  /** The only key it takes; random when not given. */
  readonly apiKey?: string;
  /** Models that are given to nobody any more. */
  readonly retired?: readonly string[];
  /** What `slow` waits before it answers. Default 3000. */
  readonly slowMs?: number;
};

/** How the model behaves, whatever it is asked. */
export const GEMINI_BEHAVIOURS = {
  good: "Looks with a few of the offered tools, then concludes by the schema it was given",
  silent: "Takes the request and never answers",
  slow: "Answers well, but late",
  malformed: "Looks, then concludes with JSON that breaks off",
  "wrong-schema": "Looks, then concludes with JSON of another shape",
  safety: "Every answer is blocked for safety",
  "429": "Every request is refused: quota exhausted",
  "503": "Every request is refused: overloaded",
  "token-limit": "Every answer breaks off at the token limit",
  flood: "Asks for two hundred tool calls at once, for ever",
  hostile: "Asks for everything forbidden in every way it can, then proposes a rollback in hostile words",
} as const;

export type GeminiBehaviour = keyof typeof GEMINI_BEHAVIOURS;

export type Gemini = {
  /** For the client's `httpOptions.baseUrl`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** Bodies of the requests that were well-formed, in order. */
  readonly requests: readonly GenerateRequest[];
  setModel(model: GeminiBehaviour): void;
  close(): Promise<void>;
};

export type Part = {
  readonly text?: string;
  readonly functionCall?: {
    readonly id?: string;
    readonly name: string;
    readonly args?: Readonly<Record<string, unknown>>;
  };
  readonly functionResponse?: { readonly id?: string; readonly name: string; readonly response: unknown };
};
export type Content = { readonly role?: string; readonly parts: readonly Part[] };
export type FunctionDeclaration = {
  readonly name: string;
  readonly description?: string;
  readonly parameters?: JsonSchema;
  readonly parametersJsonSchema?: JsonSchema;
};
export type JsonSchema = Readonly<Record<string, unknown>>;

export type GenerateRequest = {
  readonly contents: readonly Content[];
  readonly systemInstruction?: Content;
  readonly tools?: readonly { readonly functionDeclarations?: readonly FunctionDeclaration[] }[];
  readonly generationConfig?: {
    readonly responseMimeType?: string;
    readonly responseSchema?: JsonSchema;
    readonly responseJsonSchema?: JsonSchema;
    readonly maxOutputTokens?: number;
    readonly temperature?: number;
    readonly thinkingConfig?: { readonly thinkingBudget?: number; readonly thinkingLevel?: string };
  };
};
