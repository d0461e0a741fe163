import fc from "fast-check";
import { expect, test } from "vitest";
import { matchesGlob } from "../../src/kernel/glob.ts";

test.each([
  ["src/a/b.ts", "src/**", true],
  ["src/a/b.ts", "src/*", false],
  ["src/b.ts", "src/*", true],
  ["a/.github/x.yml", "**/*.yml", true],
  [".github/workflows/ci.yml", ".github/workflows/**", true],
  ["web/package.json", "package.json", true],
  ["web/package.json", "/package.json", false],
  ["package.json", "/package.json", true],
  ["docs/x", "docs/", true],
  ["a/b/c.test.ts", "**/*.{test,spec}.ts", true],
  ["a.ts", "**/a.ts", true],
  ["axts", "a.ts", false],
  ["a+b(c)[d].ts", "a+b(c)[d].ts", true],
  ["line\nbreak.ts", "*.ts", true],
  ["ab", "a?", true],
  ["a/b", "a?b", false],
  ["src/{a", "src/{a", true],
  ["src/b", "src/{a", false],
  ["{a,b", "{a,b", true],
  ["a}", "{a}}", true],
])("%s against %s: %s", (path, pattern, expected) => {
  expect(matchesGlob(path, pattern)).toBe(expected);
});

test("whatever somebody writes is a pattern: none breaks who reads it", () => {
  const letters = fc.constantFrom(..."{}[]()*?,/\\.+^$|a-".split(""));
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 12 }), (pattern) => {
      expect(() => matchesGlob("src/a.ts", pattern.join(""))).not.toThrow();
    }),
  );
});
