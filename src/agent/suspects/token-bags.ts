import type { TokenBags } from "./types.ts";

/** Enough of a diff to know what it is about, and no more: a generated file of 20 MB must not drown the rest or the clock. */
const EXCERPT_CHARS = 4096;
const EXCERPT_CHARS_PER_FILE = 1536;
const MAX_TOKENS = 250;
const MAX_TOKEN_CHARS = 200;

/**
 * The tokens of a unified diff (`git diff`, `git show`; file headers may be there or not). Names of files are not part of
 * the bags: they come with the candidate. Reads an excerpt of about 4 KB, at most 1.5 KB of each file.
 */
export function tokenBags(diffText: string): TokenBags {
  const added = new Map<string, number>();
  const removed = new Map<string, number>();
  const around = new Map<string, number>();
  for (const line of excerpt(diffText)) {
    if (line.startsWith("@@")) count(around, line.replace(HUNK_RANGE, ""));
    else if (line.startsWith("+")) count(added, line.slice(1));
    else if (line.startsWith("-")) count(removed, line.slice(1));
  }
  return { added: commonest(added), removed: commonest(removed), around: commonest(around) };
}

/** Identifiers, numbers of three digits and more, and dotted, dashed, slashed or coloned compounds together with their parts. */
export function tokensOf(text: string): string[] {
  const found: string[] = [];
  for (const [compound] of text.matchAll(COMPOUND)) {
    if (compound.length > MAX_TOKEN_CHARS) continue;
    const parts = compound.split(SEPARATORS);
    if (parts.length > 1) found.push(compound);
    for (const part of parts) if (IDENTIFIER.test(part) || NUMBER.test(part)) found.push(part);
  }
  return found;
}

const HUNK_RANGE = /^@@+ [^@]*@@+/;
const COMPOUND = /[\w$]+(?:[./:-][\w$]+)*/g;
const SEPARATORS = /[./:-]/;
const IDENTIFIER = /^[A-Za-z_$][\w$]+$/;
const NUMBER = /^\d{3,}$/;

/** Changed lines and hunk headings, until the budget of the file or of the whole diff is spent. */
function* excerpt(diffText: string): Generator<string> {
  let left = EXCERPT_CHARS;
  let leftInFile = EXCERPT_CHARS_PER_FILE;
  let inHunk = false;
  for (const line of lines(diffText)) {
    if (line.startsWith("diff --git ") || line.startsWith("diff --cc ")) {
      inHunk = false;
      leftInFile = EXCERPT_CHARS_PER_FILE;
    } else if (line.startsWith("@@")) inHunk = true;
    else if (!inHunk || !(line.startsWith("+") || line.startsWith("-"))) continue;
    if (!inHunk || leftInFile <= 0) continue;
    const cut = line.slice(0, Math.min(left, leftInFile));
    yield cut;
    left -= cut.length;
    leftInFile -= cut.length;
    if (left <= 0) return;
  }
}

/** Line by line without splitting the whole: the caller may stop after the first kilobytes. */
function* lines(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf("\n", start);
    yield text.slice(start, end === -1 ? text.length : end);
    if (end === -1) return;
    start = end + 1;
  }
}

function count(bag: Map<string, number>, text: string): void {
  for (const token of tokensOf(text)) bag.set(token, (bag.get(token) ?? 0) + 1);
}

function commonest(bag: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const byCount = [...bag].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return new Map(byCount.slice(0, MAX_TOKENS));
}
