import { judgeSchema } from "./check-schema.ts";
import type { GenerateRequest } from "./types.ts";

/** What the real API would say of a request; null where it would take it. An unknown name is an error there too. */
export function judgeRequest(body: Readonly<Record<string, unknown>>): string | null {
  return (
    unknownName(body, TOP, "") ??
    judgeContents(body.contents) ??
    judgeInstruction(body.systemInstruction) ??
    judgeConfig(body.generationConfig) ??
    judgeTools(body.tools) ??
    judgeTogether(body as unknown as GenerateRequest)
  );
}

const TOP = [
  "contents",
  "systemInstruction",
  "tools",
  "toolConfig",
  "safetySettings",
  "generationConfig",
  "cachedContent",
];
const CONFIG = [
  "temperature",
  "topP",
  "topK",
  "candidateCount",
  "maxOutputTokens",
  "stopSequences",
  "seed",
  "presencePenalty",
  "frequencyPenalty",
  "responseMimeType",
  "responseSchema",
  "responseJsonSchema",
  "responseModalities",
  "thinkingConfig",
  "mediaResolution",
];
const CONTENT = ["role", "parts"];
const TOOL = ["functionDeclarations", "googleSearch", "codeExecution", "urlContext"];
const THINKING = ["thinkingBudget", "thinkingLevel", "includeThoughts"];
const PART = ["text", "thought", "thoughtSignature", "functionCall", "functionResponse", "inlineData", "fileData"];
const DECLARATION = [
  "name",
  "description",
  "parameters",
  "parametersJsonSchema",
  "response",
  "responseJsonSchema",
  "behavior",
];

function judgeContents(contents: unknown): string | null {
  if (!Array.isArray(contents) || contents.length === 0)
    return "* GenerateContentRequest.contents: contents is not specified";
  let called = 0;
  for (const [index, content] of contents.entries()) {
    const at = `contents[${index}]`;
    if (!isRecord(content)) return `Invalid value at '${at}'`;
    const stray = unknownName(content, CONTENT, at);
    if (stray !== null) return stray;
    if (content.role !== undefined && content.role !== "user" && content.role !== "model")
      return "Please use a valid role: user, model.";
    const parts = content.parts;
    if (!Array.isArray(parts) || parts.length === 0) return `* GenerateContentRequest.${at}.parts: must not be empty`;
    for (const part of parts) {
      if (!isRecord(part)) return `Invalid value at '${at}.parts'`;
      const wrong = unknownName(part, PART, `${at}.parts`) ?? judgePart(part, at);
      if (wrong !== null) return wrong;
    }
    const answered = parts.filter((part) => isRecord(part) && part.functionResponse !== undefined).length;
    if (answered !== called)
      return "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.";
    called = parts.filter((part) => isRecord(part) && part.functionCall !== undefined).length;
    if (called > 0 && content.role !== "model") return "Please ensure that function call turns come from the model.";
  }
  const last = contents.at(-1);
  return isRecord(last) && last.role === "model" ? "Please ensure that multiturn requests end with a user role." : null;
}

/** Every answer must name the call it is for, in the turn before it. */
export function judgeIds({ contents }: GenerateRequest): string | null {
  for (const [index, { parts }] of contents.entries()) {
    const called = contents[index - 1]?.parts.flatMap(({ functionCall }) => functionCall?.id ?? []) ?? [];
    const answers = parts.flatMap(({ functionResponse }) => (functionResponse ? [functionResponse.id] : []));
    if (answers.some((id) => id === undefined || !called.includes(id)))
      return "Please ensure that every function response part has the id of its function call part.";
  }
  return null;
}

function judgeInstruction(instruction: unknown): string | null {
  if (instruction === undefined) return null;
  const at = "system_instruction";
  if (!isRecord(instruction)) return `Invalid value at '${at}'`;
  const parts: unknown[] = Array.isArray(instruction.parts) ? instruction.parts : [];
  return (
    unknownName(instruction, CONTENT, at) ??
    parts.map((part) => (isRecord(part) ? unknownName(part, PART, `${at}.parts`) : "Invalid value")).find(Boolean) ??
    null
  );
}

