import { describe, expect, test } from "vitest";
import { objectionToActing, objectionToAsking } from "../../src/action/respond/objection.ts";
import type { Memory } from "../../src/incident/memory.ts";
import { memory } from "../incident/given.ts";

const RUN = { id: 11, attempt: 2 };
const KNOWN = memory();

function acting(change: Partial<Memory> = {}, isHeld = true) {
  return objectionToActing(KNOWN, { isHeld, memory: { ...KNOWN, ...change } }, RUN)?.reason ?? null;
}

test("an incident that stands as it stood is no objection", () => {
  expect(objectionToAsking(KNOWN, RUN)).toBeNull();
  expect(acting()).toBeNull();
  expect(acting({ timeline: [{ at: "x", text: "more" }], slackDigest: "d", callAt: "x" })).toBeNull();
});

describe("after a yes, nothing runs", () => {
  const by = { by: "night", at: "2026-11-23T08:00:00Z" };
  test.each<readonly [string, Partial<Memory>, string]>([
    ["somebody said no elsewhere", { denied: by }, "denied-meanwhile"],
    [
      "this attempt was stopped, though the no was lifted since",
      { stopped: { run: 11, attempt: 2 } },
      "denied-meanwhile",
    ],
    ["the incident was closed", { state: "closed" }, "incident-closed"],
    ["the branch was released", { released: { ...by, reason: "", head: null } }, "incident-closed"],
    ["the repository was switched off", { mode: "off" }, "mode-off"],
    ["the repository was set to shadow", { mode: "shadow" }, "mode-shadow"],
    ["the App goes on with another run", { run: { id: 12, attempt: 1 } }, "not-this-run"],
    ["other rules are in force", { policyDigest: "0" }, "plan-changed"],
    ["another revision counts as last good", { lastGood: "9".repeat(40) }, "plan-changed"],
    ["it is worse than it was", { severity: "sev1" }, "plan-changed"],
    ["it is about another branch", { branch: "other" }, "plan-changed"],
    ["it is about another repository", { repoId: 8 }, "plan-changed"],
  ])("when %s", (_, change, reason) => expect(acting(change)).toBe(reason));

  test("when the hold is gone", () => expect(acting({}, false)).toBe("hold-gone"));

  test("when the memory is gone or cannot be read any more", () =>
    expect(objectionToActing(KNOWN, { isHeld: true, memory: null }, RUN)?.reason).toBe("memory-not-found"));

  test("but an earlier attempt that was stopped does not stop this one", () =>
    expect(acting({ stopped: { run: 11, attempt: 1 } })).toBeNull());
});

describe("nobody is asked at all", () => {
  test("by a run that the App did not start for this incident", () => {
    expect(objectionToAsking(KNOWN, { id: 99, attempt: 1 })?.reason).toBe("not-this-run");
    expect(objectionToAsking(memory({ run: null }), { id: 99, attempt: 1 })).toBeNull();
  });

  test("where the mode is off or shadow, by the policy or by now", () => {
    const policy = (mode: "off" | "shadow") => memory({ policy: { ...KNOWN.policy, mode } });
    expect(objectionToAsking(policy("off"), RUN)?.reason).toBe("mode-off");
    expect(objectionToAsking(policy("shadow"), RUN)?.reason).toBe("mode-shadow");
    expect(objectionToAsking(memory({ mode: "off" }), RUN)?.reason).toBe("mode-off");
  });
});
