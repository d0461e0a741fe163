import { describe, expect, test } from "vitest";
import type { Report } from "../../src/incident/report.ts";
import type { Move, Moves } from "../../src/incident/world.ts";
import { type Given, given, head, held, incident, NEXT, order, passing, pending, RUN } from "./given.ts";

const MOVE: Move = { suite: 5, by: "lead", byId: 700, at: "2026-11-23T07:59:00Z", commit: NEXT };
const ENDED = { ...RUN, status: "completed", conclusion: "success" };
const seen = (...moves: readonly Move[]): Given => withMoves({ kind: "seen", moves });
const unknown = withMoves({ kind: "unknown" });

function withMoves(moves: Moves): Given {
  return (world) => ({ ...world, moves });
}

const rolledBack = (change: Partial<Extract<Report, { phase: "respond" }>> = {}): Report => ({
  phase: "respond",
  incident: 42,
  attempt: 1,
  outcome: "rolled-back",
  reason: "rolled-back",
  said: "",
  plan: null,
  asks: [],
  approver: "lead",
  revertSha: NEXT,
  tokenThumbprint: "f".repeat(64),
  ...change,
});

const told = (...facts: readonly Given[]) => {
  const { world, did } = given(head(NEXT), held(), ...facts).whenCarriedThrough();
  const known = world.incident?.stored?.memory;
  return { did, moves: known?.passed?.moves.map(({ said, told: is }) => [said, is]), memory: known };
};

describe("a move past the hold", () => {
  test("without an approval is remembered, told of, and remembered to be told of", () => {
    const { did, moves } = told(pending(), seen(MOVE), incident({}, { run: ENDED }));
    expect(moves).toEqual([["not-approved", true]]);
    expect(did).toEqual(["remember", "tell-of-move 5", "remember"]);
  });

  test("that was told of is not told again", () => {
    const passed = { lookedAt: NEXT, moves: [{ ...MOVE, said: "not-approved" as const, told: true }] };
    expect(told(pending(), seen(MOVE), incident({ passed }, { run: ENDED })).did).toEqual([]);
  });

  test("waits for the report while the responder is at work", () => {
    expect(told(pending(), seen(MOVE), incident({}, { run: { ...RUN, status: "in_progress" } })).did).toEqual([]);
  });

  test("is explained by an attempt that had a token of the vault, and by none of another incident", () => {
    const reports = [rolledBack()];
    expect(told(pending(), seen(MOVE), incident({}, { run: ENDED, reports })).moves).toEqual([]);
    const others = [rolledBack({ incident: 41 }), rolledBack({ tokenThumbprint: null })];
    expect(told(pending(), seen(MOVE), incident({}, { run: ENDED, reports: others })).moves).toHaveLength(1);
  });

  test("is said as it is known where the branch recovers before the report, and people are not called for it", () => {
    const {
      did,
      moves,
      memory: known,
    } = told(passing(), seen(MOVE), incident({}, { run: { ...RUN, status: "in_progress" } }));
    expect(known?.state).toBe("closed");
    expect(moves).toEqual([["before-report", false]]);
    expect(did.filter((name) => name.startsWith("tell-of-move"))).toEqual([]);
    expect(known?.timeline.map(({ text }) => text).join()).toContain("before the responder had reported an approval");
  });

  test("neither keeps a green branch held nor is lost when it is released", () => {
    const { did, moves } = told(passing(), seen(MOVE), incident({}, { run: ENDED }));
    expect(did[0]).toBe("release-branch 50");
    expect(did).toContain("close-incident");
    expect(moves).toEqual([["not-approved", true]]);
  });

  test("is said before an order to release ends the incident", () => {
    const wanted = order({ kind: "release", comment: 9, by: "admin", why: "done" });
    const { moves } = told(pending(), wanted, seen(MOVE), incident({}, { run: { ...RUN, status: "in_progress" } }));
    expect(moves).toEqual([["before-report", false]]);
  });

  test("that GitHub does not show is said as not known, once, and looked for again", () => {
    const first = told(pending(), unknown, incident({}, { run: ENDED }));
    expect(first.did).toEqual(["remember"]);
    expect(first.memory?.passed).toBeUndefined();
    const timeline = first.memory?.timeline ?? [];
    expect(told(pending(), unknown, incident({ timeline }, { run: ENDED })).did).toEqual([]);
  });

  test("finds room where the memory is full of older ones", () => {
    const moves = Array.from({ length: 20 }, (_, at) => ({
      ...MOVE,
      suite: 100 + at,
      said: "not-approved" as const,
      told: true,
    }));
    const { memory: known } = told(
      pending(),
      seen(MOVE),
      incident({ passed: { lookedAt: NEXT, moves } }, { run: ENDED }),
    );
    expect(known?.passed?.moves.length).toBeLessThanOrEqual(20);
    expect(known?.passed?.moves.at(-1)).toMatchObject({ suite: 5, told: true });
  });
});
