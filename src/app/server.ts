import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { EVENTS, WEBHOOK_PATH } from "../incident/registration.ts";
import type { Sorter } from "./deliveries.ts";
import type { Host } from "./host.ts";
import type { Log } from "./log.ts";

/** The HTTP face: webhooks, health, metrics. It must never keep a body that is larger than GitHub sends. */
export type ServerPorts = {
  readonly sorter: Sorter;
  readonly host: Host;
  readonly log: Log;
  readonly isReady: () => boolean;
  readonly count: (answer: Counted) => void;
  readonly metrics: Handler;
  /** Other routes, by path. Before the first sweep every repository is unknown to them, so until then they are not answered. */
  readonly routes: Readonly<Record<string, Handler>>;
};

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;
export type Counted = { readonly event: string; readonly result: string; readonly ms: number };

const MOST_BYTES = 25 * 1024 * 1024;
/** GitHub waits ten seconds and then calls the delivery failed; the sweep asks for those again. */
const ANSWER_WITHIN_MS = 9000;

export function createWebServer(ports: ServerPorts): Server {
  const server = createServer((request, response) => {
    void route(ports, request, response).catch((error: unknown) => {
      ports.log.error({ err: error }, "a request failed");
      if (!response.headersSent) send(response, 500, "error");
      else response.destroy();
    });
  });
  server.requestTimeout = 30_000;
  server.headersTimeout = 10_000;
  server.keepAliveTimeout = 65_000;
  return server;
}

async function route(ports: ServerPorts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = request.url ?? "/";
  const at = url.indexOf("?");
  const path = at < 0 ? url : url.slice(0, at);
  if (path === WEBHOOK_PATH) return receive(ports, request, response);
  if (path === "/healthz") return send(response, 200, "ok");
  if (path === "/readyz") return ports.isReady() ? send(response, 200, "ready") : send(response, 503, "starting");
  if (path === "/metrics") return ports.metrics(request, response);
  const handler = Object.hasOwn(ports.routes, path) ? ports.routes[path] : undefined;
  if (handler === undefined) return send(response, 404, "not found");
  return ports.isReady() ? handler(request, response) : send(response, 503, "starting");
}

async function receive(ports: ServerPorts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const start = performance.now();
  if (request.method !== "POST") return send(response, 405, "POST only");
  const body = await readBody(request, MOST_BYTES);
  if (body === null) {
    response.setHeader("connection", "close");
    return send(response, 413, "too large");
  }
  const event = header(request, "x-github-event");
  const sorted = ports.sorter.sort({
    event,
    id: header(request, "x-github-delivery"),
    signature: header(request, "x-hub-signature-256"),
    body,
  });
  const counted = (result: string) => ports.count({ event: known(event), result, ms: performance.now() - start });
  if (sorted.kind === "refuse") {
    counted(sorted.why);
    return send(response, sorted.status, sorted.why);
  }
  if (sorted.kind === "drop") {
    counted(sorted.why);
    return send(response, 200, "ignored");
  }
  const taken = ports.host.receive(sorted).then(
    () => "taken" as const,
    (error: unknown) => {
      ports.log.error({ err: error, event, delivery: sorted.id }, "a delivery failed");
      return "failed" as const;
    },
  );
  const result = await Promise.race([taken, late()]);
  counted(result);
  if (result === "taken") ports.sorter.settled(sorted.keys);
  send(response, STATUS[result], result);
}

/** Of the events that count; anybody may send any other. */
function known(event: string | undefined): string {
  return event !== undefined && EVENTS.has(event) ? event : "other";
}

const STATUS = { taken: 200, failed: 500, late: 503 } as const;

function late(): Promise<"late"> {
  return new Promise((resolve) => {
    setTimeout(() => resolve("late"), ANSWER_WITHIN_MS).unref();
  });
}

/** Null when there is more than `most`. */
export function readBody(request: IncomingMessage, most: number): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > most) {
        request.pause();
        resolve(null);
      } else chunks.push(chunk);
    });
    request.on("end", () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on("error", reject);
  });
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function send(response: ServerResponse, status: number, text: string, type = "text/plain; charset=utf-8"): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text) });
  response.end(text);
}
