import { REASONS } from "../incident/reason.ts";
import { safeText } from "./safe-text.ts";

/**
 * What a response said of its end, as Markdown. Our own words, or their last sentences, keep their marks (commands in
 * backticks); anything else is treated as hostile.
 */
export function reasonWords(said: string, limit: number): string {
  const isOurs = Object.values(REASONS).some((reason) => reason === said || reason.endsWith(`. ${said}`));
  return isOurs ? said : safeText(said, limit);
}
