/**
 * Hostile text made harmless to carry: no control, direction or invisible characters, no endless lines, a length cap. Small
 * named layers; each may run twice without changing more.
 */
export function tame(text: string, limit: number): string {
  return capped(shortLines(visible(text)), limit);
}

/** The same on one line. */
export function tameLine(text: string, limit: number): string {
  return capped(
    withoutInvisible(withoutControls(withoutAnsi(text)))
      .replace(/\s+/gu, " ")
      .trim(),
    limit,
  );
}

/** Plain ASCII holds nothing to take away; most text is that. */
function visible(text: string): string {
  return HARMLESS.test(text) ? text : withoutInvisible(withoutControls(withoutAnsi(text)));
}

export function withoutAnsi(text: string): string {
  return text.includes(ESC) ? text.replace(ANSI, "") : text;
}

export function withoutControls(text: string): string {
  const lines = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  return lines.replace(CONTROLS, "");
}

/** Bidirectional overrides, zero-width characters, tag characters, variation selectors and lone surrogates. */
export function withoutInvisible(text: string): string {
  return text.replace(INVISIBLE, "").toWellFormed();
}

/** Cuts in the middle of nothing: never through a surrogate pair. */
export function capped(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, Math.max(0, limit - 1)).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** By hand: a pattern for long runs would start anew at every letter of every line. */
function shortLines(text: string): string {
  if (text.length <= LINE_CHARS) return text;
  const kept: string[] = [];
  let from = 0;
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf("\n", start);
    const end = found === -1 ? text.length : found;
    if (end - start > LINE_CHARS + 1) {
      kept.push(text.slice(from, start + LINE_CHARS).replace(/[\uD800-\uDBFF]$/, ""), "…");
      from = end;
    }
    start = end + 1;
  }
  return from === 0 ? text : [...kept, text.slice(from)].join("");
}

const HARMLESS = /^[\t\n\x20-\x7e]*$/;
const ESC = "\u001b";
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose
const ANSI = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]{0,2000}(?:\u0007|\u001b\\)|[@-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]/gu;
const LINE_CHARS = 600;
