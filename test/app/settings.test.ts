import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { redact } from "../../src/app/log.ts";
import { checkSettings } from "../../src/app/settings.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const PEM = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const ED25519 = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const WHOLE = {
  APP_ID: "7",
  PRIVATE_KEY: PEM,
  WEBHOOK_SECRET: "long enough to be one",
  AUTH0_DOMAIN: "acme.eu.auth0.com",
  AUTH0_WORKER_CLIENT_ID: "worker",
  AUTH0_PRIVATE_KEY: PEM.replaceAll("\n", "\\n"),
  SLACK_AUTH0_USER: "auth0|speaker",
};

test("settings that are whole start the App, in whatever way the keys are written", () => {
  expect(checkSettings(WHOLE).kind).toBe("ready");
  expect(checkSettings({ ...WHOLE, PRIVATE_KEY: Buffer.from(PEM).toString("base64") }).kind).toBe("ready");
});

test.each([
  [{ APP_ID: "" }, "APP_ID: is not set"],
  [{ PRIVATE_KEY: "!" }, "PRIVATE_KEY: is not an RSA private key in PEM"],
  [{ PRIVATE_KEY: ED25519 }, "PRIVATE_KEY: is not an RSA private key in PEM"],
  [{ WEBHOOK_SECRET: "development" }, 'WEBHOOK_SECRET: must not be "development", which anybody can guess'],
  [{ AUTH0_PRIVATE_KEY: "!" }, "AUTH0_PRIVATE_KEY: must be an RSA private key in PEM"],
  [{ AUTH0_PRIVATE_KEY: "c2VjcmV0" }, "AUTH0_PRIVATE_KEY: must be an RSA private key in PEM"],
  [
    { AUTH0_DOMAIN: "https://acme.eu.auth0.com/" },
    "AUTH0_DOMAIN: must be the domain alone, without https:// and without a path",
  ],
  [
    { SLACK_AUTH0_USER: "" },
    "SLACK_AUTH0_USER: is not set; Slack needs all of AUTH0_DOMAIN, AUTH0_WORKER_CLIENT_ID, AUTH0_PRIVATE_KEY, SLACK_AUTH0_USER, or none of them",
  ],
])("%j keeps the App from starting, in one sentence that names it", (change, problem) => {
  expect(checkSettings({ ...WHOLE, ...change })).toEqual({ kind: "refused", problems: [problem] });
});

test("no piece of a token stays in a line of the log, whatever form GitHub gives it", () => {
  const secret = "AbC-dEf_GhIjKl-0123";
  for (const token of [
    `ghs_12345_eyJhbGciOiJSUzI1NiJ9.eyJpc3-iOi1fQ.${secret}`,
    `eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOi.${secret}`,
  ])
    expect(redact(`{"err":"401 for ${token}"}`)).toBe('{"err":"401 for [secret]"}');
});
