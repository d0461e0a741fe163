import { fill } from "./fill.ts";
import { type Noticed, notice, schemaOf } from "./prompt.ts";
import type { FunctionDeclaration, GenerateRequest, JsonSchema, Part } from "./types.ts";

/** What the model says, before it is put in the API's envelope. */
export type ModelReply = {
  readonly parts: readonly Part[];
  readonly finishReason: "STOP" | "MAX_TOKENS" | "SAFETY" | "MALFORMED_FUNCTION_CALL";
};

const LOOKS = 2;

/** A model that works well: a few looks with the tools it is offered, then the object that the schema asks for. */
export function goodReply(request: GenerateRequest): ModelReply {
  const noticed = notice(request);
  const schema = schemaOf(request);
  if (schema) return said(JSON.stringify(fill(schema, noticed)));
  const offered = declarations(request);
  const final = offered.find(({ name }) => FINAL.test(name));
  const tools = offered.filter((tool) => tool !== final);
  if (noticed.looks < LOOKS && tools.length > 0) return look(tools, noticed);
  return final ? { parts: [call(final, noticed)], finishReason: "STOP" } : said("I have seen enough to conclude.");
}

/** A function by which the answer itself is handed in, where one is declared. */
const FINAL = /^(?:conclude|finish|submit|report|answer|final|diagnos)/i;

/** First the ranking or whatever takes no argument, then what needs some; never the same one twice. */
function look(tools: readonly FunctionDeclaration[], noticed: Noticed): ModelReply {
  const byArguments = tools.toSorted((a, b) => requiredOf(a).length - requiredOf(b).length);
  const chosen =
    noticed.looks === 0 ? byArguments.slice(0, 1) : byArguments.filter((tool) => requiredOf(tool).length === 1);
  const thought =
    noticed.looks === 0
      ? "First I want to see what the code itself ranks highest."
      : "Now I want to read what the likeliest commit changes.";
  const calls = (chosen.length > 0 ? chosen.slice(0, 2) : byArguments.slice(0, 1)).map((tool) => call(tool, noticed));
  return { parts: [{ text: thought }, ...calls], finishReason: "STOP" };
}

export function call(declaration: FunctionDeclaration, noticed: Noticed): Part {
  return { functionCall: { name: declaration.name, args: argumentsFor(declaration, noticed) } };
}

/** Arguments the declaration requires, out of the prompt. */
function argumentsFor(declaration: FunctionDeclaration, noticed: Noticed): Readonly<Record<string, unknown>> {
  const schema = parametersOf(declaration);
  return schema ? (fill(schema, noticed) as Record<string, unknown>) : {};
}

export function declarations(request: GenerateRequest): readonly FunctionDeclaration[] {
  return (request.tools ?? []).flatMap((tool) => tool.functionDeclarations ?? []);
}

export function parametersOf(declaration: FunctionDeclaration): JsonSchema | null {
  return declaration.parametersJsonSchema ?? declaration.parameters ?? null;
}

function requiredOf(declaration: FunctionDeclaration): readonly unknown[] {
  const required = parametersOf(declaration)?.required;
  return Array.isArray(required) ? required : [];
}

export function said(text: string): ModelReply {
  return { parts: [{ text }], finishReason: "STOP" };
}

/** Breaks off in the middle of its JSON; while it may look, it looks. */
export function malformedReply(request: GenerateRequest): ModelReply {
  const good = goodReply(request);
  if (!schemaOf(request)) return good;
  const [{ text = "" } = {}] = good.parts;
  return said(`\`\`\`json\n${text.slice(0, Math.floor(text.length / 2))}`);
}

export function wrongSchemaReply(request: GenerateRequest): ModelReply {
  return schemaOf(request)
    ? said(JSON.stringify({ verdict: "maybe", answer: 42, suspects: "all" }))
    : goodReply(request);
}

export function tokenLimitReply(request: GenerateRequest): ModelReply {
  const { parts } = malformedReply(request);
  const words = schemaOf(request) ? parts : [{ text: "Before I look at anything I should like to say that" }];
  return { parts: words, finishReason: "MAX_TOKENS" };
}

export function floodReply(request: GenerateRequest): ModelReply {
  const noticed = notice(request);
  const [tool] = declarations(request);
  const one = tool ? call(tool, noticed) : { functionCall: { name: "push", args: {} } };
  return { parts: Array.from({ length: 200 }, () => one), finishReason: "STOP" };
}
