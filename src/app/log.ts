import { type Logger, pino } from "pino";

/** Structured lines on stdout. Whatever looks like a credential is cut out before a line is written. */
export type Log = Pick<Logger, "info" | "warn" | "error" | "debug">;

/** An installation's token may be a JSON web token behind its prefix, with all the letters of one. */
const TOKENS =
  /\b(?:gh[opsur]_[A-Za-z0-9._-]{16,}|github_pat_[A-Za-z0-9_]{20,}|xox[a-z]-[A-Za-z0-9-]{10,}|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9._-]{10,})/g;
const PEM = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g;

export function redact(text: string): string {
  return text.replaceAll(PEM, "[secret]").replaceAll(TOKENS, "[secret]");
}

export function createLog(level: string): Logger {
  return pino(
    {
      level,
      base: { app: "sentinel" },
      formatters: { level: (label) => ({ level: label }) },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: {
        err: (error: unknown) =>
          error instanceof Error
            ? {
                name: error.name,
                message: error.message,
                ...(error.cause instanceof Error ? { cause: error.cause.message } : {}),
              }
            : String(error),
      },
    },
    { write: (line: string) => process.stdout.write(redact(line)) },
  );
}
