import { REASONS } from "../incident/reason.ts";
import { safeText } from "./safe-text.ts";

/**
 * What a response said of its end, as Markdown. A sentence of our own list keeps its marks (commands in backticks); anything
 * else is treated as hostile.
 */
export function reasonWords(said: string, limit: number): string {
  return OURS.has(said) ? said : safeText(said, limit);
}

const OURS: ReadonlySet<string> = new Set(Object.values(REASONS));
