import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createGemini } from "../../src/adapters/gemini.ts";
import { createGoogleIdentity } from "../../src/adapters/google-identity.ts";
import { conclusionSchema } from "../../src/agent/conclusion.ts";
import type { Ask } from "../../src/agent/reasoner.ts";

type Seen = { readonly url: string; readonly headers: IncomingMessage["headers"]; readonly body: string };

let server: Server;
let url: string;
let dir: string;
let seen: Seen[] = [];
const ANSWERS: Readonly<Record<string, unknown>> = {
  "/runner?audience=x": { value: "runner-identity-token" },
  "/sts": { access_token: "federated-token", expires_in: 3600 },
  "/impersonate": { accessToken: "service-account-token" },
};
const MODEL = { candidates: [{ content: { parts: [{ text: "I have seen enough." }] } }] };

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "sentinel-vertex-"));
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    seen.push({ url: request.url ?? "", headers: request.headers, body: Buffer.concat(chunks).toString() });
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(ANSWERS[request.url ?? ""] ?? MODEL));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  url = typeof address === "object" && address ? `http://127.0.0.1:${address.port}` : "";
});
beforeEach(() => {
  seen = [];
});
afterAll(() => {
  server.close();
  rmSync(dir, { recursive: true, force: true });
});

function configuration(change: object = {}): string {
  const file = join(dir, "credentials.json");
  const source = {
    url: `${url}/runner?audience=x`,
    headers: { Authorization: "Bearer runner" },
    format: { type: "json", subject_token_field_name: "value" },
  };
  writeFileSync(
    file,
    JSON.stringify({
      type: "external_account",
      audience: "//iam.googleapis.com/projects/1/providers/p",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      token_url: `${url}/sts`,
      service_account_impersonation_url: `${url}/impersonate`,
      credential_source: source,
      ...change,
    }),
  );
  return file;
}

const ASK: Ask = {
  system: "s",
  transcript: { v: 1, by: "gemini", prompt: "t", opening: "What happened?", turns: [] },
  tools: [],
  mustConclude: false,
  conclusionSchema: conclusionSchema(["hold"]),
};

test("Vertex AI is asked as the job's own identity, which is exchanged once and never stands beside a key", async () => {
  const token = createGoogleIdentity(configuration());
  const access = { kind: "identity", project: "acme-prod", location: "europe-west1", token } as const;
  const gemini = createGemini({ model: "gemini-2.5-flash", access, baseUrl: url });
  const signal = new AbortController().signal;
  expect(await gemini.reply(ASK, signal)).toMatchObject({ kind: "words" });
  expect(await gemini.reply(ASK, signal)).toMatchObject({ kind: "words" });
  const path =
    "/v1/projects/acme-prod/locations/europe-west1/publishers/google/models/gemini-2.5-flash:generateContent";
  expect(seen.map((one) => one.url)).toEqual(["/runner?audience=x", "/sts", "/impersonate", path, path]);
  expect(seen[1]?.body).toContain("runner-identity-token");
  expect(seen[2]?.headers.authorization).toBe("Bearer federated-token");
  expect(seen[3]?.headers.authorization).toBe("Bearer service-account-token");
  expect(seen[3]?.headers).not.toHaveProperty("x-goog-api-key");
});

test("the key of a service account is not used, and a refused identity is an unavailable model", async () => {
  await expect(createGoogleIdentity(configuration({ type: "service_account" }))()).rejects.toThrow(
    "google-github-actions/auth",
  );
  const token = createGoogleIdentity(configuration({ token_url: "http://127.0.0.1:9/sts" }));
  const access = { kind: "identity", project: "acme-prod", location: "global", token } as const;
  const gemini = createGemini({ model: "gemini-2.5-flash", access, baseUrl: url });
  const reply = await gemini.reply(ASK, new AbortController().signal);
  expect(reply).toMatchObject({ kind: "failed", why: "unavailable" });
  expect(JSON.stringify(reply)).not.toContain("token");
});
