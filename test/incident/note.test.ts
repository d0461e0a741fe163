import { expect, test } from "vitest";
import { append } from "../../src/incident/remember/note.ts";
import { BAD, GOOD, NOW, POLICY } from "./given.ts";
import { justOpened } from "./memory-fixture.ts";

test("however long the words are in JSON, adding some ends, and how it began stays", () => {
  const longest = (letter: string) => letter + "\u0001".repeat(299);
  let memory = justOpened({ repoId: 7, incident: 1, badHead: BAD, lastGood: GOOD, policy: POLICY });
  for (const letter of "abcdefghij") memory = append(memory, NOW, longest(letter), { kind: "noted", reason: null });
  expect(memory.timeline.map(({ text }) => text.charAt(0)).join("")).toBe("abcde");
  for (let nth = 0; nth < 60; nth++) memory = append(memory, NOW, `short ${nth}`, { kind: "noted", reason: null });
  expect(memory.timeline.slice(0, 5).map(({ text }) => text.charAt(0))).toEqual([..."abcde"]);
});
