import type { Mask } from "../mask.ts";
import { tame } from "../tame.ts";
import type { Reply } from "./transcript.ts";

/** A reply as it may be kept and shown: masked, tamed, and no deeper or longer than anything we would use of it. */
export function cleanReply(reply: Reply, mask: Mask): Reply {
  const words = (text: string): string => mask(tame(text, THOUGHT_CHARS));
  const data = (value: unknown): unknown => cleaned(value, mask, 0);
  const measure = { inputTokens: count(reply.inputTokens), outputTokens: count(reply.outputTokens), atMs: reply.atMs };
  switch (reply.kind) {
    case "failed":
      return { ...measure, kind: "failed", why: reply.why, detail: words(reply.detail).slice(0, 200) };
    case "words":
      return { ...measure, kind: "words", thought: words(reply.thought) };
    case "conclusion":
      return { ...measure, kind: "conclusion", thought: words(reply.thought), value: data(reply.value) };
    case "calls":
      return {
        ...measure,
        kind: "calls",
        thought: words(reply.thought),
        calls: reply.calls.slice(0, MAX_CALLS).map(({ tool, args, signature, id }) => ({
          tool: exactName(tool),
          args: data(args),
          ...(signature === undefined ? {} : { signature }),
          ...(id === undefined ? {} : { id }),
        })),
      };
  }
}

const THOUGHT_CHARS = 4_000;
const VALUE_CHARS = 20_000;
const MAX_DEPTH = 8;
const MAX_ITEMS = 100;
/** More than any limit allows at once, so that the limit itself is what stops it. */
const MAX_CALLS = 100;

function cleaned(value: unknown, mask: Mask, depth: number): unknown {
  if (typeof value === "string") return mask(tame(value, VALUE_CHARS));
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "object" || value === null) return typeof value === "boolean" ? value : null;
  if (depth >= MAX_DEPTH) return null;
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => cleaned(item, mask, depth + 1));
  const entries = Object.entries(value).slice(0, MAX_ITEMS);
  return Object.fromEntries(entries.map(([key, item]) => [tame(key, 100), cleaned(item, mask, depth + 1)]));
}

/** Never made to fit: a name with an invisible letter must not become the name of a tool. */
function exactName(tool: string): string {
  return tame(tool, 100) === tool ? tool : "(not the name of a tool)";
}

/** A model that does not say what it used is counted as having used nothing; time and turns still bound it. */
function count(tokens: number): number {
  return Number.isFinite(tokens) && tokens > 0 ? Math.floor(tokens) : 0;
}
