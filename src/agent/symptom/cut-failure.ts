import { isRunnerError } from "./clean-log.ts";

/**
 * The part of a log around what failed, at most `limit` characters: whole when it is short, else windows around the lines
 * that say so. The first and the last of them are kept before those between: causes come first, verdicts last.
 */
export function cutFailure(lines: readonly string[], limit: number): string {
  const whole = lines.filter((line) => line !== "").join("\n");
  if (whole.length <= limit) return whole;
  const marks = lines.flatMap((line, at) => (speaksOfFailure(line) ? [at] : []));
  if (marks.length === 0) return tail(lines, limit);
  return joined(lines, pickWindows(lines, windows(marks, lines.length), limit), limit);
}

export function speaksOfFailure(line: string): boolean {
  return isRunnerError(line) || (FAILURE.test(line) && !HARMLESS.test(line));
}

const FAILURE =
  /\b(?:error|errors|exception|panic|fatal|fail|fails|failed|failure|failing|traceback|assert(?:ion)?(?:error)?|segfault|segmentation fault|undefined is not|is not a function|cannot|could not|unable to|not found|no such|missing|invalid|unexpected|abort(?:ed)?|crash(?:ed|es)?|unhandled|uncaught|killed|out of memory|oom|not ok|timed? ?out|refused|denied|expected)\b|[✗✘✖×●]|\bFAIL\b|^---? FAIL|\w(?:Error|Exception)\b/i;
const HARMLESS =
  /\b(?:0 (?:errors?|failed|failures?|failing)|no errors?|errors?: 0|failed: 0|continue-on-error|--fail|fail-fast|error-ex|errorlevel|if-no-files-found)\b/i;

type Window = { readonly from: number; readonly to: number };
const BEFORE = 8;
const AFTER = 16;

function windows(marks: readonly number[], count: number): Window[] {
  const found: { from: number; to: number }[] = [];
  for (const mark of marks) {
    const from = Math.max(0, mark - BEFORE);
    const to = Math.min(count, mark + AFTER + 1);
    const last = found.at(-1);
    if (last && from <= last.to) last.to = to;
    else found.push({ from, to });
  }
  return found;
}

/** From both ends inwards, until the budget is spent; a window that is too large alone is cut to fit. */
function pickWindows(lines: readonly string[], all: readonly Window[], limit: number): Window[] {
  const picked: Window[] = [];
  let left = limit;
  let [low, high] = [0, all.length - 1];
  for (let turn = 0; low <= high && left > 0; turn++) {
    const window = turn % 2 === 0 ? all[low++] : all[high--];
    if (!window) break;
    const half = picked.length === 0 && all.length > 1 ? Math.ceil(left / 2) : left;
    const fitting = trimmed(lines, window, half);
    left -= sizeOf(lines, fitting);
    picked.push(fitting);
  }
  return picked.sort((a, b) => a.from - b.from);
}

function trimmed(lines: readonly string[], window: Window, limit: number): Window {
  let size = 0;
  let to = window.from;
  while (to < window.to && size + (lines[to]?.length ?? 0) + 1 <= limit) {
    size += (lines[to]?.length ?? 0) + 1;
    to += 1;
  }
  return { from: window.from, to };
}

function sizeOf(lines: readonly string[], { from, to }: Window): number {
  return lines.slice(from, to).reduce((sum, line) => sum + line.length + 1, 0);
}

function joined(lines: readonly string[], picked: readonly Window[], limit: number): string {
  return picked
    .map(({ from, to }) => lines.slice(from, to).join("\n"))
    .filter((part) => part !== "")
    .join("\n[…]\n")
    .slice(0, limit);
}

function tail(lines: readonly string[], limit: number): string {
  const kept: string[] = [];
  let size = 0;
  for (const line of lines.toReversed()) {
    if (size + line.length + 1 > limit) break;
    size += line.length + 1;
    kept.push(line);
  }
  return kept.reverse().join("\n");
}
