import { describe, expect, test } from "vitest";
import type { Memory } from "../../src/incident/memory.ts";
import { memory as memoryFixture } from "../incident/given.ts";
import { comments, expectUnchanged, given, stage } from "./on-stage.ts";
import type { StageOptions } from "./stage.ts";

describe("anything else leaves the branch as it was", () => {
  test("a no", async () => {
    await given();
    const run = await stage.dispatch();
    await stage.answer("deny");
    const { conclusion, report } = await stage.ended(run);
    expect(conclusion).toBe("failure");
    expect(report).toMatchObject({ outcome: "denied", reason: "denied-by-approver", asks: [{ answer: "denied" }] });
    expect(comments()[0]?.body).not.toContain("sentinel-sealed");
    await expectUnchanged();
  });

  test("silence", async () => {
    await given({ policy: { approval: { expires: 2 } } });
    const { conclusion, report } = await stage.ended(await stage.dispatch());
    expect(conclusion).toBe("failure");
    expect(report).toMatchObject({ outcome: "expired", reason: "approval-expired", asks: [{ answer: "expired" }] });
    await expectUnchanged();
  });

  test.each(["wrong-key", "other-details"] as const)("a token that proves nothing, by %s", async (forge) => {
    await given();
    stage.auth0.faults.forge = forge;
    const run = await stage.dispatch();
    await stage.answer("approve");
    const { report } = await stage.ended(run);
    expect(report).toMatchObject({ outcome: "held", reason: "approval-unverified" });
    await expectUnchanged();
  });

  test("a vault that releases somebody else's token", async () => {
    await given();
    stage.auth0.faults.vaultSwapsUser = true;
    const run = await stage.dispatch();
    await stage.answer("approve");
    const { report } = await stage.ended(run);
    expect(report).toMatchObject({ outcome: "held", reason: "credential-not-theirs" });
    await expectUnchanged();
  });

  test("a tenant that is away", async () => {
    await given();
    stage.auth0.faults.refuse = true;
    const { report } = await stage.ended(await stage.dispatch());
    expect(report).toMatchObject({ outcome: "held", reason: "auth0-unavailable", asks: [] });
    await expectUnchanged();
  });

  test("a tenant that cannot show the plan asks nobody", async () => {
    await given();
    stage.auth0.faults.detailsNotSupported = true;
    const { report } = await stage.ended(await stage.dispatch());
    expect(report).toMatchObject({ outcome: "held", reason: "rar-not-registered", asks: [] });
    await expectUnchanged();
  });

  test("a proposal of another incident, branch, head or last good", async () => {
    await given();
    const other = "1".repeat(40);
    for (const change of [
      { incident: 99 },
      { branch: "other" },
      { badHead: other },
      { lastGood: other },
      { repoId: 5 },
    ]) {
      const { report } = await stage.ended(await stage.dispatch(change));
      expect(report.reason).toBe("proposal-invalid");
    }
    expect(stage.auth0.inbox()).toEqual([]);
    await expectUnchanged();
  });

  test("a verdict to hold succeeds without asking", async () => {
    await given();
    const { conclusion, report } = await stage.ended(await stage.dispatch({ diagnosis: { option: "hold" } }));
    expect(conclusion).toBe("success");
    expect(report).toMatchObject({ outcome: "held", reason: "verdict-hold", asks: [] });
    await expectUnchanged();
  });

  test("a person who was asked twice just now for another incident is left alone", async () => {
    await given();
    await stage.askElsewhere("lead", 2);
    const { report, log } = await stage.ended(await stage.dispatch());
    expect(report, log).toMatchObject({ outcome: "held", reason: "ask-budget-spent", asks: [] });
    expect(stage.auth0.inbox()).toEqual([]);
  });

  test("a person whose phone may still show a push of an earlier attempt gets no second one", async () => {
    await given();
    const at = new Date(Date.now() - 30_000).toISOString();
    const [lead] = stage.memory.policy.people;
    const ask = { at, approver: "lead", approverId: lead?.id ?? 0, digest: "x", answer: "none" };
    await stage.remember({ asks: [ask] });
    const { report, log } = await stage.ended(await stage.dispatch());
    expect(report, log).toMatchObject({ outcome: "held", reason: "ask-budget-spent", asks: [] });
    expect(log).toContain("may still answer an earlier push");
    expect(stage.auth0.inbox()).toEqual([]);
  });

  test.each<readonly [string, StageOptions]>([
    ["made it", { badAuthor: "lead" }],
    ["pushed it, though somebody else made it", { badPusher: "lead" }],
    ["is named in it", { badMessage: "Co-authored-by: LEAD <x@example.com>\n" }],
    ["is named in it by an address that GitHub knows", { badMessage: "Co-authored-by: L. <Lea@example.com>\n" }],
    ["is named in it by the address alone", { badMessage: "Co-authored-by: x <7+lead@users.noreply.github.com>\n" }],
  ])("what the only approver had a part in, who %s", async (_, options) => {
    await given(options);
    const { report, log } = await stage.ended(await stage.dispatch());
    expect(report, log).toMatchObject({ outcome: "held", reason: "approver-is-author", asks: [] });
    expect(stage.auth0.inbox()).toEqual([]);
    await expectUnchanged();
  });

  test("a no remembered by the App asks nobody", async () => {
    await given();
    await stage.remember({ denied: { by: "lead", at: "2026-11-23T00:00:00Z" } });
    const { report } = await stage.ended(await stage.dispatch());
    expect(report).toMatchObject({ outcome: "denied", reason: "denied-earlier", asks: [] });
    await expectUnchanged();
  });
});

describe("what others write under our names", () => {
  test("another App's check run is not taken for the memory", async () => {
    const lead = { github: "mallory", id: 9, auth0: "auth0|mallory", approves: ["sev2" as const] };
    const { policy } = memoryFixture();
    await given({ forged: { mode: "off", policy: { ...policy, people: [lead] } } });
    const run = await stage.dispatch();
    await stage.answer("approve");
    const { report, log } = await stage.ended(run);
    expect(report, log).toMatchObject({ outcome: "rolled-back", approver: "lead" });
  });

  test.each<readonly [string, Partial<Memory>]>([
    ["of another repository", { repoId: 5 }],
    ["of another branch", { branch: "other" }],
    ["of another head", { badHead: "1".repeat(40) }],
    ["of another incident", { incident: 99 }],
  ])("a memory %s is not this one's", async (_, change) => {
    await given();
    const { repoId, branch, badHead, incident } = stage.memory;
    await stage.remember(change);
    const { report } = await stage.ended(await stage.dispatch({ repoId, branch, badHead, incident }));
    expect(report).toMatchObject({ outcome: "held", reason: "memory-not-found" });
    expect(stage.auth0.inbox()).toEqual([]);
    await expectUnchanged();
  });
});

describe("a run that the App did not start", () => {
  test("asks nobody, so that nobody's budget can be got round by dispatching", async () => {
    await given();
    await stage.remember({ run: { id: 1, attempt: 1 } });
    const { report } = await stage.ended(await stage.dispatch());
    expect(report).toMatchObject({ outcome: "held", reason: "not-this-run", asks: [] });
    expect(stage.auth0.inbox()).toEqual([]);
    await expectUnchanged();
  });
});
