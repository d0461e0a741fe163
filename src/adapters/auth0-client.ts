import { AuthClient } from "@auth0/auth0-auth-js";
import type { RemoteAnswer } from "../kernel/remote-answer.ts";
import type { Secret } from "../kernel/secret.ts";

/**
 * Auth0's own SDK, with a private key as the only client credential. It must never wait without an end, and never decide what
 * an answer means: it hands on what came.
 */
export type Auth0Client = { readonly domain: string; readonly clientId: string; readonly privateKey: Secret };

export function createAuthClient({ domain, clientId, privateKey }: Auth0Client): AuthClient {
  return new AuthClient({
    domain,
    clientId,
    clientAssertionSigningKey: privateKey.expose(),
    clientAssertionSigningAlg: "RS256",
    telemetry: { enabled: false },
    // The SDK's own signal does not cover its discovery call.
    customFetch: (input, init) => fetch(input, { ...init, signal: withTimeout(init?.signal) }),
  });
}

const LONGEST_CALL_MS = 10_000;

function withTimeout(signal: AbortSignal | null | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(LONGEST_CALL_MS);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}

/** Runs one SDK call; what it throws becomes an answer. */
export async function answerOf<T>(call: () => Promise<T>): Promise<RemoteAnswer<T>> {
  try {
    return { kind: "ok", value: await call() };
  } catch (error) {
    return readFailure(error);
  }
}

function readFailure(thrown: unknown): Exclude<RemoteAnswer<never>, { kind: "ok" }> {
  const status = field(thrown, "statusCode");
  const cause = field(thrown, "cause");
  if (typeof status !== "number") return { kind: "no-answer", why: words(cause) ?? words(thrown) ?? "no words" };
  const headers = field(thrown, "headers");
  const retryAfter = headers instanceof Headers ? Number(headers.get("retry-after")) : 0;
  return {
    kind: "error",
    status,
    error: text(field(cause, "error")),
    description: text(field(cause, "error_description")) ?? words(cause),
    retryAfterMs: retryAfter > 0 ? retryAfter * 1000 : null,
  };
}

function words(value: unknown): string | null {
  const message = text(field(value, "message"));
  const deeper = text(field(field(value, "cause"), "message"));
  return [message, deeper].filter((part) => part !== null).join(": ") || null;
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value.slice(0, 500) : null;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
