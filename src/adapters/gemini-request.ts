import type { Content, Part } from "@google/genai/web";
import { CONCLUDE_PROMPT, fenceAnswer } from "../agent/prompts/opening.ts";
import type { ToolCall, Transcript, Turn } from "../agent/react/transcript.ts";

/** The transcript as Gemini's conversation: calls as it made them, answers beside them. */
export function conversation({ opening, turns }: Transcript): Content[] {
  return [user([{ text: opening }]), ...turns.flatMap(turnContents)];
}

/**
 * The transcript as one message: where a schema binds the answer, Gemini takes no tools, and calls in the conversation
 * without tools declared are refused by some models.
 */
export function flattened({ opening, turns }: Transcript): Content[] {
  const looks = turns.flatMap(({ reply, results }) => [
    ...(reply.kind !== "failed" && reply.thought !== "" ? [`You noted: ${reply.thought}`] : []),
    ...results.map(fenceAnswer),
  ]);
  const wasRefused = turns.at(-1)?.reply.kind === "conclusion";
  return [
    user([
      { text: opening },
      ...(looks.length === 0 ? [] : [{ text: `What you looked at:\n${looks.join("\n")}` }]),
      {
        text: wasRefused
          ? `What you concluded did not fit the schema or the options. ${CONCLUDE_PROMPT}`
          : CONCLUDE_PROMPT,
      },
    ]),
  ];
}

function turnContents({ reply, results }: Turn): Content[] {
  if (reply.kind !== "calls" || reply.calls.length === 0) return [];
  const said: Part[] = reply.thought === "" ? [] : [{ text: reply.thought }];
  return [
    { role: "model", parts: [...said, ...reply.calls.map(toCallPart)] },
    user(
      reply.calls.map((call, index) => {
        const result = results[index];
        const response =
          result === undefined
            ? { error: "not run" }
            : result.ok
              ? { output: fenceAnswer(result) }
              : { error: result.text };
        return { functionResponse: { ...idOf(call), name: apiName(call.tool), response } };
      }),
    ),
  ];
}

function toCallPart(call: ToolCall): Part {
  const { tool, args, signature } = call;
  const given = typeof args === "object" && args !== null && !Array.isArray(args) ? { ...args } : {};
  return {
    functionCall: { ...idOf(call), name: apiName(tool), args: given },
    ...(signature === undefined ? {} : { thoughtSignature: signature }),
  };
}

/** Gemini 3 gives an id and refuses an answer without it; what comes without one goes back without. */
function idOf({ id }: ToolCall): { readonly id?: string } {
  return id === undefined ? {} : { id };
}

/** The API refuses a conversation that holds a name it does not allow, even if the model made it up. */
function apiName(tool: string): string {
  return /^[A-Za-z_][\w.:-]{0,127}$/.test(tool) ? tool : "unknown_tool";
}

function user(parts: Part[]): Content {
  return { role: "user", parts };
}
