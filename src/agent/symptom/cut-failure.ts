import { isRunnerError } from "./clean-log.ts";

/**
 * The part of a log around what failed, at most `limit` characters: whole when it is short, else windows around the lines
 * that say so. Lines that only a failure prints go before words that may mean little; of each kind the first and the last go
 * before those between: causes come first, verdicts last.
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

/** What tools print when something failed, and hardly ever otherwise. */
const PLAIN_FAILURE =
  /^##\[error\](?!Process completed with)|\w(?:Error|Exception)\b|\bpanic: |^Traceback|^\s*--- FAIL|\bFAILED\b|^\s*[✖✗✘×●] |^not ok |^fatal: |\berror(?:\[\w+\])?: |^npm (?:ERR!|error) /;

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

/** In order of worth, until the budget is spent; the first may take half of it when there are others. */
function pickWindows(lines: readonly string[], all: readonly Window[], limit: number): Window[] {
  const isPlain = ({ from, to }: Window): boolean => lines.slice(from, to).some((line) => PLAIN_FAILURE.test(line));
  const picked: Window[] = [];
  let left = limit;
  for (const window of [...fromBothEnds(all.filter(isPlain)), ...fromBothEnds(all.filter((one) => !isPlain(one)))]) {
    if (left <= 0) break;
    const fitting = trimmed(lines, window, picked.length === 0 && all.length > 1 ? Math.ceil(left / 2) : left);
    left -= sizeOf(lines, fitting);
    picked.push(fitting);
  }
  return picked.sort((a, b) => a.from - b.from);
}

function fromBothEnds<T>(items: readonly T[]): readonly T[] {
  return items
    .map((_, turn) => items.at(turn % 2 === 0 ? turn / 2 : -(turn + 1) / 2))
    .filter((item) => item !== undefined);
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
