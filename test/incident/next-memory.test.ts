import { describe, expect, test } from "vitest";
import { decodeMemory, encodeMemory, type Memory } from "../../src/incident/memory.ts";
import { decodeReport, encodeReport, type Report } from "../../src/incident/report.ts";
import { failing, given, held, incident, mode, order, RUN } from "./given.ts";

const ASK = { at: "2026-11-23T03:00:00Z", approver: "lead", approverId: 501, digest: "d" } as const;
type Response = Extract<Report, { phase: "respond" }>;
const report = (attempt: number, answer: "none" | "approved"): Response => ({
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

describe("a no on the phone", () => {
  const no = (at: string): Report => ({
    ...report(1, "none"),
    outcome: "denied",
    reason: "denied-by-approver",
    asks: [{ ...ASK, at, answer: "denied" }],
  });
  const lifted = { kind: "retry", comment: 5, by: "night" } as const;

  test("is heard again from another run, though it comes in the same words as one that was lifted", () => {
    const first = given(held(), incident({}, { reports: [no(ASK.at)] })).whenCarriedThrough();
    const denied = first.world.incident?.stored?.memory;
    expect(denied).toMatchObject({ denied: { by: "lead", at: ASK.at }, deniedById: ASK.approverId });
    const asked = given(held(), incident(denied, { reports: [no(ASK.at)] }), order(lifted)).whenCarriedThrough();
    const open = asked.world.incident?.stored?.memory;
    expect(open?.denied).toBeNull();
    expect(open).not.toHaveProperty("deniedById");
    const later = "2026-11-23T04:00:00Z";
    const other = { ...RUN, id: 12 };
    const second = given(held(), incident(open, { reports: [no(later)], run: other })).whenCarriedThrough();
    const again = second.world.incident?.stored?.memory;
    expect(again?.denied).toEqual({ by: "lead", at: later });
    expect(again?.timeline.filter(({ text }) => text.startsWith("The responder ended: denied"))).toHaveLength(2);
    expect(again?.record?.filter(({ kind }) => kind === "reported")).toHaveLength(2);
    given(held(), incident(again, { reports: [no(later)], run: other }))
      .whenDecided()
      .then();
  });

  test("is no new one where the yes was merely not used because of it", () => {
    const unused: Report = { ...report(1, "approved"), outcome: "denied", reason: "denied-meanwhile" };
    const { world } = given(held(), incident({}, { reports: [unused] })).whenCarriedThrough();
    expect(world.incident?.stored?.memory.denied).toBeNull();
  });
});

describe("what happens twice in one incident", () => {
  const kinds = (memory: Memory | undefined) => (memory?.record ?? []).map(({ kind, reason }) => `${kind} ${reason}`);

  test("is recorded twice: a person's second order", () => {
    const retry = (comment: number) => order({ kind: "retry", comment, by: "lead" });
    const once = given(held(), incident(), retry(5)).whenCarriedThrough().world.incident?.stored?.memory;
    const again = given(held(), incident(once), retry(5)).whenCarriedThrough().world.incident?.stored?.memory;
    const twice = given(held(), incident(again), retry(6)).whenCarriedThrough().world.incident?.stored?.memory;
    expect(kinds(again)).toEqual(["commanded retry"]);
    expect(kinds(twice)).toEqual(["commanded retry", "commanded retry"]);
    expect(twice?.timeline).toHaveLength(2);
  });

  test("is recorded as long as there is room, and the last entry says that there is none any more", () => {
    let known: Memory | undefined;
    for (let comment = 1; comment <= 60; comment++) {
      const extend = order({ kind: "extend", comment, by: "lead", until: "2026-11-23T12:00:00Z" });
      known = given(held(), incident(known), extend).whenCarriedThrough().world.incident?.stored?.memory;
    }
    expect(known?.record).toHaveLength(48);
    expect(kinds(known).slice(-2)).toEqual(["commanded extend", "noted record-full"]);
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

describe("what others wrote", () => {
  test.each([
    ["a short address is kept", "https://ci.example/1", "https://ci.example/1"],
    ["one that is too long to be read back is left out", `https://ci.example/${"a".repeat(600)}`, null],
  ])("%s, and the memory is read back as it was written", (_, url, kept) => {
    const reading = { kind: "failing", at: "2026-11-23T08:00:00Z", says: "no ".repeat(900), url } as const;
    const { world } = given(failing({ reading })).whenCarriedThrough();
    const memory = world.incident?.stored?.memory;
    expect(memory?.signal?.url).toBe(kept);
    expect(memory && decodeMemory(encodeMemory(memory))).toEqual(memory);
  });

  test.each([
    ["a reason in words", { reason: "It went wrong, sorry!" }],
    ["a thumbprint that is none", { tokenThumbprint: "ghu_abc" }],
  ])("%s makes no report, since the record could not be read with it", (_, change) => {
    expect(decodeReport(encodeReport("Ended.", report(1, "none")))).toEqual(report(1, "none"));
    expect(decodeReport(encodeReport("Ended.", { ...report(1, "none"), ...change }))).toBeNull();
  });
});

test("that the mode is act again is said, each time, as it was said that it is not", () => {
  const modes = ["shadow", "act", "shadow", "act"] as const;
  const end = modes.reduce<Partial<Memory>>((known, one) => {
    const { world } = given(mode(one), held(), incident(known)).whenCarriedThrough();
    return world.incident?.stored?.memory ?? {};
  }, {});
  expect(end.timeline?.map(({ text }) => text).filter((text) => text.startsWith("The mode"))).toEqual(
    modes.map((one) =>
      one === "act" ? "The mode is act again." : "The mode is shadow now, so nothing is rolled back.",
    ),
  );
});
