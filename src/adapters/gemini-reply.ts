import { z } from "zod";
import type { ToolCall } from "../agent/react/transcript.ts";
import type { ReplyDraft } from "../agent/reasoner.ts";

/** Whatever Gemini answered, as one of the replies the conversation knows. Nothing is taken for granted of its shape. */
export function readReply(response: unknown, isConclusion: boolean): ReplyDraft {
  const parsed = Response.safeParse(response);
  if (!parsed.success)
    return { ...NOTHING, kind: "failed", why: "malformed", detail: "the answer has an unknown shape" };
  const { promptFeedback, candidates, usageMetadata } = parsed.data;
  const measure = {
    inputTokens: usageMetadata?.promptTokenCount ?? 0,
    outputTokens: (usageMetadata?.candidatesTokenCount ?? 0) + (usageMetadata?.thoughtsTokenCount ?? 0),
  };
  const failed = (why: "blocked" | "malformed", detail: string): ReplyDraft => ({
    ...measure,
    kind: "failed",
    why,
    detail,
  });
  if (promptFeedback?.blockReason) return failed("blocked", "the prompt was blocked");
  const candidate = candidates?.[0];
  if (!candidate) return failed("malformed", "the answer holds nothing");
  if (BLOCKED.has(candidate.finishReason ?? "")) return failed("blocked", "the answer was blocked");
  const parts = candidate.content?.parts ?? [];
  const calls = parts.flatMap(toCall);
  const text = parts.flatMap((part) => (part.text !== undefined && part.thought !== true ? [part.text] : [])).join("");
  if (calls.length > 0) return { ...measure, kind: "calls", thought: text, calls };
  if (text.trim() === "") return failed("malformed", "the answer is empty");
  if (!isConclusion) return { ...measure, kind: "words", thought: text };
  const value = parseJson(text);
  return value === undefined
    ? failed("malformed", "the conclusion is not JSON")
    : { ...measure, kind: "conclusion", thought: "", value };
}

const NOTHING = { inputTokens: 0, outputTokens: 0 } as const;

const Count = z.number().min(0).nullish();
const ResponsePart = z.looseObject({
  text: z.string().optional(),
  thought: z.boolean().nullish(),
  thoughtSignature: z.string().max(200_000).optional(),
  functionCall: z
    .looseObject({ id: z.string().max(200).nullish(), name: z.string().nullish(), args: z.unknown() })
    .optional(),
});
const Response = z.looseObject({
  promptFeedback: z.looseObject({ blockReason: z.string().nullish() }).nullish(),
  candidates: z
    .array(
      z.looseObject({
        finishReason: z.string().nullish(),
        content: z.looseObject({ parts: z.array(ResponsePart).nullish() }).nullish(),
      }),
    )
    .nullish(),
  usageMetadata: z
    .looseObject({ promptTokenCount: Count, candidatesTokenCount: Count, thoughtsTokenCount: Count })
    .nullish(),
});

const BLOCKED = new Set(["SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY"]);
const CONCLUSION_CHARS = 200_000;

function toCall({ functionCall, thoughtSignature }: z.infer<typeof ResponsePart>): ToolCall[] {
  if (!functionCall) return [];
  return [
    {
      tool: functionCall.name ?? "",
      args: functionCall.args ?? {},
      ...(thoughtSignature === undefined ? {} : { signature: thoughtSignature }),
      ...(functionCall.id ? { id: functionCall.id } : {}),
    },
  ];
}

function parseJson(text: string): unknown {
  if (text.length > CONCLUSION_CHARS) return undefined;
  try {
    return JSON.parse(text.trim().replace(/^```(?:json)?|```$/g, ""));
  } catch {
    return undefined;
  }
}
