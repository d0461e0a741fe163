import { code, safeText } from "./safe-text.ts";

/**
 * Words in which names stand between backticks, as Markdown: the names become code, everything else only letters. Each piece
 * is made safe for itself, so it does not matter who set the backticks.
 */
export function safeWords(hostile: string, limit: number): string {
  const pieces = hostile.slice(0, limit).split("`");
  // An odd backtick opens nothing.
  if (pieces.length % 2 === 0) return safeText(hostile, limit);
  const written = pieces.map((piece, index) => (index % 2 === 1 ? code(piece, limit) : around(piece, limit)));
  const words = written.join("").trim();
  return words.length <= limit * 2 ? words : safeText(hostile, limit);
}

/** The spaces beside a name are part of the sentence. */
function around(piece: string, limit: number): string {
  const [before = ""] = /^\s?/.exec(piece) ?? [];
  const [after = ""] = /\s?$/.exec(piece) ?? [];
  const words = safeText(piece, limit);
  return words === "" ? (piece === "" ? "" : " ") : `${before && " "}${words}${after && " "}`;
}
