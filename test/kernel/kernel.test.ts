import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { steadyClock } from "../../src/kernel/clock.ts";
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

describe("canonical JSON is RFC 8785's", () => {
  // From the RFC: §3.2.2.2, §3.2.2.3 and §3.2.3.
  test("in how it writes strings and numbers", () => {
    const value = {
      numbers: [Number("333333333.33333329"), 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0, 1e21, 1e-7],
      string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/",
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0,1e+21,1e-7],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test("in the order of keys, which is that of UTF-16 units", () => {
    const keys = ["\u20ac", "\r", "\ufb33", "1", "\u{1f600}", "\u0080", "\u00f6"];
    const sorted = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\u{1f600}", "\ufb33"];
    const text = canonicalJson(Object.fromEntries(keys.map((key) => [key, 0])));
    expect(text).toBe(`{${sorted.map((key) => `${JSON.stringify(key)}:0`).join(",")}}`);
  });

  test("in refusing what JSON cannot say, so that no two values share a digest by losing what makes them differ", () => {
    for (const value of [undefined, () => 1, Number.NaN, Number.POSITIVE_INFINITY, 1n, { a: Number.NaN }])
      expect(() => canonicalJson(value)).toThrow();
    for (const value of ["\ud800", { a: ["x\udc00"] }, { "\ud800": 1 }]) expect(() => canonicalJson(value)).toThrow();
  });
});

describe("a steady clock", () => {
  test("does not go back with the machine's, and goes on with it", () => {
    let [wall, uptime] = [1000, 50];
    const clock = steadyClock(
      () => wall,
      () => uptime,
    );
    expect(clock.now()).toBe(1000);
    [wall, uptime] = [-3_600_000, 150];
    expect(clock.now()).toBe(1100);
    uptime = 350_050;
    expect(clock.now()).toBe(351_000);
    wall = 9_000_000;
    expect(clock.now()).toBe(9_000_000);
    wall = 0;
    expect(clock.now()).toBe(9_000_000);
  });
});
