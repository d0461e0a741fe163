import type { IncomingMessage, ServerResponse } from "node:http";
import { type Broken, half } from "./faults.ts";
import { HttpError, isRecord, type Reply } from "./http.ts";

/** HTTP as GitHub speaks it: what it demands of every request, bodies in and out. */

const MAX_BODY = 25 * 1024 * 1024;

/** The one that the description is of; others exist, but their answers differ. */
const PLAYED_VERSION = "2022-11-28";

export function breakOff(response: ServerResponse, broken: Broken): void {
  if (broken.broken === "cut") response.destroy();
  if (broken.broken !== "truncated") return;
  const whole = broken.reply.text ?? JSON.stringify(broken.reply.body ?? {});
  response.writeHead(broken.reply.status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(whole),
  });
  response.write(half(broken.reply), () => response.destroy());
}

/** What GitHub demands of every request. */
export function formalities(request: IncomingMessage): void {
  if (!request.headers["user-agent"])
    throw new HttpError(
      403,
      "Request forbidden by administrative rules. Please make sure your request has a User-Agent header",
    );
  const version = request.headers["x-github-api-version"];
  if (version !== undefined && version !== PLAYED_VERSION)
    throw new HttpError(400, `The API version '${version}' is not supported.`);
  const accept = request.headers.accept ?? "*/*";
  if (!/\*\/\*|application\/(json|vnd\.github|\*)/.test(accept))
    throw new HttpError(415, "Unsupported 'Accept' header: Must accept 'application/json'.");
  // GitHub reads JSON whatever it is called; its description names one type, and a client that says another is mistaken.
  const hasBody =
    Number(request.headers["content-length"] ?? 0) > 0 || request.headers["transfer-encoding"] !== undefined;
  if (hasBody && !/^application\/json\b/.test(request.headers["content-type"] ?? ""))
    throw new HttpError(415, "Unsupported 'Content-Type' header: Must be 'application/json'.");
}

/** Undefined without a body. */
export function parseBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new HttpError(400, "Problems parsing JSON");
  }
  if (!isRecord(value) && !Array.isArray(value)) throw new HttpError(400, "Body should be a JSON object");
  return value;
}

/** The whole body. A caller that went away, or killed, in the middle is a 400 that nobody reads, not a fault of anybody's. */
export async function readBody(request: IncomingMessage, most = MAX_BODY): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size > most) throw new HttpError(413, "Payload too large");
    }
  } catch (error) {
    throw error instanceof HttpError ? error : new HttpError(400, "The request ended early");
  }
  return Buffer.concat(chunks);
}

export function sendReply(response: ServerResponse, { status, body, text, headers }: Reply): void {
  const content = text ?? (body === undefined ? undefined : JSON.stringify(body));
  response.writeHead(status, {
    ...(content === undefined ? {} : { "content-length": Buffer.byteLength(content) }),
    ...(body === undefined ? {} : { "content-type": "application/json; charset=utf-8" }),
    "x-github-media-type": "github.v3; format=json",
    "x-github-request-id": "D1:1:1:1:1",
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": "4999",
    "x-ratelimit-used": "1",
    "x-ratelimit-resource": "core",
    "x-ratelimit-reset": String(Math.floor(Date.now() / 1000) + 3600),
    ...headers,
  });
  response.end(content);
}
