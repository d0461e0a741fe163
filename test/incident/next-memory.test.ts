import { describe, expect, test } from "vitest";
import type { Report } from "../../src/incident/report.ts";
import { failing, given, held, incident } from "./given.ts";

const ASK = { at: "2026-11-23T03:00:00Z", approver: "lead", approverId: 501, digest: "d" } as const;
const report = (attempt: number, answer: "none" | "approved"): Report => ({
  phase: "respond",
  incident: 42,
  attempt,
  outcome: answer === "none" ? "held" : "rolled-back",
  reason: answer === "none" ? "cancelled" : "rolled-back",
  said: "",
  plan: null,
  asks: [{ ...ASK, answer }],
  approver: null,
  revertSha: null,
  tokenThumbprint: null,
});

describe("what the App remembers of pushes", () => {
  test("a yes that a re-run found belongs to the push that was sent, and counts as no second one", () => {
    const { world } = given(
      held(),
      incident({}, { reports: [report(1, "none"), report(2, "approved")] }),
    ).whenCarriedThrough();
    expect(world.incident?.stored?.memory.asks).toEqual([{ ...ASK, answer: "approved" }]);
  });

  test("an answer that was heard is not forgotten for an older report", () => {
    const { world } = given(
      held(),
      incident({ asks: [{ ...ASK, answer: "approved" }] }, { reports: [report(1, "none")] }),
    ).whenCarriedThrough();
    expect(world.incident?.stored?.memory.asks).toEqual([{ ...ASK, answer: "approved" }]);
  });
});

describe("whom others asked before", () => {
  const earlier = [{ at: "2026-11-22T20:00:00Z", approverId: 501 }] as const;

  test("is remembered from the first moment, so that a new incident does not renew anybody's budget", () => {
    const { world } = given(failing(), (one) => ({ ...one, earlierAsks: earlier })).whenCarriedThrough();
    expect(world.incident?.stored?.memory.earlierAsks).toEqual(earlier);
  });

  test("is not invented", () => {
    const { world } = given(failing()).whenCarriedThrough();
    expect(world.incident?.stored?.memory).not.toHaveProperty("earlierAsks");
  });
});
