import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { connectPerson, createJobOutput } from "../../src/action/toolkit.ts";
import { systemClock } from "../../src/kernel/clock.ts";
import { Secret } from "../../src/kernel/secret.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test("a summary that cannot be written ends no job; a warning says so", async () => {
  const said: string[] = [];
  vi.stubEnv("GITHUB_STEP_SUMMARY", "/nonexistent/summary.md");
  vi.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
  await createJobOutput().summary("# Response");
  expect(said.join("")).toContain("::warning::The summary could not be written");
});

test("a read that hangs is sent again before the yes is too old", async () => {
  let requests = 0;
  const server = createServer((_, response) => {
    if (requests++ === 0) return;
    response.writeHead(200, { "content-type": "application/json" }).end('{"id":7}');
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const request = connectPerson(new Secret("ghu_token"), url, systemClock, 1000);
    expect((await request("GET /user")).data).toEqual({ id: 7 });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