function judgePart(part: Readonly<Record<string, unknown>>, at: string): string | null {
  const kinds = ["text", "functionCall", "functionResponse", "inlineData", "fileData"].filter((key) => key in part);
  if (kinds.length !== 1)
    return `* GenerateContentRequest.${at}.parts: required oneof field 'data' must have one initialized field`;
  const named = part.functionCall ?? part.functionResponse;
  if (named === undefined) return null;
  return isRecord(named) && isName(named.name) ? null : `* ${at}: function name is invalid`;
}

function judgeConfig(config: unknown): string | null {
  if (config === undefined) return null;
  if (!isRecord(config)) return "Invalid value at 'generation_config'";
  const thinking = isRecord(config.thinkingConfig) ? config.thinkingConfig : {};
  const wrong =
    unknownName(config, CONFIG, "generation_config") ??
    unknownName(thinking, THINKING, "generation_config.thinking_config") ??
    judgeSchema(config.responseJsonSchema, "generation_config.response_json_schema");
  if (wrong !== null) return wrong;
  if (thinking.thinkingBudget !== undefined && thinking.thinkingLevel !== undefined)
    return "You can only set only one of thinking budget and thinking level.";
  if (config.responseSchema !== undefined && config.responseJsonSchema !== undefined)
    return "Only one of response_schema and response_json_schema can be set";
  const hasSchema = config.responseSchema !== undefined || config.responseJsonSchema !== undefined;
  if (hasSchema && config.responseMimeType !== "application/json")
    return "A response schema requires the response mime type application/json";
  const { temperature } = config;
  return typeof temperature === "number" && (temperature < 0 || temperature > 2)
    ? "Temperature must be in the range [0.0, 2.0]"
    : null;
}

function judgeTools(tools: unknown): string | null {
  if (tools === undefined) return null;
  if (!Array.isArray(tools)) return "Invalid value at 'tools'";
  for (const tool of tools) {
    const stray = isRecord(tool) ? unknownName(tool, TOOL, "tools[0]") : "Invalid value at 'tools[0]'";
    if (stray !== null) return stray;
  }
  const declarations = tools.flatMap((tool) => (isRecord(tool) ? (tool.functionDeclarations ?? []) : [])) as unknown[];
  const names = new Set<unknown>();
  for (const declaration of declarations) {
    if (!isRecord(declaration)) return "Invalid value at 'tools[0].function_declarations'";
    const wrong =
      unknownName(declaration, DECLARATION, "tools[0].function_declarations") ??
      judgeSchema(declaration.parametersJsonSchema, `${String(declaration.name)}.parameters_json_schema`);
    if (wrong !== null) return wrong;
    if (!isName(declaration.name)) return "Invalid function name. Must start with a letter or an underscore.";
    if (names.has(declaration.name)) return `Duplicate function declaration found: ${String(declaration.name)}`;
    names.add(declaration.name);
  }
  return null;
}

function judgeTogether({ tools, generationConfig }: GenerateRequest): string | null {
  const hasTools = (tools ?? []).some((tool) => (tool.functionDeclarations ?? []).length > 0);
  return hasTools && generationConfig?.responseMimeType === "application/json"
    ? "Function calling with a response mime type: 'application/json' is unsupported"
    : null;
}

function unknownName(value: Readonly<Record<string, unknown>>, known: readonly string[], at: string): string | null {
  const stray = Object.keys(value).find((key) => !known.includes(key));
  if (stray === undefined) return null;
  return `Invalid JSON payload received. Unknown name "${stray}"${at === "" ? "" : ` at '${at}'`}: Cannot find field.`;
}

function isName(name: unknown): boolean {
  return typeof name === "string" && /^[A-Za-z_][\w.:-]{0,127}$/.test(name);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
