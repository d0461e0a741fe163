import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { ENCODINGS, findLeaks, secretParts } from "../../src/kernel/leaks.ts";

const TOKEN = `ghu_${randomBytes(27).toString("base64url").replace(/[-_]/g, "x")}`;
const BODY = TOKEN.slice(4);

function leaksIn(text: string): readonly string[] {
  return findLeaks([{ name: "token", value: TOKEN }], [{ where: "log", text }]).map(({ encoding }) => encoding);
}

test("there are twenty-four disguises", () => {
  expect(new Set(ENCODINGS.map(([name]) => name)).size).toBe(24);
});

test.each(ENCODINGS)("a piece that is %s is found in the middle of a line", (name, encode) => {
  for (const dressed of encode(BODY)) {
    const start = Math.floor(dressed.length / 3);
    const piece = dressed.slice(start, start + Math.ceil(dressed.length / 2));
    expect(leaksIn(`before ${piece} after`), name).not.toEqual([]);
  }
});

test("eight characters are enough, seven are not", () => {
  expect(leaksIn(`<${BODY.slice(5, 13)}>`)).toContain("plain");
  expect(leaksIn(`<${BODY.slice(5, 12)}>`)).toEqual([]);
});

test("a secret broken over lines is found", () => {
  expect(leaksIn(`${BODY.slice(0, 5)}\n${BODY.slice(5, 12)}`)).not.toEqual([]);
});

test("what is said of it does not hold it", () => {
  const leaks = findLeaks([{ name: "token", value: TOKEN }], [{ where: "log", text: TOKEN }]);
  expect(JSON.stringify(leaks)).not.toContain(BODY.slice(0, 8));
});

test("prefixes, headers and claims of a token are no secret", () => {
  const jwt = `${Buffer.from('{"alg":"RS256"}').toString("base64url")}.${Buffer.from('{"sub":"x"}').toString("base64url")}.${randomBytes(64).toString("base64url")}`;
  expect(secretParts(jwt)).toEqual([jwt.split(".")[2]]);
  expect(secretParts("ghs_abcdefghijklmnop")).toEqual(["abcdefghijklmnop"]);
  expect(leaksIn("a log about ghu_ tokens, plans ABCD-EFGH and 0123456789abcdef")).toEqual([]);
});
