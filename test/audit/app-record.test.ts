import { describe, expect, it } from "vitest";
import { encodeBlock } from "../../src/audit/block.ts";
import { verify } from "../../src/audit/verify.ts";
import { decodeMemory, encodeMemory, type Memory } from "../../src/incident/memory.ts";
import { note } from "../../src/incident/remember/note.ts";
import { opened } from "../notice/incident-fixture.ts";

/** The App's chain grows with its timeline and lives in its memory. */
const start: Memory = { ...opened.memory, timeline: [] };
const grown = [note(start, "2026-11-23T03:12:09Z", "It failed.", { kind: "opened" })].map((memory) =>
  note(memory, "2026-11-23T03:12:10Z", "main is held.", { kind: "held" }),
)[0];

describe("the App's record", () => {
  it("has an entry for each event, once, and verifies", () => {
    const memory = note(grown ?? start, "2026-11-23T03:12:11Z", "main is held.", { kind: "held" });
    expect(memory.record?.map(({ seq, kind, actor }) => [seq, kind, actor])).toEqual([
      [1, "opened", "app"],
      [2, "held", "app"],
    ]);
    expect(verdict(memory)).toBe("intact");
  });

  it("survives being remembered in the check run", () => {
    const memory = decodeMemory(encodeMemory(grown ?? start));
    expect(memory?.record).toEqual(grown?.record);
  });

  it("never runs back in time, though replicas' clocks may differ", () => {
    const memory = note(grown ?? start, "2026-11-23T03:12:08Z", "The responder was started.", { kind: "dispatched" });
    expect(memory.record?.at(-1)?.at).toBe("2026-11-23T03:12:10Z");
    expect(verdict(memory)).toBe("intact");
  });

  it("names who gave an order", () => {
    const memory = note(grown ?? start, "2026-11-23T03:13:00Z", "anna asked.", {
      kind: "commanded",
      reason: "retry",
      actor: "anna",
    });
    expect(memory.record?.at(-1)).toMatchObject({ actor: "anna", kind: "commanded", reason: "retry" });
  });

  it("loses no entry when it is full, and fits into a check run with everything else", () => {
    let memory = start;
    for (let n = 0; n < 100; n++)
      memory = note(
        memory,
        "2026-11-23T03:12:09Z",
        `Event ${n}, told in as many words as there may be: ${"x".repeat(260)}`,
        {
          kind: "reported",
          reason: "rolled-back",
          digests: { plan: "a".repeat(64), report: "b".repeat(64) },
          refs: { commit: "c".repeat(40) },
          token: "d".repeat(64),
          cross: { chain: "respond:9001/1", seq: 7, head: "e".repeat(64) },
        },
      );
    expect(memory.record?.[0]?.seq).toBe(1);
    expect(memory.record).toHaveLength(48);
    expect(encodeMemory(memory).length).toBeLessThan(65_535);
    expect(decodeMemory(encodeMemory(memory))).not.toBeNull();
  });
});

function verdict({ record = [] }: Memory): string {
  return verify({ text: encodeBlock(record) }).verdict;
}
