import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Secret } from "../kernel/secret.ts";
import { waitAsked } from "./github-limits.ts";
import { API_VERSION, codeOf, GitHubError } from "./github-request.ts";

/**
 * One REST call of the App on connections that stay open, so that the first call after a quiet hour needs no handshake.
 * Unthrottled: Octokit's plugins would put a second between a hold and what follows. It must never repeat a write by itself.
 */
export type Wire = {
  /** Throws `GitHubError` for anything but 2xx. `path` begins with a slash and carries its query. */
  send(method: string, path: string, token: Secret, body?: unknown): Promise<WireAnswer>;
  close(): void;
};

export type WireAnswer = {
  readonly status: number;
  readonly data: unknown;
  /** The `Link` header, where the answer is one page of more. */
  readonly link: string | null;
};

export type WireEvents = { readonly onCall?: (call: WireCall) => void };
export type WireCall = {
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly ms: number;
  readonly isNewConnection: boolean;
};

const TIMEOUT_MS = 10_000;
const MOST_BYTES = 32 * 1024 * 1024;

export function createWire(apiUrl: string, events: WireEvents = {}): Wire {
  const base = new URL(apiUrl);
  const prefix = base.pathname.replace(/\/$/, "");
  const isTls = base.protocol === "https:";
  const agent = isTls
    ? new HttpsAgent({ keepAlive: true, keepAliveMsecs: 20_000, maxSockets: 90, scheduling: "lifo" })
    : new HttpAgent({ keepAlive: true, keepAliveMsecs: 20_000, maxSockets: 90, scheduling: "lifo" });

  const once = (method: string, path: string, token: Secret, body: unknown) =>
    new Promise<WireAnswer>((resolve, reject) => {
      const payload = body === undefined ? null : Buffer.from(JSON.stringify(body));
      const start = performance.now();
      const request = (isTls ? httpsRequest : httpRequest)({
        protocol: base.protocol,
        hostname: base.hostname,
        port: base.port,
        method,
        path: `${prefix}${path}`,
        agent,
        timeout: TIMEOUT_MS,
        headers: {
          accept: "application/vnd.github+json",
          authorization: `Bearer ${token.expose()}`,
          "user-agent": "sentinel-ai",
          "x-github-api-version": API_VERSION,
          ...(payload ? { "content-type": "application/json", "content-length": payload.length } : {}),
        },
      });
      const told = (status: number | null) =>
        events.onCall?.({
          method,
          path,
          status,
          ms: performance.now() - start,
          isNewConnection: !request.reusedSocket,
        });
      const fail = (error: Error) => {
        told(null);
        reject(new Unanswered(error, request.reusedSocket));
      };
      request.on("timeout", () => request.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
      request.on("error", fail);
      request.on("response", (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on("data", (chunk: Buffer) => {
          size += chunk.length;
          if (size > MOST_BYTES) response.destroy(new Error("the answer is too large"));
          chunks.push(chunk);
        });
        response.on("error", fail);
        response.on("end", () => {
          const status = response.statusCode ?? 0;
          told(status);
          const data = parse(Buffer.concat(chunks).toString("utf8"));
          if (status >= 200 && status < 300) resolve({ status, data, link: linkIn(response.headers) });
          else reject(refusal(method, path, status, response.headers, data));
        });
      });
      request.end(payload ?? undefined);
    });

  return {
    send: async (method, path, token, body) => {
      try {
        return await once(method, path, token, body);
      } catch (error) {
        if (!(error instanceof Unanswered)) throw error;
        // Mostly the server had just closed an idle connection. Whether it had read the request nobody can tell, so only what
        // is the same when done twice is sent again.
        if (error.wasReused && method !== "POST") {
          try {
            return await once(method, path, token, body);
          } catch (again) {
            if (!(again instanceof Unanswered)) throw again;
          }
        }
        throw new GitHubError("unavailable", null, `${method} ${path} got no answer: ${error.message}`, error.cause);
      }
    },
    close: () => agent.destroy(),
  };
}

class Unanswered extends Error {
  override readonly name = "Unanswered";
  readonly wasReused: boolean;

  constructor(cause: Error, wasReused: boolean) {
    super(cause.message, { cause });
    this.wasReused = wasReused && "code" in cause && (cause.code === "ECONNRESET" || cause.code === "EPIPE");
  }
}

function linkIn({ link }: IncomingHttpHeaders): string | null {
  return link === undefined ? null : String(link);
}

function parse(text: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(0, 500);
  }
}

function refusal(
  method: string,
  path: string,
  status: number,
  headers: IncomingHttpHeaders,
  data: unknown,
): GitHubError {
  const said = typeof data === "object" && data !== null ? JSON.stringify(data) : String(data);
  const header = (name: string): string | null => {
    const value = headers[name];
    return value === undefined ? null : String(value);
  };
  const refused = { status, header, said };
  const message = `${method} ${path} answered ${status}: ${said.slice(0, 500)}`;
  return new GitHubError(codeOf(refused), status, message, undefined, waitAsked(refused, Date.now()));
}
