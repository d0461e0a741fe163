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

  it("leaves room for the longest policy, and for a day of pushes, comments and failures", () => {
    const at = "2026-11-23T03:12:09Z";
    let memory = start;
    for (let n = 0; n < 100; n++) {
      const words = `${n} asked for a rollback: ${"c0ffee123456 ".repeat(20)}`;
      memory = note(memory, at, words, { kind: "commanded", reason: "rollback", actor: "somebody-somewhere" });
    }
    const many = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
    const ask = { at, approver: "somebody", approverId: 123_456_789, digest: "a".repeat(64), answer: "expired" };
    const move = {
      by: "somebody",
      byId: 123_456_789,
      at,
      commit: "b".repeat(40),
      said: "not-approved",
      told: true,
    } as const;
    const full: Memory = {
      ...memory,
      policy: { ...memory.policy, assignees: ["p".repeat(16_000)] },
      earlierAsks: many(100, () => ({ at, approverId: 123_456_789 })),
      handled: many(200, (n) => 2_900_000_000 + n),
      failures: Object.fromEntries(many(20, (n) => [`check:${n}${"n".repeat(190)}`, 100])),
      asks: many(10, () => ask),
      passed: { lookedAt: "a".repeat(40), moves: many(10, (n) => ({ ...move, suite: 123_456_789 + n })) },
      signal: { says: "\u001b".repeat(500), url: `https://${"u".repeat(490)}` },
      hold: { state: "refused", why: "w".repeat(500) },
    };
    expect(encodeMemory(full).length).toBeLessThan(65_535);
    expect(full.timeline.at(-1)?.text).toMatch(/^99 asked/);
    expect(full.timeline[0]?.text).toMatch(/^0 asked/);
  });
});

function verdict({ record = [] }: Memory): string {
  return verify({ text: encodeBlock(record) }).verdict;
}
