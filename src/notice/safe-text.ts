/**
 * Hostile text (commit subjects, logs, names, the model's words) made fit to be shown, for every place we write to.
 * It must never let a reader's machine do anything but draw letters: no mention, link, image, HTML, command or hidden mark.
 *
 * All of these are idempotent: text that was made safe once passes unchanged, so a page rebuilt from a page stays the same.
 */

/**
 * One line of Markdown that renders as letters only, at most `limit` UTF-16 units long (a cut ends in `…`). Safe in a paragraph,
 * a table cell, a list item and inside an HTML block.
 */
export function safeText(hostile: string, limit: number): string {
  const text = inert(hostile).replace(/^(\d{1,9})([.)])(?=\s|$)/, "$1\\$2");
  return cap(text.match(MARKDOWN_TOKEN) ?? [], limit, escapeMarkdown);
}

/** One line for a log or a phone: letters as they are, but no control or hidden character and no workflow command. */
export function plainText(hostile: string, limit: number): string {
  const text = oneLine(hostile)
    .replace(DOUBLE_COLON, ": ")
    .replace(/##(?=\[)/g, "## ");
  return cap([...text], limit, (character) => character);
}

/** One line of Slack's mrkdwn that renders as letters only. */
export function slackText(hostile: string, limit: number): string {
  const text = inert(hostile)
    .replace(/[`*~]/g, (mark) => LOOK_ALIKES[mark] ?? "") // Slack knows no escape for its marks
    .replace(/(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, (run) => "ˍ".repeat(run.length));
  const capped = cap(text.match(SLACK_TOKEN) ?? [], limit, (token) => ENTITIES[token] ?? token);
  // What stood between letters stands at an end now.
  return capped.replace(/_+(?=…$)/, (run) => "ˍ".repeat(run.length));
}

/** A node's label in a Mermaid diagram: letters, digits and the few marks that paths need, nothing Mermaid could read. */
export function mermaidLabel(hostile: string, limit: number): string {
  const text = oneLine(hostile).replace(/[^\p{L}\p{N} ._/+,…-]+/gu, " ");
  return cap([...text.replace(/ +/g, " ").trim()], limit, (character) => character) || "?";
}

/** Code between backticks: for names and shas. What could end the code or open a tag is drawn by a look-alike. */
export function code(hostile: string, limit: number): string {
  const text = defanged(hostile)
    .replace(/[`<>|]/g, (mark) => LOOK_ALIKES[mark] ?? "")
    .replace(/(!|##|\])(?=[[(])/g, "$1 ")
    .replace(/:(?=[\d_+-]*[a-z][\w+-]*:|[+-]1:)/gi, ": "); // inside an HTML block backticks are letters, and an emoji acts
  return `\`${cap([...text], limit, (character) => character) || "?"}\``;
}

/**
 * `[label](url)` when the address, once resolved, begins with one of `allowed` (each ends in `/`), else the label alone. The
 * label must be safe already.
 */
export function safeLink(label: string, url: string | null, allowed: readonly string[]): string {
  if (url === null || !URL.canParse(url)) return label;
  const { href } = new URL(url);
  const isAllowed = allowed.some((prefix) => href.startsWith(prefix));
  return isAllowed ? `[${label}](${href.replace(/[()<>\\|`\s@[\]]/g, percentEncoded)})` : label;
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

/**
 * One line in which nothing is left that GitHub or Slack look for after rendering, where no escape hides it: mentions, e-mail,
 * addresses, references, formulas, emoji. A space or brackets part what would act; nothing is lost, nothing is invisible.
 */
function inert(hostile: string): string {
  return defanged(hostile)
    .replace(/\$(?=\S)/g, "$ ")
    .replace(/\$$/, "＄") // nothing may follow that would make it open a formula
    .replace(/(#|GH-)(?=\d)/gi, "$1 ")
    .replace(/:(?=[\d_+-]*[a-z][\w+-]*(?::|$)|[+-]1(?::|$))/gi, ": "); // an emoji, perhaps an image
}

function defanged(hostile: string): string {
  return oneLine(hostile)
    .replace(/@(?=\S)/g, "@ ")
    .replace(/:\/\//g, "[:]//")
    .replace(/(www)\\?\./gi, "$1[.]")
    .replace(DOUBLE_COLON, ": ");
}

function oneLine(hostile: string): string {
  return hostile
    .replace(ANSI, "")
    .replace(/[\s\p{Zs}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(HIDDEN, "")
    .replace(/(\p{M}{2})\p{M}+/gu, "$1")
    .replace(/ {2,}/g, " ")
    .trim();
}

/** Joins tokens while they fit; what is cut is cut between tokens, so that no escape is torn. */
function cap(tokens: readonly string[], limit: number, write: (token: string, index: number) => string): string {
  const written = tokens.map(write);
  const total = written.reduce((sum, token) => sum + token.length, 0);
  if (total <= limit) return written.join("");
  let kept = "";
  for (const token of written) {
    if (kept.length + token.length > limit - 1) break;
    kept += token;
  }
  return `${kept.replace(/[\s@$]+$/, "")}…`;
}

function escapeMarkdown(token: string, index: number): string {
  if (token.length > 1 && (token.startsWith("\\") || token.startsWith("&"))) return token;
  const entity = ENTITIES[token];
  if (entity !== undefined) return entity;
  if (ACTIVE.test(token)) return `\\${token}`;
  return index === 0 && /[#+\-=]/.test(token) ? `\\${token}` : token;
}

const ENTITIES: Readonly<Record<string, string>> = { "<": "&lt;", ">": "&gt;", "&": "&amp;" };
const LOOK_ALIKES: Readonly<Record<string, string>> = { "`": "ˋ", "<": "‹", ">": "›", "|": "∣", "*": "∗", "~": "∼" };
const ACTIVE = /[\\`*_[\]|~!]/;
/** An escape or an entity that we write ourselves stays whole; anything else is looked at character by character. */
const MARKDOWN_TOKEN = /\\[\\`*_[\]|~!#+\-=.)]|&(?:lt|gt|amp);|[\s\S]/gu;
const SLACK_TOKEN = /&(?:lt|gt|amp);|[\s\S]/gu;
/** The runner takes `::name::` at a line's start as a command. */
const DOUBLE_COLON = /:(?=:)/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal sequences are what this removes
const ANSI = /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]|\u001B\][^\u0007\u001B]*(?:\u0007|\u001B\\)?/g;
/**
 * Control, format (bidi, zero-width, tags), private, unassigned and torn characters, and what draws nothing: variation
 * selectors, fillers, joiners. Text that a reader cannot see may not travel.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;
