import { describe, expect, test } from "vitest";
import { type PastAsk, type Question, whoMayApprove } from "../../src/approval/who.ts";
import { Policy } from "../../src/policy/schema.ts";

const NOW = Date.parse("2026-11-23T12:00:00Z");
const policy = Policy.parse({
  version: 1,
  signals: [{ deployment: "production" }],
  people: [
    { github: "ann", id: 1, auth0: "auth0|ann", approves: ["sev1", "sev2"] },
    { github: "bob", id: 2, auth0: "auth0|bob", approves: ["sev1", "sev2"] },
    { github: "cas", id: 3, auth0: "auth0|cas", approves: ["sev3"] },
  ],
});

function asked(approverId: number, minutesAgo: number): PastAsk {
  return { approverId, at: new Date(NOW - minutesAgo * 60_000).toISOString() };
}

function who(question: Partial<Question> = {}) {
  const asks = question.asks ?? [];
  return whoMayApprove({
    policy,
    severity: "sev2",
    needed: 1,
    partakers: [],
    asks,
    incidentAsks: asks.length,
    denied: null,
    now: NOW,
    ...question,
  });
}

function names(result: ReturnType<typeof who>): unknown {
  return result.kind === "people" ? result.people.map(({ github }) => github) : result.reason;
}

describe("who may approve", () => {
  test("people of the severity, in the policy's order", () => {
    expect(names(who())).toEqual(["ann"]);
    expect(names(who({ needed: 2 }))).toEqual(["ann", "bob"]);
    expect(names(who({ severity: "sev3" }))).toEqual(["cas"]);
  });

  test("never who pushed or merged, known by GitHub's id", () => {
    expect(names(who({ partakers: [{ id: 1, names: ["renamed"], role: "merger" }] }))).toEqual(["bob"]);
  });

  test("never an author named in it, in whatever case", () => {
    expect(names(who({ partakers: [{ id: null, names: ["Ann"], role: "author" }] }))).toEqual(["bob"]);
  });

  test("never an author named in it, though something invisible or another script's letters of the same form are in the name", () => {
    for (const name of ["a\u200bnn", "ａｎｎ", " ann ", "@ann", "an\u00adn\n", "ann\u{e0041}"])
      expect(names(who({ partakers: [{ id: null, names: [name], role: "author" }] })), JSON.stringify(name)).toEqual([
        "bob",
      ]);
  });

  test("nobody, when everybody had a part", () => {
    const partakers = [1, 2].map((id) => ({ id, names: [], role: "pusher" }));
    expect(names(who({ partakers }))).toBe("approver-is-author");
  });

  test("nobody, when the policy names nobody for the severity", () => {
    expect(names(who({ policy: { ...policy, people: policy.people.slice(0, 2) }, severity: "sev3" }))).toBe(
      "no-approver",
    );
  });

  test("two different people are two, also when one is listed twice", () => {
    const [ann] = policy.people;
    const twice = { ...policy, people: [...policy.people.slice(0, 1), ...(ann ? [{ ...ann, id: 9 }] : [])] };
    expect(names(who({ policy: twice, needed: 2 }))).toBe("no-approver");
  });

  test("after a no nobody is asked", () => {
    expect(names(who({ denied: { by: "ann", at: "2026-11-23T11:00:00Z" } }))).toBe("denied-earlier");
  });

  test("who was asked least comes first", () => {
    expect(names(who({ asks: [asked(1, 30)] }))).toEqual(["bob"]);
  });

  test("nobody whose phone may still show an earlier push", () => {
    const open = { ...asked(1, 2), answer: "none" };
    expect(names(who({ asks: [open] }))).toEqual(["bob"]);
    const alone = { partakers: [{ id: 2, names: [], role: "author" }] };
    expect(names(who({ ...alone, asks: [open] }))).toBe("ask-budget-spent");
    expect(names(who({ ...alone, asks: [{ ...open, answer: "expired" }] }))).toEqual(["ann"]);
    expect(names(who({ ...alone, asks: [{ ...asked(1, 6), answer: "none" }] }))).toEqual(["ann"]);
  });

  test("at most three pushes per incident", () => {
    expect(names(who({ incidentAsks: 2 }))).toEqual(["ann"]);
    expect(names(who({ incidentAsks: 3 }))).toBe("ask-budget-spent");
    expect(names(who({ incidentAsks: 2, needed: 2 }))).toBe("ask-budget-spent");
  });

  test("at most two within five minutes and ten a day for one person, of whatever incident", () => {
    const often = { incidentAsks: 0, partakers: [{ id: 2, names: [], role: "author" }] };
    expect(names(who({ ...often, asks: [asked(1, 1)] }))).toEqual(["ann"]);
    expect(names(who({ ...often, asks: [asked(1, 1), asked(1, 4)] }))).toBe("ask-budget-spent");
    expect(names(who({ ...often, asks: [asked(1, 1), asked(1, 6)] }))).toEqual(["ann"]);
    const day = Array.from({ length: 10 }, (_, i) => asked(1, 60 * (i + 1)));
    expect(names(who({ ...often, asks: day }))).toBe("ask-budget-spent");
    expect(names(who({ ...often, asks: day.slice(1) }))).toEqual(["ann"]);
  });
});
