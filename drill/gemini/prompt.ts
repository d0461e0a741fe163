import type { GenerateRequest, JsonSchema, Part } from "./types.ts";

/** What a model can pick up from a request without knowing who sent it: commits, paths, evidence ids and words in the prompt. */
export type Noticed = {
  /** Everything the user side said, tool answers included. */
  readonly text: string;
  /** Commits in the order in which they are named; the first suspect named comes first. */
  readonly commits: readonly string[];
  readonly paths: readonly string[];
  readonly evidence: readonly string[];
  /** A word out of the failure, for a search. */
  readonly word: string;
  /** Turns in which the model has already called something. */
  readonly looks: number;
};

export function notice(request: GenerateRequest): Noticed {
  const text = request.contents
    .filter((content) => content.role !== "model")
    .flatMap((content) => content.parts.map(partText))
    .join("\n");
  const suspects = text.slice(Math.max(0, text.search(/suspect|rank|likel/i)));
  return {
    text,
    commits: unique([...suspects.matchAll(COMMIT), ...text.matchAll(COMMIT)]),
    paths: unique([...text.matchAll(/(?<![\w/.-])(?:[\w-]+\/)+[\w-]+\.[a-z]{1,4}\b/g)]),
    evidence: unique([...text.matchAll(/(?<=\bid=")[A-Z]\d{1,3}(?=")/g)]),
    word: /\b[A-Za-z]+(?:Error|Exception)\b/.exec(text)?.[0] ?? /\b[a-z]+_[a-z_]+\b/.exec(text)?.[0] ?? "error",
    looks: request.contents.filter((content) => content.parts.some((part) => part.functionCall)).length,
  };
}

const COMMIT = /\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}\b/g;

function partText(part: Part): string {
  return part.text ?? (part.functionResponse ? readable(part.functionResponse.response) : "");
}

function readable(response: unknown): string {
  if (typeof response === "string") return response;
  if (typeof response !== "object" || response === null) return "";
  return Object.values(response).map(readable).join("\n");
}

function unique(matches: readonly RegExpMatchArray[]): readonly string[] {
  return [...new Set(matches.map(([match]) => match))].slice(0, 40);
}

/** The schema that binds the answer, and the functions on offer. */
export function schemaOf({ generationConfig }: GenerateRequest): JsonSchema | null {
  return generationConfig?.responseJsonSchema ?? generationConfig?.responseSchema ?? null;
}
