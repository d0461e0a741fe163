import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { gunzipSync } from "node:zlib";

/** One repository over smart HTTP on loopback, only for reading, with every byte on the wire counted. */
export type Served = {
  readonly url: string;
  /** Bytes in both directions since the last call. */
  takeBytes(): number;
  close(): Promise<void>;
};

export async function serve(gitDir: string): Promise<Served> {
  const sockets = new Set<Socket>();
  let gone = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const sent = Buffer.concat(chunks);
    const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const child = spawn("git", ["http-backend"], {
      env: {
        ...ENV,
        GIT_PROJECT_ROOT: gitDir,
        PATH_INFO: url.pathname,
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers["content-type"] ?? "",
        GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      },
      stdio: ["pipe", "pipe", "inherit"],
    });
    child.stdin.on("error", () => {});
    child.stdin.end(body);
    let head = Buffer.alloc(0);
    let inBody = false;
    child.stdout.on("data", (chunk: Buffer) => {
      if (inBody) return void response.write(chunk);
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf("\r\n\r\n");
      if (end === -1) return;
      inBody = true;
      const fields = head.subarray(0, end).toString().split("\r\n");
      const headers = fields.map((line) => line.split(": ", 2)).filter(([name]) => name?.toLowerCase() !== "status");
      const status = /^Status: (\d+)/m.exec(fields.join("\n"))?.[1];
      response.writeHead(Number(status ?? 200), Object.fromEntries(headers));
      response.write(head.subarray(end + 4));
    });
    child.on("close", () => response.end());
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => {
      gone += socket.bytesRead + socket.bytesWritten;
      sockets.delete(socket);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  let taken = 0;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    takeBytes: () => {
      const open = [...sockets].reduce((sum, socket) => sum + socket.bytesRead + socket.bytesWritten, 0);
      const fresh = gone + open - taken;
      taken += fresh;
      return fresh;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

const SETTINGS = [
  ["uploadpack.allowFilter", "true"],
  ["uploadpack.allowAnySHA1InWant", "true"],
  ["safe.directory", "*"],
] as const;

const ENV = {
  PATH: process.env.PATH ?? "",
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_HTTP_EXPORT_ALL: "1",
  GIT_CONFIG_COUNT: String(SETTINGS.length),
  ...Object.fromEntries(
    SETTINGS.flatMap(([key, value], i) => [
      [`GIT_CONFIG_KEY_${i}`, key],
      [`GIT_CONFIG_VALUE_${i}`, value],
    ]),
  ),
};
