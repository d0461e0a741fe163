import type { Masks } from "./masks.ts";
import type { Annotation } from "./types.ts";

/** The stored log and annotations of one job. Nothing gets in unmasked, and GitHub's limits on annotations hold. */
export type JobLog = {
  write(text: string): void;
  /** Starts a step's own count of annotations. */
  beginStep(): void;
  annotate(annotation: Annotation): void;
  /** An error of the runner itself: a line and an annotation. */
  error(message: string): void;
  warning(message: string): void;
  text(): string;
  annotations(): readonly Annotation[];
};

/** Per step and level; the rest stands in the log only. */
const MAX_PER_LEVEL = 10;
const MAX_PER_JOB = 50;
/** GitHub's runner cuts the message of an annotation here, without a word. */
const MAX_MESSAGE = 4096;

export function createJobLog(masks: Masks, onLine: (line: string) => void): JobLog {
  const lines: string[] = [];
  const kept: Annotation[] = [];
  let ofStep: Record<Annotation["level"], number> = { notice: 0, warning: 0, failure: 0 };

  const log: JobLog = {
    write: (text) => {
      for (const line of masks.hide(text).split(/\r?\n/)) {
        lines.push(`${timestamp()} ${line}`);
        onLine(line);
      }
    },
    beginStep: () => {
      ofStep = { notice: 0, warning: 0, failure: 0 };
    },
    annotate: (annotation) => {
      ofStep[annotation.level] += 1;
      if (ofStep[annotation.level] > MAX_PER_LEVEL || kept.length >= MAX_PER_JOB) return;
      const message = masks.hide(annotation.message).slice(0, MAX_MESSAGE);
      kept.push({ ...annotation, title: masks.hide(annotation.title), message });
    },
    error: (message) => {
      log.write(`##[error]${message}`);
      log.annotate({ level: "failure", title: "", message, path: ".github", line: 1 });
    },
    warning: (message) => {
      log.write(`##[warning]${message}`);
      log.annotate({ level: "warning", title: "", message, path: ".github", line: 1 });
    },
    text: () => lines.map((line) => `${line}\n`).join(""),
    annotations: () => kept,
  };
  return log;
}

/** Seven digits of a second, as the runner writes them. */
function timestamp(): string {
  return new Date().toISOString().replace("Z", "0000Z");
}
