import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { canonicalJson, digestOf, sha256, shortCode } from "../../src/kernel/digest.ts";
import { Secret } from "../../src/kernel/secret.ts";

describe("a secret", () => {
  const secret = new Secret("ghu_very-secret");

  test("prints as a placeholder however it is printed", () => {
    const printed = [
      `${secret}`,
      String(secret),
      JSON.stringify({ secret }),
      inspect({ secret }),
      inspect(secret, { showHidden: true }),
    ];
    for (const text of printed) expect(text).not.toContain("very-secret");
    expect(new Error(`failed with ${secret}`).message).toBe("failed with [secret]");
  });

  test("gives its value only when asked for it by name", () => {
    expect(secret.expose()).toBe("ghu_very-secret");
  });

  test("is never empty", () => {
    expect(() => new Secret("")).toThrow("invariant");
  });
});

describe("digests", () => {
  test("do not depend on the order of keys", () => {
    expect(digestOf({ b: 1, a: [2, "é"] })).toBe(digestOf({ a: [2, "é"], b: 1 }));
    expect(canonicalJson({ b: 1, a: [2, "é"] })).toBe('{"a":[2,"é"],"b":1}');
  });

  test("of nothing are SHA-256's own", () => {
    expect(sha256("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  test("have a code of their first 40 bits in base32", () => {
    expect(shortCode(`0000000000${"f".repeat(54)}`)).toBe("AAAA-AAAA");
    expect(shortCode(`ffffffffff${"0".repeat(54)}`)).toBe("7777-7777");
    expect(shortCode(sha256("sentinel"))).toMatch(/^[A-Z2-7]{4}-[A-Z2-7]{4}$/);
  });
});
