import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { getOctokit } from "@actions/github";
import { afterEach, describe, expect, test } from "vitest";
import { createFetchRequest } from "../../src/adapters/github-fetch.ts";
import { API_VERSION, createGitHubRequest, GitHubError } from "../../src/adapters/github-request.ts";
import type { Clock } from "../../src/kernel/clock.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
type Seen = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
};

let close: () => void = () => {};
afterEach(() => close());

function octokit(token: string, baseUrl: string) {
  const client = getOctokit(token, { baseUrl });
  return (route: string, parameters: Record<string, unknown>) => client.request(route, parameters);
}

async function github(
  answers: readonly Answer[],
  send: typeof createFetchRequest | typeof octokit = createFetchRequest,
) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    seen.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers, body });
    const answer = answers[Math.min(seen.length, answers.length) - 1];
    answer?.(request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  const slept: number[] = [];
  const clock: Clock = {
    now: Date.now,
    sleep: async (ms) => {
      slept.push(ms);
    },
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { request: createGitHubRequest(send("secret-token", url), clock), seen, slept };
}

function json(status: number, body: object, headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
}

/** As GitHub writes a time: whole seconds since the epoch. */
function inSeconds(seconds: number): string {
  return String(Math.floor(Date.now() / 1000) + seconds);
}

const cut: Answer = (request) => {
  request.socket.destroy();
};

describe("one call to GitHub", () => {
  test("fills the route, sends the rest as query or body, and pins the version", async () => {
    const { request, seen } = await github([json(200, { ok: true })]);
    await request("GET /repos/{owner}/{repo}/git/ref/{ref}", {
      owner: "a",
      repo: "b",
      ref: "heads/x#1/y",
      per_page: 2,
    });
    await request("POST /repos/{owner}/{repo}/issues", { owner: "a", repo: "b", title: "t" });
    expect(seen.map(({ method, url, body }) => [method, url, body])).toEqual([
      ["GET", "/repos/a/b/git/ref/heads%2Fx%231%2Fy?per_page=2", ""],
      ["POST", "/repos/a/b/issues", '{"title":"t"}'],
    ]);
    expect(seen[0]?.headers).toMatchObject({
      "x-github-api-version": API_VERSION,
      authorization: "token secret-token",
    });
  });

  test("repeats a read that met a fault or a limit, as long as GitHub asks", async () => {
    const { request, seen, slept } = await github([
      cut,
      json(502, {}),
      json(403, { message: "slow" }, { "retry-after": "7" }),
      json(200, { ok: 1 }),
    ]);
    expect((await request("GET /x")).data).toEqual({ ok: 1 });
    expect(seen).toHaveLength(4);
    expect(slept[2]).toBe(7000);
  });

  test.each([
    ["with the connection", '{"ok"', 20],
    ["though it claims to be whole", '{"ok"', 5],
  ])("repeats a read whose answer broke off, %s, whoever sends it", async (_, text, length) => {
    const torn: Answer = (__, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": length });
      response.write(text, () => response.destroy());
    };
    for (const send of [createFetchRequest, octokit]) {
      const { request, seen } = await github([torn, json(200, { ok: 1 })], send);
      expect((await request("GET /x")).data).toEqual({ ok: 1 });
      expect(seen).toHaveLength(2);
      close();
    }
  });

  test("never repeats a write", async () => {
    const { request, seen } = await github([json(502, {})]);
    await expect(request("POST /x", {})).rejects.toMatchObject({ code: "unavailable" });
    expect(seen).toHaveLength(1);
  });

  test.each([
    [401, {}, "unauthorized"],
    [403, {}, "forbidden"],
    [404, {}, "not-found"],
    [409, {}, "refused"],
    [422, {}, "refused"],
  ] as const)("%i is named", async (status, headers, code) => {
    const { request, seen } = await github([json(status, { message: "said so" }, headers)]);
    await expect(request("GET /x")).rejects.toMatchObject({ code, status });
    expect(seen).toHaveLength(1);
  });

  test.each([
    ["the end of the hour's allowance", 403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": inSeconds(9) }, 9000],
    ["the minute it asks for where it names no time", 403, {}, 60_000],
    ["the same behind another status", 429, {}, 60_000],
  ] as const)("a limit without a time of its own is left alone until %s", async (_, status, headers, waits) => {
    const { request, seen, slept } = await github([
      json(status, { message: "You have exceeded a secondary rate limit." }, headers),
      json(200, {}),
    ]);
    const error = await request("GET /x").catch((thrown: unknown) => thrown);
    const asked = error instanceof GitHubError ? error.retryAfterMs : slept[0];
    expect(asked).toBeGreaterThan(waits - 2000);
    expect(asked).toBeLessThanOrEqual(waits);
    expect(seen).toHaveLength(waits > 20_000 ? 1 : 2);
    if (error instanceof GitHubError) expect(error.code).toBe("limited");
  });

  test("does not wait longer than is reasonable", async () => {
    const { request, slept } = await github([json(429, {}, { "retry-after": "3600" })]);
    await expect(request("GET /x")).rejects.toMatchObject({ code: "limited" });
    expect(slept).toEqual([]);
  });

  test("an error does not hold the token", async () => {
    const { request } = await github([json(422, { message: "x" })]);
    const error = await request("GET /x").catch((thrown: unknown) => thrown);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("secret-token");
  });
});
