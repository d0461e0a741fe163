import fc from "fast-check";
import { expect, test } from "vitest";
import { createMask } from "../../src/agent/mask.ts";
import { capped, tame, tameLine } from "../../src/agent/tame.ts";

const SECRET = "s3cr3t-value-0123456789";
const mask = createMask([SECRET]);

test.each([
  ["a GitHub token", "token ghp_abcdefghijklmnopqrst0123456789 end", "ghp_"],
  ["one that carries a JSON web token", "ghs_12345_eyJhbGciOiJ9.eyJpc3MiOi-1fQ.AbC-dEf_GhIjKl0123", "dEf_GhIjKl"],
  ["a fine-grained one", "github_pat_11ABCDEFG0abcdefghij_klmnop", "11ABCDEFG0"],
  ["a Slack token", "xoxb-1234567890-abcdef", "1234567890"],
  ["a Gemini key", `AIza${"a".repeat(35)}`, "AIzaaaa"],
  ["an AWS key", "AKIAABCDEFGHIJKLMNOP", "AKIAABC"],
  ["a JSON web token", `eyJ${"a".repeat(20)}.${"b".repeat(20)}.${"c".repeat(20)}`, "bbbb"],
  ["a login in a URL", "postgres://root:hunter2@db/x", "hunter2"],
  ["an assigned password", 'DB_PASSWORD="correct horse"', "correct horse"],
  ["a header", "Authorization: Bearer abcdefghijklmnop", "abcdefghijklmnop"],
  ["a private key", "-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----", "MIIabc"],
  ["a private key that breaks off", "-----BEGIN RSA PRIVATE KEY-----\nMIIabc", "MIIabc"],
  ["a mail address", "by Jo <jo.doe+x@mail.example.com>", "jo.doe"],
  ["a public address", "connect to 8.8.4.4:443", "8.8.4.4"],
])("%s does not pass", (_, text, secret) => {
  expect(mask(text)).not.toContain(secret);
  expect(mask(mask(text))).toBe(mask(text));
});

test("what only looks like one stays: shas, versions, private addresses, handles, code", () => {
  const text = [
    "5a2ea80ef5e5a1b2c3d4e5f60718293a4b5c6d7e",
    "lru-cache 11.0.1 at 127.0.0.1:3000, 10.1.2.3",
    "@acme/payments owns const token = readToken(name)",
    "sha256:0123456789abcdef",
  ].join("\n");
  expect(mask(text)).toBe(text);
});

test("a known secret passes in none of its usual forms, wherever it stands", () => {
  const forms = [
    SECRET,
    Buffer.from(SECRET).toString("base64"),
    Buffer.from(SECRET).toString("base64url"),
    Buffer.from(SECRET).toString("hex"),
    encodeURIComponent(SECRET),
  ];
  fc.assert(
    fc.property(fc.string(), fc.constantFrom(...forms), fc.string(), (before, form, after) => {
      expect(mask(before + form + after)).not.toContain(form.replace(/=+$/, ""));
    }),
  );
});

test("tame text has no control, direction or invisible character, keeps its cap and is stable", () => {
  const nasty = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("\u001b[2J", "\u202e", "\u{e0041}", "\ud800", "\r\n", "\u0000", "x".repeat(2000)),
  );
  fc.assert(
    fc.property(fc.array(nasty), fc.integer({ min: 1, max: 3000 }), (parts, limit) => {
      const once = tame(parts.join(""), limit);
      expect(once.length).toBeLessThanOrEqual(limit);
      expect(once).not.toMatch(/[\p{Default_Ignorable_Code_Point}\p{Cs}]|(?![\t\n])\p{Cc}/u);
      expect(tame(once, limit)).toBe(once);
      expect(tameLine(once, limit)).not.toContain("\n");
    }),
    { numRuns: 500 },
  );
  expect(capped("😀😀", 2)).toBe("…");
});
