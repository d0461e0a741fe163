import { spawn } from "node:child_process";
import type { IncomingMessage } from "node:http";
import type { Identity } from "../auth/identity.ts";
import type { Repository } from "../records.ts";
import { GIT_ENV } from "./process.ts";

/** One CGI exchange with `git http-backend`. */

export type Answered = {
  writeHead(status: number, headers: Record<string, string>): unknown;
  write(chunk: Buffer): unknown;
  end(chunk?: Buffer): unknown;
};

export type Served = {
  readonly repo: Repository;
  readonly identity: Identity;
  readonly action: string;
  readonly body: Buffer;
  readonly request: IncomingMessage;
  readonly response: Answered;
  readonly url: URL;
};

/** One CGI exchange with `git http-backend`; resolves with the status it answered. Its caller ends the response. */
export function backend({ repo, action, body, request, response, url }: Served): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn("git", ["http-backend"], {
      env: {
        ...GIT_ENV,
        GIT_PROJECT_ROOT: repo.gitDir,
        PATH_INFO: `/${action}`,
        GIT_HTTP_EXPORT_ALL: "1",
        REMOTE_USER: "stand-in",
        REMOTE_ADDR: "127.0.0.1",
        REQUEST_METHOD: request.method ?? "GET",
        QUERY_STRING: url.search.slice(1),
        CONTENT_TYPE: request.headers["content-type"] ?? "",
        CONTENT_LENGTH: String(body.length),
        ...(request.headers["git-protocol"] === undefined
          ? {}
          : { GIT_PROTOCOL: String(request.headers["git-protocol"]) }),
      },
    });
    let head = Buffer.alloc(0);
    let status = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      if (status !== 0) {
        response.write(chunk);
        return;
      }
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      const headers = parseHead(head.toString("latin1", 0, end));
      status = Number.parseInt(headers.status ?? "200", 10);
      delete headers.status;
      response.writeHead(status, headers);
      response.write(head.subarray(end + 4));
    });
    child.on("error", fail);
    child.on("close", () => {
      if (status === 0) {
        fail(new Error("git http-backend gave no answer"));
        return;
      }
      done(status);
    });
    child.stdin.on("error", () => {});
    child.stdin.end(body);
  });
}

function parseHead(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split("\r\n").map((line) => {
      const at = line.indexOf(":");
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
    }),
  );
}
