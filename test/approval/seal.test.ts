import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { type SealedAsk, seal, unseal } from "../../src/approval/seal.ts";
import { Secret } from "../../src/kernel/secret.ts";

const key = (): Secret =>
  new Secret(
    generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  );
const KEY = key();
const CONTEXT = { repoId: 1, incident: 3, digest: "e".repeat(64) };
const ASK: SealedAsk = {
  authReqId: "secret-id",
  approverId: 7,
  sentAt: 1,
  expiresAt: 2,
  intervalMs: 5000,
  details: "[]",
};

test("what was sealed opens with the same key for the same plan", () => {
  expect(unseal(seal([ASK], KEY, CONTEXT), KEY, CONTEXT)).toEqual([ASK]);
});

test("line breaks of the key do not matter", () => {
  const other = new Secret(`${KEY.expose().trimEnd()}\r\n\r\n`);
  expect(unseal(seal([ASK], KEY, CONTEXT), other, CONTEXT)).toEqual([ASK]);
});

test.each([
  { ...CONTEXT, repoId: 2 },
  { ...CONTEXT, incident: 4 },
  { ...CONTEXT, digest: "f".repeat(64) },
])("it opens for no other repository, incident or plan", (context) => {
  expect(unseal(seal([ASK], KEY, CONTEXT), KEY, context)).toBeNull();
});

test("it opens with no other key", () => {
  expect(unseal(seal([ASK], KEY, CONTEXT), key(), CONTEXT)).toBeNull();
});

test("any changed byte, a cut and an empty text open to nothing", () => {
  const bytes = Buffer.from(seal([ASK], KEY, CONTEXT), "base64url");
  for (let i = 0; i < bytes.length; i++) {
    const bent = Buffer.from(bytes);
    bent[i] = (bent[i] ?? 0) ^ 1;
    expect(unseal(bent.toString("base64url"), KEY, CONTEXT)).toBeNull();
  }
  expect(unseal(bytes.subarray(0, -1).toString("base64url"), KEY, CONTEXT)).toBeNull();
  expect(unseal("", KEY, CONTEXT)).toBeNull();
});

test("the request id cannot be read from it", () => {
  const sealed = Buffer.from(seal([ASK], KEY, CONTEXT), "base64url").toString("latin1");
  expect(sealed).not.toContain("secret-id");
});
