import { withoutAnsi, withoutControls, withoutInvisible } from "../tame.ts";

/** A job log as its author's tools wrote it: the runner's timestamps, group marks and colours taken off, line by line. */
export function cleanLog(raw: string): readonly string[] {
  return withoutInvisible(withoutControls(withoutAnsi(newest(raw))))
    .split("\n")
    .map((line) => withoutRunnerMarks(withoutTimestamp(line)).slice(0, LINE_CHARS).trimEnd());
}

/** Whether the runner itself marked this raw line as the failure. */
export function isRunnerError(line: string): boolean {
  return line.startsWith(ERROR_MARK);
}

export const ERROR_MARK = "##[error]";

/** A log of any size costs the same: the failure stands near the end. */
function newest(raw: string): string {
  return raw.length <= LOG_CHARS ? raw : raw.slice(raw.length - LOG_CHARS);
}

function withoutTimestamp(line: string): string {
  return line.replace(/^\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d) ?/, "");
}

function withoutRunnerMarks(line: string): string {
  return line.replace(/^##\[(?:debug|command|section|warning|notice|endgroup)\]/, "").replace(/^##\[group\]/, "▸ ");
}

const LOG_CHARS = 4_000_000;
const LINE_CHARS = 600;
