import { expect, test } from "vitest";
import { readReply } from "../../src/adapters/gemini-reply.ts";
import { toWorkspace } from "../../src/agent/radius/areas.ts";
import { importsIt } from "../../src/agent/radius/dependents.ts";
import { code, plainText, safeText, slackText } from "../../src/notice/safe-text.ts";
import { recordOf } from "../../src/rollback/history.ts";

/** A pattern that starts anew at every letter needs minutes for this; one that reads on needs milliseconds. */
const LONG = 200_000;
const FAR_BELOW_MINUTES_MS = 10_000;

const commit = (message: string) => recordOf({ sha: "a".repeat(40), tree: "", parents: [], people: [], message });
const imports = (text: string) =>
  importsIt({ path: "b.py", line: 1, text }, { path: "pay.py", language: "python", needle: "pay" });
const reply = (text: string) => readReply({ candidates: [{ content: { parts: [{ text }] } }] }, true);

test.each<[string, () => unknown]>([
  ["a co-author without an address", () => commit(`x\n\nCo-authored-by:${" ".repeat(LONG)}x`)],
  ["an import of dots", () => imports(`from ${".".repeat(LONG)} pay`)],
  ["an import of spaces", () => imports(`from${" ".repeat(LONG)}x pay`)],
  ["a manifest of empty lines", () => toWorkspace("pyproject.toml", "\n".repeat(LONG))],
  ["a conclusion that ends in spaces", () => reply(`{${" ".repeat(LONG - 10)}x`)],
  ["half an emoji in a page", () => safeText(`:${"a".repeat(LONG)}!`, 100)],
  ["half an emoji in Slack", () => slackText(`:${"a".repeat(LONG)}!`, 100)],
  ["a name without an end", () => code(`@${"a_".repeat(LONG)}`, 100)],
  ["a line without an end", () => plainText("x\u001b[0".repeat(LONG / 4), 100)],
])("%s, of any length, is read in one go", (_, read) => {
  const start = performance.now();
  read();
  expect(performance.now() - start).toBeLessThan(FAR_BELOW_MINUTES_MS);
});
