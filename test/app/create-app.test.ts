import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { afterEach, expect, test } from "vitest";
import { checkSettings } from "../../src/app/settings.ts";
import { createAppCommand } from "../../src/cli/create-app.ts";
import { until } from "./stage.ts";

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
});
let server: Server;
let dir: string;
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(dir, { recursive: true, force: true });
});

/** The two pages of GitHub that the flow meets; the code is good once. */
async function startManifestPages(): Promise<string> {
  const codes = new Set(["the-code"]);
  server = createServer((request, response) => {
    const code = /\/api\/v3\/app-manifests\/([^/]+)\/conversions$/.exec(request.url ?? "")?.[1] ?? "";
    if (request.method !== "POST" || !codes.delete(code)) return void response.writeHead(404).end("{}");
    const app = {
      id: 77,
      slug: "sentinel-acme",
      pem: privateKey,
      webhook_secret: "made-by-github",
      client_id: "Iv1.x",
      client_secret: "s",
      html_url: "https://github.example/apps/sentinel-acme",
    };
    response.writeHead(201, { "content-type": "application/json" }).end(JSON.stringify(app));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("one click makes an App whose settings start Sentinel, and nothing of its key is printed", async () => {
  const github = await startManifestPages();
  dir = await mkdtemp(join(tmpdir(), "sentinel-create-"));
  const file = join(dir, "sentinel.env");
  const said: string[] = [];
  const out = { write: (text: string) => said.push(text) > 0 };
  const done = createAppCommand(
    ["--url", "https://sentinel.acme.example", "--org", "acme", "--github", github, "--out", file],
    out,
  );
  await until(() => said.length > 0, "the page is named");
  const page = /http:\S+/.exec(said[0] ?? "")?.[0] ?? "";

  const html = await (await fetch(page)).text();
  const action = /action="([^"]+)"/.exec(html)?.[1] ?? "";
  const state = new URL(action).searchParams.get("state");
  expect(action).toContain("/organizations/acme/settings/apps/new");
  const manifest = JSON.parse(
    (/value="([^"]+)"/.exec(html)?.[1] ?? "").replaceAll("&quot;", '"').replaceAll("&amp;", "&"),
  );
  expect(manifest).toMatchObject({
    hook_attributes: { url: "https://sentinel.acme.example/api/github/webhooks" },
    default_permissions: { administration: "write", contents: "read" },
    default_events: [
      "deployment_status",
      "check_run",
      "check_suite",
      "workflow_run",
      "issue_comment",
      "repository_ruleset",
      "push",
    ],
  });

  // What no address can be made of, as anything on this machine may send, costs neither the command nor the key.
  expect((await fetch(`${page}/`)).status).toBe(404);
  expect((await fetch(`${page}created?code=the-code&state=guessed`)).status).toBe(400);
  expect((await fetch(`${page}created?code=the-code&state=${state}`)).status).toBe(200);
  expect(await done).toBe(0);

  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(checkSettings(parseEnv(await readFile(file, "utf8")) as Record<string, string>).kind).toBe("ready");
  expect(said.join("")).not.toContain("PRIVATE KEY");
  expect(said.join("")).not.toContain("made-by-github");
});

test.each([
  ["of an organisation is private", ["--org", "acme"], false],
  ["of a person is public, since GitHub lets nobody else authorise a private one", [], true],
])("the second App %s", async (_name, owner, isPublic) => {
  const github = await startManifestPages();
  dir = await mkdtemp(join(tmpdir(), "sentinel-create-"));
  const said: string[] = [];
  const done = createAppCommand(
    ["--hands", "--domain", "acme.auth0.example", ...owner, "--github", github, "--out", join(dir, "hands.env")],
    { write: (text: string) => said.push(text) > 0 },
  );
  await until(() => said.length > 0, "the page is named");
  const page = /http:\S+/.exec(said[0] ?? "")?.[0] ?? "";
  const html = (await (await fetch(page)).text()).replaceAll("&quot;", '"').replaceAll("&amp;", "&");
  const state = /state=([0-9a-f]+)/.exec(html)?.[1];
  expect((await fetch(`${page}created?code=the-code&state=${state}`)).status).toBe(200);
  expect(await done).toBe(0);
  expect(html).toContain(`"public":${isPublic}`);
  expect(html).toContain('"callback_urls":["https://acme.auth0.example/login/callback"]');
});

test("without an address it says how it is used", async () => {
  await startManifestPages();
  dir = await mkdtemp(join(tmpdir(), "sentinel-create-"));
  const said: string[] = [];
  expect(await createAppCommand([], { write: (text: string) => said.push(text) > 0 })).toBe(2);
  expect(said.join("")).toContain("--url");
});

test("a file that is there already is told before anything is created, and kept", async () => {
  await startManifestPages();
  dir = await mkdtemp(join(tmpdir(), "sentinel-create-"));
  const file = join(dir, "sentinel.env");
  await writeFile(file, "APP_ID=1\n");
  const said: string[] = [];
  const out = { write: (text: string) => said.push(text) > 0 };
  await expect(createAppCommand(["--url", "https://sentinel.acme.example", "--out", file], out)).rejects.toThrow(
    "--out",
  );
  expect(said).toEqual([]);
  expect(await readFile(file, "utf8")).toBe("APP_ID=1\n");
});
