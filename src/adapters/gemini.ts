import { ApiError, GoogleGenAI, ThinkingLevel } from "@google/genai/web";
import type { Price } from "../agent/react/limits.ts";
import type { Ask, Reasoner, ReplyDraft } from "../agent/reasoner.ts";
import type { Secret } from "../kernel/secret.ts";
import { readReply } from "./gemini-reply.ts";
import { conversation, flattened } from "./gemini-request.ts";

/**
 * Gemini as a reasoner, through the light entry of its SDK. It must never put the key or anything the service said into an
 * error or a log: what leaves here are replies, and for a failure a word of ours and a status.
 */
export function createGemini(options: GeminiOptions): Reasoner {
  const client = connect(options);
  let { model } = options;
  const attempt = async (ask: Ask, signal: AbortSignal): Promise<ReplyDraft> => {
    try {
      return readReply(await client.models.generateContent(requestFor(model, ask, signal)), ask.mustConclude);
    } catch (error) {
      return failed(error, signal);
    }
  };
  return {
    name: "gemini",
    get model() {
      return model;
    },
    get price() {
      return priceOf(model);
    },
    reply: async (ask, signal) => {
      const reply = await attempt(ask, signal);
      const successor = SUCCESSORS[model];
      if (reply.kind !== "failed" || reply.why !== "no-model" || successor === undefined) return reply;
      model = successor;
      return attempt(ask, signal);
    },
  };
}

/**
 * Who answers for a model that the service does not give us: new users are not given Gemini 2.5, and it is shut down on 1 December 2026
 * (https://ai.google.dev/gemini-api/docs/deprecations). Then its requests go to these as well, but by the rules of Gemini 3.
 */
const SUCCESSORS: Readonly<Record<string, string>> = {
  "gemini-2.5-flash": "gemini-3.5-flash-lite",
  "gemini-2.5-pro": "gemini-3.8-flash",
};

export type GeminiOptions = {
  readonly model: string;
  readonly access:
    | { readonly kind: "key"; readonly apiKey: Secret }
    | {
        readonly kind: "identity";
        readonly project: string;
        readonly location: string;
        /** A short-lived access token of the workload's own identity. */
        readonly token: () => Promise<Secret>;
      };
  /** Null: Google's own. */
  readonly baseUrl: string | null;
};

const TIMEOUT_MS = 60_000;
/** One more try, soon: a second failure is better spent on the offline reasoner. */
const RETRY = { attempts: 2, initialDelay: 0.5, maxDelay: 2 };

function connect({ access, baseUrl }: GeminiOptions): GoogleGenAI {
  const common = { timeout: TIMEOUT_MS, retryOptions: RETRY };
  if (access.kind === "key")
    return new GoogleGenAI({
      apiKey: access.apiKey.expose(),
      vertexai: false,
      httpOptions: { ...common, ...(baseUrl === null ? {} : { baseUrl }) },
    });
  const host = access.location === "global" ? "aiplatform" : `${access.location}-aiplatform`;
  return new GoogleGenAI({
    // The light entry knows keys only; this one is taken off again below, where the identity's token is put on.
    apiKey: "none",
    vertexai: true,
    apiVersion: `v1/projects/${access.project}/locations/${access.location}`,
    httpOptions: {
      ...common,
      baseUrl: baseUrl ?? `https://${host}.googleapis.com`,
      fetch: async (url, init) => {
        const headers = new Headers(init?.headers);
        headers.delete("x-goog-api-key");
        headers.set("authorization", `Bearer ${(await access.token()).expose()}`);
        return fetch(url, { ...init, headers });
      },
    },
  });
}

function requestFor(model: string, ask: Ask, signal: AbortSignal) {
  const common = {
    systemInstruction: ask.system,
    candidateCount: 1,
    abortSignal: signal,
    ...manners(model),
  };
  const room = /2\.5/.test(model) ? 0 : ROOM_TO_THINK;
  if (ask.mustConclude)
    return {
      model,
      contents: flattened(ask.transcript),
      config: {
        ...common,
        maxOutputTokens: 4096 + room,
        responseMimeType: "application/json",
        responseJsonSchema: ask.conclusionSchema,
      },
    };
  const functionDeclarations = ask.tools.map(({ name, description, parameters }) => ({
    name,
    description,
    parametersJsonSchema: withoutExotic(parameters),
  }));
  return {
    model,
    contents: conversation(ask.transcript),
    config: {
      ...common,
      maxOutputTokens: 2048 + room,
      tools: [{ functionDeclarations }],
      automaticFunctionCalling: { disable: true },
    },
  };
}

/** What a model thinks counts as its output, so that a reply with no more room than its words need could end before them. */
const ROOM_TO_THINK = 4096;

/**
 * Longer thinking does not find more culprits. From Gemini 3 on a model is told to think little by a level in place of a budget, and none
 * can be told to leave it; its temperature is to be left alone (https://ai.google.dev/gemini-api/docs/gemini-3).
 */
function manners(model: string) {
  if (/2\.5-flash/.test(model)) return { temperature: 0, thinkingConfig: { thinkingBudget: 0 } };
  if (/2\.5-pro/.test(model)) return { temperature: 0, thinkingConfig: { thinkingBudget: 128 } };
  if (/gemini-[3-9]/.test(model)) return { thinkingConfig: { thinkingLevel: ThinkingLevel.LOW } };
  return { temperature: 0 };
}

/** Only what the API documents of JSON Schema; the rest is checked by us anyway. */
function withoutExotic(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutExotic);
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => !["pattern", "minLength", "maxLength", "default"].includes(key))
      .map(([key, value]) => [key, withoutExotic(value)]),
  );
}

function failed(error: unknown, signal: AbortSignal): ReplyDraft {
  const none = { kind: "failed", inputTokens: 0, outputTokens: 0 } as const;
  if (signal.aborted) return { ...none, why: "timeout", detail: "no answer in time" };
  if (!(error instanceof ApiError))
    return { ...none, why: "unavailable", detail: "no connection to the model's service" };
  const detail = `the model's service answered ${Number(error.status)}`;
  if (error.status === 429) return { ...none, why: "limited", detail };
  if (error.status === 401 || error.status === 403 || /API.KEY.INVALID|API key not valid/i.test(error.message))
    return { ...none, why: "refused-key", detail };
  if (error.status === 404 || /\bthinking (?:level|budget|mode)\b/i.test(error.message))
    return { ...none, why: "no-model", detail };
  return { ...none, why: "unavailable", detail };
}

/** List prices, in millionths of a dollar per million tokens. An unknown model counts as the dearest. */
function priceOf(model: string): Price {
  return PRICES.find(({ name }) => name.test(model))?.price ?? { input: 4_000_000, output: 18_000_000 };
}

const PRICES: readonly { readonly name: RegExp; readonly price: Price }[] = [
  { name: /2\.5-flash-lite/, price: { input: 100_000, output: 400_000 } },
  { name: /2\.5-flash/, price: { input: 300_000, output: 2_500_000 } },
  { name: /2\.5-pro/, price: { input: 2_500_000, output: 15_000_000 } },
  { name: /3\.1-flash-lite/, price: { input: 250_000, output: 1_500_000 } },
  { name: /3\.5-flash-lite/, price: { input: 300_000, output: 2_500_000 } },
  { name: /3\.[678]-flash$/, price: { input: 1_500_000, output: 7_500_000 } },
];
