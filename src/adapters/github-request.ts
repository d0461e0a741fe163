import type { Clock } from "../kernel/clock.ts";
import { isLimit, type Refused, waitAsked } from "./github-limits.ts";

/**
 * One REST call to GitHub, whoever makes it. Everything above speaks in routes and plain data, so that the SDK stays at
 * one edge; it must never be handed a token by anybody but the client that owns it.
 */
export type GitHubRequest = (route: string, parameters?: Readonly<Record<string, unknown>>) => Promise<GitHubAnswer>;
export type GitHubAnswer = {
  readonly status: number;
  readonly data: unknown;
  /** The `Link` header, where the answer is one page of more. */
  readonly link: string | null;
};

export type GitHubErrorCode = "unavailable" | "limited" | "unauthorized" | "forbidden" | "not-found" | "refused";

export class GitHubError extends Error {
  override readonly name = "GitHubError";
  readonly code: GitHubErrorCode;
  /** Null when no answer came at all. */
  readonly status: number | null;

  /** How long GitHub asked us to wait; null when it did not say. */
  readonly retryAfterMs: number | null;

  constructor(
    code: GitHubErrorCode,
    status: number | null,
    message: string,
    cause?: unknown,
    retryAfterMs: number | null = null,
  ) {
    super(message, { cause });
    this.code = code;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

export const API_VERSION = "2022-11-28";

type RawRequest = (
  route: string,
  parameters: Record<string, unknown>,
) => Promise<{ status: number; headers: Record<string, unknown>; data: unknown }>;

/**
 * Wraps an octokit's `request`: pins the API version, names every failure, and repeats reads (never writes) that met a
 * fault or a limit, at most `RETRIES` times, waiting no longer than GitHub asks and no longer than `LONGEST_WAIT_MS`.
 */
export function createGitHubRequest(raw: RawRequest, clock: Clock): GitHubRequest {
  return async (route, parameters = {}) => {
    for (let attempt = 0; ; attempt++) {
      try {
        const { status, data, headers } = whole(await raw(route, withVersion(parameters)));
        return { status, data, link: headers.link === undefined ? null : String(headers.link) };
      } catch (cause) {
        const failure = toGitHubError(route, cause, clock.now());
        const wait = failure.retryAfterMs ?? 500 * 2 ** attempt;
        if (!route.startsWith("GET ") || !isFault(failure.code) || attempt >= RETRIES || wait > LONGEST_WAIT_MS)
          throw failure;
        await clock.sleep(wait);
      }
    }
  };
}

/** Clients hand on as text what said that it is JSON and cannot be read as such: then the answer broke off on its way. */
function whole(answer: Awaited<ReturnType<RawRequest>>): Awaited<ReturnType<RawRequest>> {
  const isTorn = typeof answer.data === "string" && /\bjson\b/.test(String(answer.headers["content-type"] ?? ""));
  if (isTorn) throw new Error("the answer broke off");
  return answer;
}

const RETRIES = 3;
const LONGEST_WAIT_MS = 20_000;

function withVersion(parameters: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const headers = typeof parameters.headers === "object" ? parameters.headers : {};
  return { ...parameters, headers: { "x-github-api-version": API_VERSION, ...headers } };
}

function isFault(code: GitHubErrorCode): boolean {
  return code === "unavailable" || code === "limited";
}

function toGitHubError(route: string, cause: unknown, now: number): GitHubError {
  const status = statusOf(cause);
  const said = cause instanceof Error ? cause.message.slice(0, 500) : "no answer";
  const refused = status === null ? null : { status, said, header: (name: string) => header(cause, name) };
  const message = `${route} answered ${status ?? "nothing"}: ${said}`;
  return new GitHubError(codeOf(refused), status, message, cause, refused && waitAsked(refused, now));
}

/** A request that never got an answer carries status 500 in octokit's error, but no response. */
function statusOf(cause: unknown): number | null {
  const answered = field(cause, "response") !== undefined;
  const status = field(cause, "status");
  return answered && typeof status === "number" ? status : null;
}

export function codeOf(refused: Refused | null): GitHubErrorCode {
  if (refused === null || refused.status >= 500) return "unavailable";
  if (isLimit(refused)) return "limited";
  if (refused.status === 401) return "unauthorized";
  if (refused.status === 403) return "forbidden";
  return refused.status === 404 ? "not-found" : "refused";
}

function header(cause: unknown, name: string): string | null {
  const value = field(field(field(cause, "response"), "headers"), name);
  return value === undefined ? null : String(value);
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
