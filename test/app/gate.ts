import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as plainRequest,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer, request as tlsRequest } from "node:https";
import type { Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { listen, shut } from "../../drill/loopback.ts";
import type { Tls } from "../../drill/tls.ts";

/**
 * What stands between the App and everything it calls: it counts the calls, and at one of them the App is killed. It must
 * never change what it passes on.
 */
export type Gate = {
  /** An address that leads to the server at `target`; one with a certificate is https. */
  door(target: string, tls?: Tls): Promise<string>;
  /** The address at the door for one behind it. */
  inner(url: string): string;
  /** What went through since it was armed. */
  readonly calls: readonly Call[];
  /** From now on it counts, and at `death` it waits for `kill` before anything else happens. */
  arm(death: Death | null, kill: () => Promise<void>): void;
  /** Where and when the App was killed, in milliseconds since the epoch; null while it was not. */
  readonly died: (Death & { readonly at: number }) | null;
  close(): Promise<void>;
};

export type Call = { readonly kind: string; readonly at: number };

/** `before`: the call reaches nobody. `after`: it took effect, and its answer reaches nobody. `nth` counts its kind, from 1. */
export type Death = { readonly kind: string; readonly nth: number; readonly when: "before" | "after" };

export function openGate(): Gate {
  const servers: Server[] = [];
  const origins = new Map<string, string>();
  let calls: Call[] = [];
  let armed: { readonly death: Death; readonly kill: () => Promise<void> } | null = null;
  let died: Gate["died"] = null;
  /** Of the process behind a connection; what a dead one said arrives no more. */
  let life = 0;
  const lives = new WeakMap<Socket, number>();

  const die = async ({ death, kill }: NonNullable<typeof armed>) => {
    armed = null;
    life += 1;
    await kill();
    life += 1;
    died = { ...death, at: Date.now() };
  };

  const pass = async (to: URL, incoming: IncomingMessage, outgoing: ServerResponse) => {
    const body = await buffer(incoming);
    const isDead = () => lives.get(incoming.socket) !== life;
    if (isDead()) return;
    const kind = kindOf(incoming.method ?? "", incoming.url ?? "");
    calls.push({ kind, at: Date.now() });
    const nth = calls.filter((call) => call.kind === kind).length;
    const end = armed?.death.kind === kind && armed.death.nth === nth ? armed : null;
    if (end?.death.when === "before") return die(end);
    const answer = await forward(to, incoming, body);
    if (isDead()) return;
    if (end) return die(end);
    outgoing.writeHead(answer.status, answer.headers).end(answer.body);
  };

  return {
    door: async (target, tls) => {
      const to = new URL(target);
      const serve = (incoming: IncomingMessage, outgoing: ServerResponse) => {
        pass(to, incoming, outgoing).catch(() => outgoing.destroy());
      };
      const server = tls ? createTlsServer({ key: tls.keyPem, cert: tls.certPem }, serve) : createServer(serve);
      server.on(tls ? "secureConnection" : "connection", (socket: Socket) => lives.set(socket, life));
      server.keepAliveTimeout = 75_000;
      servers.push(server);
      const port = await listen(server);
      const origin = `${tls ? "https://localhost" : "http://127.0.0.1"}:${port}`;
      origins.set(to.origin, origin);
      return `${origin}${to.pathname}`;
    },
    inner: (url) => url.replace(new URL(url).origin, (origin) => origins.get(origin) ?? origin),
    get calls() {
      return calls;
    },
    arm: (death, kill) => {
      calls = [];
      armed = death && { death, kill };
    },
    get died() {
      return died;
    },
    close: async () => {
      life += 1;
      await Promise.all(servers.map(shut));
    },
  };
}

/** Method and path, without what differs from one play to the next. */
function kindOf(method: string, url: string): string {
  const path = url.replace(/\?.*/, "").replace(/^\/api\/v3/, "");
  return `${method} ${path.replaceAll(/\b(?:[0-9a-f]{24}|[0-9a-f]{40}|[0-9a-f]{12}|\d+)\b/g, "…")}`;
}

type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer };

function forward(to: URL, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  const request = to.protocol === "https:" ? tlsRequest : plainRequest;
  return new Promise((resolve, reject) => {
    const onward = request({ hostname: to.hostname, port: to.port, method, path: url, headers }, (answer) => {
      buffer(answer).then((whole) => {
        resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: whole });
      }, reject);
    });
    onward.on("error", reject);
    onward.end(body);
  });
}
