import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { checkSettings, wordsForStart } from "../../src/app/settings.ts";

const MAIN = join(import.meta.dirname, "../../src/app/main.ts");
const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
});
const ENOUGH: Readonly<Record<string, string>> = {
  APP_ID: "7",
  PRIVATE_KEY: privateKey,
  WEBHOOK_SECRET: "a secret of the webhook",
};

async function start(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [MAIN], { env: { PATH: process.env.PATH ?? "", ...env } });
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((done) => child.on("close", done)),
  ]);
  return { code, out, err };
}

function problems(change: Readonly<Record<string, string | undefined>>): readonly string[] {
  const checked = checkSettings({ ...ENOUGH, ...change });
  return checked.kind === "refused" ? checked.problems : [];
}

describe("the App does not start", () => {
  test("without what it needs, and names all of it at once", async () => {
    const { code, out, err } = await start({});
    expect(code).toBe(1);
    expect(out).toBe("");
    for (const name of ["APP_ID", "PRIVATE_KEY", "WEBHOOK_SECRET"]) expect(err).toContain(`  ${name}: is not set`);
  });

  test("on a port that another program has, and says so in one sentence", async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
    const address = other.address();
    const port = typeof address === "object" ? String(address?.port) : "";
    const { code, err } = await start({
      ...ENOUGH,
      HOST: "127.0.0.1",
      PORT: port,
      GITHUB_API_URL: "http://127.0.0.1:9",
    });
    other.close();
    expect(code).toBe(1);
    expect(err).toBe(
      `Sentinel does not start:\n  PORT: ${port} is used by another program; stop that one, or set PORT to another number\n`,
    );
  });

  test.each([
    [{ WEBHOOK_SECRET: "development" }, "WEBHOOK_SECRET"],
    [{ WEBHOOK_SECRET: "" }, "WEBHOOK_SECRET"],
    [{ PRIVATE_KEY: "no key" }, "PRIVATE_KEY"],
    [{ PRIVATE_KEY: "", PRIVATE_KEY_PATH: "/nowhere" }, "PRIVATE_KEY_PATH"],
    [{ APP_ID: "seven" }, "APP_ID"],
    [{ PORT: "http" }, "PORT"],
    [{ GITHUB_API_URL: "github" }, "GITHUB_API_URL"],
    [{ SENTINEL_MODE: "on" }, "SENTINEL_MODE"],
    [{ SLACK_AUTH0_USER: "auth0|x" }, "AUTH0_DOMAIN"],
  ])("with %j", (change, name) => {
    expect(problems({})).toEqual([]);
    expect(problems(change).join("\n")).toContain(name);
  });

  test.each([
    ["EACCES", "PORT"],
    ["EADDRNOTAVAIL", "HOST"],
  ])("when the system says %s, and names the setting", (code, name) => {
    const words = wordsForStart(Object.assign(new Error("listen"), { code }), { host: "192.0.2.1", port: 80 });
    expect(words.startsWith(`${name}: `)).toBe(true);
  });

  test("for another reason without that reason being hidden", () => {
    const reason = new Error("something else");
    expect(() => wordsForStart(reason, { host: "", port: 0 })).toThrow(reason);
  });
});
