import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLogReader, headAndTail } from "../../src/adapters/github-logs.ts";
import { Secret } from "../../src/kernel/secret.ts";

const seen: { readonly host: "github" | "storage"; readonly authorization: string | undefined }[] = [];
let github: Server;
let storage: Server;

function listen(server: Server): Promise<string> {
  return new Promise((done) =>
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      done(typeof address === "object" && address ? `http://127.0.0.1:${address.port}` : "");
    }),
  );
}

let api: string;
beforeAll(async () => {
  storage = createServer((request, response) => {
    seen.push({ host: "storage", authorization: request.headers.authorization });
    response.end("the log");
  });
  const blob = await listen(storage);
  github = createServer((request, response) => {
    seen.push({ host: "github", authorization: request.headers.authorization });
    if (request.url?.endsWith("/1/logs")) response.writeHead(302, { location: `${blob}/x?sig=1` }).end();
    else response.writeHead(410).end();
  });
  api = await listen(github);
});
afterAll(() => {
  github.close();
  storage.close();
});

test("a log is read through the redirect, and the token stays with GitHub", async () => {
  const read = createLogReader(api, new Secret("ghs_token"), new AbortController().signal);
  expect(await read("/repos/a/b/actions/jobs/1/logs")).toBe("the log");
  expect(seen).toEqual([
    { host: "github", authorization: "Bearer ghs_token" },
    { host: "storage", authorization: undefined },
  ]);
  await expect(read("/repos/a/b/actions/jobs/2/logs")).rejects.toThrow("410");
});

test("of an endless log beginning and end are kept, in bounded memory", async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("the beginning\n");
    for (let i = 0; i < 400; i++) yield Buffer.alloc(65_536, "x");
    yield Buffer.from("\nthe end");
  }
  const text = await headAndTail(endless());
  expect(text.startsWith("the beginning")).toBe(true);
  expect(text.endsWith("the end")).toBe(true);
  expect(text.length).toBeLessThan(4_000_000);
});
