import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { readFailure } from "../../src/action/failure.ts";
import { type Git, GitError, openScratch } from "../../src/adapters/git.ts";

let dir: string;
let server: Server;
let requests: number;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "sentinel-git-"));
  requests = 0;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A scratch whose remote answers so: in turn, and the last for ever. */
async function fetching(...answers: readonly RequestListener[]): Promise<Git> {
  server = createServer((request, response) => {
    const answer = answers[Math.min(requests++, answers.length - 1)];
    answer?.(request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return openScratch(dir, `http://127.0.0.1:${(server.address() as AddressInfo).port}/a/b.git`, null);
}

const status =
  (code: number): RequestListener =>
  (_, response) => {
    response.writeHead(code).end();
  };
const cut: RequestListener = (request) => request.socket.destroy();

function failure(git: Git, args: readonly string[], env = {}): Promise<GitError> {
  return git.run(args, { env }).then(
    () => Promise.reject(new Error("it went well")),
    (error: unknown) => (error instanceof GitError ? error : Promise.reject(error)),
  );
}

describe("a read from the remote", () => {
  test("is tried again when the server was down or the wire broke", async () => {
    const git = await fetching(status(502), cut, status(410));
    expect((await failure(git, ["fetch", "origin", "main"])).stderr).toContain("410");
    expect(requests).toBe(3);
  });

  test("is given up when it stays down", async () => {
    const git = await fetching(status(503));
    expect(await failure(git, ["fetch", "origin", "main"])).toMatchObject({ isRemote: true, isPassing: true });
    expect(requests).toBe(3);
  });

  test("is not tried again where the server refuses", async () => {
    const git = await fetching(status(403));
    expect(await failure(git, ["fetch", "origin", "main"])).toMatchObject({ isRemote: true, isPassing: false });
    expect(requests).toBe(1);
  });

  test.each([
    [401, "github-refused"],
    [403, "github-refused"],
    [404, "github-refused"],
    [429, "github-unavailable"],
    [503, "github-unavailable"],
  ])("that is answered %s ends a job as %s", async (code, reason) => {
    const git = await fetching(status(code));
    expect(readFailure(await failure(git, ["fetch", "origin", "main"]))).toMatchObject({ reason });
  });

  test("ends when the server falls silent", async () => {
    const git = await fetching(() => {});
    const error = await failure(git, ["fetch", "origin", "main"], { GIT_HTTP_LOW_SPEED_TIME: "1" });
    expect(error.stderr).toContain("too slow");
  });
});

test("goes through the proxy that the runner names", async () => {
  await fetching(status(410));
  vi.stubEnv("http_proxy", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const away = join(dir, "away");
  mkdirSync(away);
  await failure(await openScratch(away, "http://github.example/a/b.git", null), ["fetch", "origin", "main"]);
  vi.unstubAllEnvs();
  expect(requests).toBe(1);
});

test("a push is never sent twice", async () => {
  const git = await fetching(status(502));
  await failure(git, ["push", "origin", ":refs/heads/main"]);
  expect(requests).toBe(1);
});
