/**
 * A stand-in Gemini API on loopback: a model that behaves as it is scripted, behind the real API's checks. It knows nothing of what
 * Sentinel is; all it answers comes out of the request.
 */
import { createHash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { listen, parseObject, pathOf, readBody, sendJson, shut } from "../loopback.ts";
import { judgeIds, judgeRequest } from "./check-request.ts";
import { hostileReply } from "./hostile.ts";
import { schemaOf } from "./prompt.ts";
import {
  floodReply,
  goodReply,
  type ModelReply,
  malformedReply,
  tokenLimitReply,
  wrongSchemaReply,
} from "./replies.ts";
import type { Gemini, GeminiBehaviour, GeminiOptions, GenerateRequest, Part } from "./types.ts";

export async function startGemini(options: GeminiOptions): Promise<Gemini> {
  const apiKey = options.apiKey ?? `AIzaDrill${randomBytes(15).toString("hex")}`;
  const requests: GenerateRequest[] = [];
  const model: Model = {
    behaviour: options.model ?? "good",
    apiKey,
    slowMs: options.slowMs ?? 3000,
    retired: options.retired ?? [],
    requests,
    conclusions: new Map(),
  };
  const server = createServer((request, response) => {
    response.once("close", () =>
      options.journal.record({
        service: "gemini",
        method: request.method ?? "GET",
        path: pathOf(request),
        actor: request.headers["x-goog-api-key"] === apiKey ? "key" : "anonymous",
        status: response.writableFinished ? response.statusCode : 0,
      }),
    );
    void serve(request, response, model).catch(() => response.destroy());
  });
  const port = await listen(server, options.port);
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    apiKey,
    requests,
    setModel(behaviour) {
      model.behaviour = behaviour;
    },
    close: () => shut(server),
  };
}

type Model = {
  behaviour: GeminiBehaviour;
  readonly apiKey: string;
  readonly slowMs: number;
  readonly retired: readonly string[];
  readonly requests: GenerateRequest[];
  /** Conversation → conclusions asked of it so far; the API itself is stateless, a stubborn model is not. */
  readonly conclusions: Map<string, number>;
};

async function serve(request: IncomingMessage, response: ServerResponse, model: Model): Promise<void> {
  const [, name, method] = /^\/v1(?:beta)?\/models\/([\w.-]+):(\w+)$/.exec(pathOf(request)) ?? [];
  const body = await readBody(request, 20_000_000);
  if (!name || request.method !== "POST")
    return sendError(response, 404, "NOT_FOUND", "Requested entity was not found.");
  const key = request.headers["x-goog-api-key"];
  if (key === undefined) return sendError(response, 403, "PERMISSION_DENIED", NO_KEY);
  if (key !== model.apiKey) return sendError(response, 400, "INVALID_ARGUMENT", BAD_KEY, [BAD_KEY_INFO]);
  if (!name.startsWith("gemini-"))
    return sendError(response, 404, "NOT_FOUND", `models/${name} is not found for API version v1beta`);
  if (model.retired.includes(name)) return sendError(response, 404, "NOT_FOUND", `This model models/${name} ${GONE}`);
  if (method !== "generateContent")
    return sendError(response, 501, "UNIMPLEMENTED", `${method} is not implemented by this stand-in`);
  const isJson = request.headers["content-type"]?.startsWith("application/json") ?? false;
  const asked = isJson ? parseObject(body) : null;
  if (!asked) return sendError(response, 400, "INVALID_ARGUMENT", "Invalid JSON payload received.");
  const wrong = judgeRequest(asked) ?? (givesIds(name) ? judgeIds(asked as unknown as GenerateRequest) : null);
  if (wrong !== null) return sendError(response, 400, "INVALID_ARGUMENT", wrong);
  const generate = asked as unknown as GenerateRequest;
  model.requests.push(generate);
  await behave(generate, name, response, model);
}

async function behave(request: GenerateRequest, name: string, response: ServerResponse, model: Model): Promise<void> {
  switch (model.behaviour) {
    case "silent":
      return;
    case "429":
      return sendError(response, 429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.", [RETRY_INFO]);
    case "503":
      return sendError(response, 503, "UNAVAILABLE", "The model is overloaded. Please try again later.");
    case "safety":
      return sendReply(response, name, request, { parts: [], finishReason: "SAFETY" });
    case "slow":
      await delay(model.slowMs);
      return sendReply(response, name, request, goodReply(request));
    case "good":
      return sendReply(response, name, request, goodReply(request));
    case "malformed":
      return sendReply(response, name, request, malformedReply(request));
    case "wrong-schema":
      return sendReply(response, name, request, wrongSchemaReply(request));
    case "token-limit":
      return sendReply(response, name, request, tokenLimitReply(request));
    case "flood":
      return sendReply(response, name, request, floodReply(request));
    case "hostile":
      return sendReply(response, name, request, hostileReply(request, countConclusion(request, model)));
  }
}

/** How many conclusions this conversation was asked for before this one. */
function countConclusion(request: GenerateRequest, { conclusions }: Model): number {
  if (!schemaOf(request)) return 0;
  const opening = createHash("sha256")
    .update(request.contents[0]?.parts[0]?.text ?? "")
    .digest("hex");
  const before = conclusions.get(opening) ?? 0;
  conclusions.set(opening, before + 1);
  return before;
}

function sendReply(response: ServerResponse, name: string, request: GenerateRequest, reply: ModelReply): void {
  const { finishReason } = reply;
  const parts = givesIds(name) ? reply.parts.map(withId) : reply.parts;
  const promptTokenCount = Math.ceil(JSON.stringify(request.contents).length / 4);
  const candidatesTokenCount = Math.ceil(JSON.stringify(parts).length / 4);
  sendJson(response, 200, {
    candidates: [
      {
        ...(parts.length > 0 ? { content: { role: "model", parts } } : {}),
        finishReason,
        index: 0,
        ...(finishReason === "SAFETY" ? { safetyRatings: [BLOCKED] } : {}),
      },
    ],
    usageMetadata: { promptTokenCount, candidatesTokenCount, totalTokenCount: promptTokenCount + candidatesTokenCount },
    modelVersion: name,
    responseId: randomBytes(12).toString("base64url"),
  });
}

/** Gemini 3 names every call, and wants the answer to it by that name. */
function givesIds(name: string): boolean {
  return !/^gemini-[12]\./.test(name);
}

function withId(part: Part): Part {
  const id = randomBytes(6).toString("base64url");
  return part.functionCall ? { ...part, functionCall: { id, ...part.functionCall } } : part;
}

const BLOCKED = { category: "HARM_CATEGORY_DANGEROUS_CONTENT", probability: "HIGH", blocked: true };
const GONE = "is no longer available to new users. Please update your code to use a newer model.";
const NO_KEY = "Method doesn't allow unregistered callers (callers without established identity). Please use API Key.";
const BAD_KEY = "API key not valid. Please pass a valid API key.";
const BAD_KEY_INFO = { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID" };
const RETRY_INFO = { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "1s" };

function sendError(
  response: ServerResponse,
  code: number,
  status: string,
  message: string,
  details: readonly unknown[] = [],
): void {
  sendJson(response, code, { error: { code, message, status, ...(details.length > 0 ? { details } : {}) } });
}
