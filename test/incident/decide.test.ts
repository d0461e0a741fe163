import { describe, expect, test } from "vitest";
import type { Command } from "../../src/incident/command.ts";
import { decide } from "../../src/incident/decide.ts";
import { PAGE_MISSED, SLACK_MISSED } from "../../src/incident/missed.ts";
import type { Report } from "../../src/incident/report.ts";
import {
  BAD,
  brokenPolicy,
  done,
  failing,
  given,
  head,
  held,
  heldBefore,
  incident,
  memory,
  mode,
  NEXT,
  NOW,
  noPolicy,
  order,
  passing,
  pending,
  RUN,
  redeployed,
  refused,
  responder,
  silent,
  stale,
  unconfirmed,
  unfinished,
} from "./given.ts";

const release = { kind: "release", comment: 5, by: "lead", why: "known and harmless" } as const;

describe("a branch without an incident", () => {
  test("that is green asks for nothing", () => given(passing()).whenDecided().then());
  test("of which nothing is known asks for nothing", () => given(silent).whenDecided().then());
  test("whose deployment is under way asks for nothing", () => given(pending()).whenDecided().then());
  test("that went from green to red is held", () => given(failing()).whenDecided().then("hold-branch"));
  test("is held for the worst of what fails", () => {
    const [command] = given(failing({ source: "check:lint", severity: "sev3" }), failing({ severity: "sev1" }))
      .whenDecided()
      .commands();
    expect(command).toMatchObject({ do: "hold-branch", reason: expect.stringContaining("deployment:production") });
  });
  test("lets through exactly the people of the policy", () => {
    expect(given(failing()).whenDecided().commands()[0]).toMatchObject({ head: BAD, bypass: [700, 701] });
  });
  test("that was red before is reported, not held", () =>
    given(failing({ before: "red" }))
      .whenDecided()
      .then("report-shadow"));
  test("that was never green is reported, not held", () =>
    given(failing({ lastGood: null }))
      .whenDecided()
      .then("report-shadow"));
  test("in shadow mode is reported, not held", () =>
    given(mode("shadow"), failing()).whenDecided().then("report-shadow"));
  test("whose check is to fail twice has its job run once more first", () =>
    given(unconfirmed).whenDecided().then("confirm-by-rerun"));
  test("whose check is to fail twice is left alone in shadow mode", () =>
    given(mode("shadow"), unconfirmed).whenDecided().then());
  test("that was held too often today is reported, not held", () =>
    given(heldBefore(5), failing()).whenDecided().then("report-shadow"));
  test("of a repository without a policy asks for nothing", () => given(noPolicy, failing()).whenDecided().then());
  test("under a broken policy asks for nothing", () => given(brokenPolicy, failing()).whenDecided().then());
});

describe("the kill switch", () => {
  test("stops a hold", () => given(mode("off"), failing()).whenDecided().then());
  test("stops everything about an open incident too, but for writing that down where a waiting responder reads it", () => {
    const { did, world } = given(
      mode("off"),
      held(),
      incident(),
      failing(),
      stale,
      order(release),
    ).whenCarriedThrough();
    expect(did).toEqual(["remember"]);
    expect(world.incident?.stored?.memory).toMatchObject({ mode: "off", state: "open" });
  });
  test("is taken back where it was written down", () => {
    const { world } = given(held(), incident({ mode: "off" })).whenCarriedThrough();
    expect(world.incident?.stored?.memory).not.toHaveProperty("mode");
  });
  test("leaves a closed incident alone", () =>
    given(mode("off"), incident({ state: "closed" }), failing())
      .whenDecided()
      .then());
});

describe("one look", () => {
  test("holds first, then opens the incident, then remembers and starts the responder, and only then writes words", () => {
    const { did } = given(failing()).whenCarriedThrough();
    expect(did).toEqual([
      "hold-branch",
      "open-incident",
      "verify-hold 50",
      "check-responder",
      "remember",
      "name-hold 50",
      "dispatch-responder",
      "assign-people",
      "remember",
    ]);
  });

  test("leaves a world that asks for nothing more", () => {
    const { world } = given(failing()).whenCarriedThrough();
    expect(decide(world, "2026-11-23T08:30:00Z")).toEqual([]);
  });

  test("cut short after any command is finished by the next look, to the same end", () => {
    const whole = given(failing()).whenCarriedThrough().world;
    for (let cut = 0; cut < 9; cut++) {
      let left = cut;
      const { world } = given(failing()).whenCarriedThrough((command) => (left-- > 0 ? done(command) : null));
      const { world: end } = given(() => world).whenCarriedThrough();
      expect(end.holds, `after ${cut}`).toEqual(whole.holds);
      expect(end.incident?.stored, `after ${cut}`).toEqual(whole.incident?.stored);
    }
  });

  test("without the right to rulesets opens an incident that says so, and starts nobody", () => {
    const { did, world } = given(failing()).whenCarriedThrough((command) =>
      command.do === "hold-branch" ? { did: "find-hold-refused", why: "403" } : done(command),
    );
    expect(did).toEqual(["hold-branch", "open-incident", "remember", "assign-people", "remember"]);
    expect(world.incident?.stored?.memory.hold).toEqual({ state: "refused", why: "403" });
  });
});

describe("whom the incident is assigned to", () => {
  const assigning = (assigned: readonly string[]) => (command: Command) =>
    command.do === "assign-people" ? ({ did: "assign-people", logins: assigned } as const) : done(command);

  test("is remembered and said", () => {
    const { world } = given(failing()).whenCarriedThrough(assigning(["dev", "night"]));
    const memory = world.incident?.stored?.memory;
    expect(memory?.assigned).toEqual(["dev", "night"]);
    expect(memory?.timeline.at(-1)?.text).toBe("Assigned to dev, night, who own most of what changed.");
  });

  test("is asked once, also where nobody was found", () => {
    const { world, did } = given(failing()).whenCarriedThrough(assigning([]));
    expect(did.filter((name) => name === "assign-people")).toHaveLength(1);
    expect(world.incident?.stored?.memory.assigned).toEqual([]);
    expect(decide(world, NOW)).toEqual([]);
  });

  test("waits until the responder was looked at", () =>
    given(held(), incident({ run: null, assigned: undefined }, { run: null }))
      .whenDecided()
      .then("check-responder"));
});

describe("a held branch", () => {
  test("with its incident at rest asks for nothing", () => given(held(), incident(), failing()).whenDecided().then());
  test("after a crash before the issue gets its issue", () =>
    given(held({ incident: null }), unfinished(null), failing())
      .whenDecided()
      .then("open-incident", "check-responder"));
  test("after a crash before the memory is remembered, named and answered", () =>
    given(held({ incident: null }), unfinished(42), failing())
      .whenDecided()
      .then("remember", "name-hold 50", "check-responder"));
  test("starts nobody again while a run is known", () =>
    given(held(), incident({ run: null }))
      .whenDecided()
      .then("remember"));
  test("is not released while the new head is pending", () =>
    given(held(), incident(), head(NEXT), pending()).whenDecided().then());
  test("is not released while the new head is red", () =>
    given(held(), incident(), head(NEXT), failing()).whenDecided().then());
  test("is not released by another source's green", () =>
    given(held(), incident(), head(NEXT), passing({ source: "check:lint" }))
      .whenDecided()
      .then());
  test("is not released by a green deployment of the bad head itself", () =>
    given(held(), incident(), passing()).whenDecided().then());
  test("is not released by no evidence", () => given(held(), incident(), head(NEXT), silent).whenDecided().then());
  test("is released when its source is green on a new head", () =>
    given(held(), incident(), head(NEXT), passing()).whenDecided().then("release-branch 50"));
  test("is released in shadow mode as well: that undoes only what we did", () =>
    given(mode("shadow"), held(), incident(), head(NEXT), passing()).whenDecided().then("release-branch 50"));
  test("is closed only after the hold is gone", () => {
    const { did, world } = given(held(), incident(), head(NEXT), passing()).whenCarriedThrough();
    expect(did).toEqual(["release-branch 50", "remember", "close-incident"]);
    expect(world.incident?.stored?.memory).toMatchObject({ state: "closed", released: { head: NEXT } });
  });
  test("of which more than one thing fails has one incident that names them all, each once", () => {
    const { did, world } = given(held(), incident(), failing(), failing({ source: "check:test" })).whenCarriedThrough();
    expect(did).toEqual(["remember"]);
    expect(world.incident?.stored?.memory.timeline.map(({ text }) => text)).toEqual([
      "The check test fails at this head as well.",
    ]);
  });
  test("of two holds keeps the one with the lowest id", () =>
    given(held(), held({ id: 60 }), incident(), failing())
      .whenDecided()
      .then("remove-twin 60"));
  test("of two issues keeps the one it remembers", () =>
    given(held(), incident({}, { twins: [43] }), failing())
      .whenDecided()
      .then("close-twin 43"));
  test("whose page is stale gets its words last", () =>
    given(held(), incident(), failing(), stale).whenDecided().then("update-page", "tell-slack"));
});

describe("a responder that is not as it must be", () => {
  test("is not started, and people are called once", () => {
    const { did, world } = given(failing()).whenCarriedThrough((command) =>
      command.do === "check-responder" ? { did: "check-responder", state: "responder-unprotected" } : done(command),
    );
    expect(did).not.toContain("dispatch-responder");
    expect(did.filter((name) => name === "call-people")).toHaveLength(1);
    expect(world.incident?.stored?.memory.timeline.map(({ text }) => text).join()).toContain("Nobody was started");
    expect(decide({ ...world, responder: "responder-unprotected" }, "2026-11-23T08:10:00Z")).toEqual([]);
  });
  test("is asked about again before the next start", () =>
    given(held(), incident({ run: null }, { run: null }), failing())
      .whenDecided()
      .then("check-responder"));
  test("once it is, is started", () =>
    given(held(), incident({ run: null }, { run: null }), responder("ready"), failing())
      .whenDecided()
      .then("dispatch-responder"));
});

describe("a hold that people touched", () => {
  test("and removed is written down, not put back", () => {
    const { did, world } = given(incident(), failing()).whenCarriedThrough();
    expect(did).toEqual(["remember"]);
    expect(world.incident?.stored?.memory.hold?.state).toBe("gone");
  });
  test("and changed is written down, not repaired", () => {
    const { did, world } = given(held({ intact: false }), incident(), failing()).whenCarriedThrough();
    expect(did).toEqual(["remember"]);
    expect(world.incident?.stored?.memory.hold?.state).toBe("changed");
  });
  test("and removed still closes when the branch recovers", () =>
    expect(given(incident(), head(NEXT), passing()).whenCarriedThrough().did).toEqual(["remember", "close-incident"]));
});

describe("an order of a person", () => {
  test("releases the branch though it is red", () => {
    const { did, world } = given(held(), incident(), failing(), order(release)).whenCarriedThrough();
    expect(did).toEqual(["remember", "release-branch 50", "remember", "close-incident"]);
    expect(world.incident?.stored?.memory.released).toMatchObject({ by: "lead", reason: "known and harmless" });
  });
  test("once given, the same head is not held again", () => {
    const released = { by: "lead", at: NOW, reason: "harmless", head: BAD };
    const closed = incident({ state: "closed", released }, { issue: { state: "closed", body: "page" }, run: null });
    given(closed, failing()).whenDecided().then();
  });
  test("to retry is remembered first, and then the responder's failed job runs again", () => {
    const failed = incident({}, { run: { ...RUN, status: "completed", conclusion: "failure" } });
    const { did } = given(held(), failed, order({ kind: "retry", comment: 5, by: "lead" })).whenCarriedThrough();
    expect(did).toEqual(["remember", "rerun-responder"]);
  });
  test("for a rollback starts a new responder when the last one has ended", () => {
    const ended = incident({}, { run: { ...RUN, status: "completed", conclusion: "success" } });
    const wanted = order({ kind: "rollback", comment: 5, by: "lead", plan: "revert-suspects", shas: ["abcdef1"] });
    const { did, world } = given(held(), ended, wanted).whenCarriedThrough();
    expect(did).toEqual(["remember", "check-responder", "dispatch-responder"]);
    expect(world.incident?.stored?.memory.wish).toEqual({ by: "lead", plan: "revert-suspects", shas: ["abcdef1"] });
  });
  describe("that was remembered before the App died", () => {
    const over = { ...RUN, status: "completed", conclusion: "failure" };
    const asked = (kind: "retry" | "rollback", attempt = 1) =>
      incident({ order: { comment: 5, kind, run: { id: RUN.id, attempt: 1 } } }, { run: { ...over, attempt } });
    test("has the responder run again in whichever look comes next", () =>
      given(held(), asked("retry")).whenDecided().then("rerun-responder"));
    test("has a new one started, when it was for a rollback", () => {
      const { did } = given(held(), asked("rollback")).whenCarriedThrough();
      expect(did).toEqual(["check-responder", "dispatch-responder"]);
    });
    test("is carried out no second time, once a later attempt was seen", () => {
      const { did } = given(held(), asked("retry", 2)).whenCarriedThrough();
      expect(did).toEqual(["remember"]);
    });
    test("is not carried out after a no", () => {
      const denied = { denied: { by: "lead", at: NOW } };
      const order = { comment: 5, kind: "retry", run: { id: RUN.id, attempt: 1 } } as const;
      given(held(), incident({ ...denied, order }, { run: over }))
        .whenDecided()
        .then();
    });
    test("to release is finished where the hold is gone, and nobody else is said to have removed it", () => {
      const { did, world } = given(failing(), incident({ releasing: release }), order(release)).whenCarriedThrough();
      expect(did).toEqual(["remember", "close-incident"]);
      const stored = world.incident?.stored?.memory;
      expect(stored).toMatchObject({ state: "closed", released: { by: "lead" }, hold: { state: "released" } });
      expect(stored?.releasing).toBeUndefined();
    });
  });
  test("to retry while an attempt is under way runs nothing again when it has ended", () => {
    const wanted = order({ kind: "retry", comment: 5, by: "lead" });
    const { world } = given(held(), incident(), wanted).whenCarriedThrough();
    expect(world.incident?.stored?.memory.order).toBeUndefined();
  });
  test("to wait longer moves the time limit", () => {
    const { world } = given(
      held(),
      incident(),
      order({ kind: "extend", comment: 5, by: "lead", until: "2026-11-23T12:00:00Z" }),
    ).whenCarriedThrough();
    expect(world.incident?.stored?.memory.callAt).toBe("2026-11-23T12:00:00Z");
  });
  test("to retry, by who said no, asks nobody again", () => {
    const denied = incident({ denied: { by: "lead", at: NOW } });
    const { world } = given(held(), denied, order({ kind: "retry", comment: 5, by: "lead" })).whenCarriedThrough();
    expect(world.incident?.stored?.memory.denied).not.toBeNull();
  });
  test.each([
    ["in other letters", { by: "lead" }, { kind: "retry", comment: 5, by: "Lead" }],
    ["under another login", { by: "lead" }, { kind: "retry", comment: 5, by: "renamed", byId: 700 }],
  ] as const)("to retry, by who said no %s, asks nobody again either", (_, by, again) => {
    const denied = incident({ denied: { ...by, at: NOW }, deniedById: 700 });
    const { world } = given(held(), denied, order(again)).whenCarriedThrough();
    expect(world.incident?.stored?.memory).toMatchObject({ denied: by, deniedById: 700 });
  });
  test("to deny is remembered, cancels the run under way until it is over, and keeps the hold", () => {
    const denying = given(held(), incident(), order({ kind: "deny", comment: 5, by: "lead" })).whenCarriedThrough();
    expect(denying.did).toEqual(["remember", "cancel-responder"]);
    const denied = denying.world.incident?.stored?.memory;
    expect(denied).toMatchObject({ state: "open", denied: { by: "lead" }, stopped: { run: RUN.id, attempt: 1 } });
    given(held(), incident(denied)).whenDecided().then("cancel-responder");
    const over = { run: { ...RUN, status: "completed", conclusion: "cancelled" } };
    given(held(), incident(denied, over)).whenDecided().then();
    const again = order({ kind: "retry", comment: 6, by: "lead" });
    expect(given(held(), incident(denied, over), again).whenCarriedThrough().did).toEqual(["remember"]);
    const other = order({ kind: "retry", comment: 6, by: "night" });
    expect(given(held(), incident(denied, over), other).whenCarriedThrough().did).toEqual([
      "remember",
      "rerun-responder",
    ]);
  });
  test("to retry, by somebody else, lifts the no", () => {
    const denied = incident({ denied: { by: "lead", at: NOW } });
    const { world } = given(held(), denied, order({ kind: "retry", comment: 5, by: "night" })).whenCarriedThrough();
    expect(world.incident?.stored?.memory.denied).toBeNull();
  });
  test("to retry is not undone by the report of the no, which is read again in every look", () => {
    const report: Report = {
      phase: "respond",
      incident: 42,
      attempt: 1,
      outcome: "denied",
      reason: "denied-by-approver",
      said: "The approver said no.",
      plan: null,
      asks: [{ at: NOW, approver: "lead", approverId: 700, digest: "d".repeat(64), answer: "denied" }],
      approver: null,
      revertSha: null,
      tokenThumbprint: null,
    };
    const ended = incident({}, { reports: [report], run: { ...RUN, status: "completed", conclusion: "failure" } });
    expect(given(held(), ended).whenCarriedThrough().world.incident?.stored?.memory.denied?.by).toBe("lead");
    const again = order({ kind: "retry", comment: 5, by: "night" });
    const { did, world } = given(held(), ended, again).whenCarriedThrough();
    expect(did).toEqual(["remember", "rerun-responder"]);
    expect(world.incident?.stored?.memory.denied).toBeNull();
  });
});

describe("a time limit", () => {
  test("that is reached calls people once", () => {
    const { did } = given(held(), incident({ callAt: "2026-11-23T07:59:59Z" }), failing()).whenCarriedThrough();
    expect(did).toEqual(["call-people", "remember"]);
  });
  test("that lies ahead calls nobody", () =>
    given(held(), incident({ callAt: "2026-11-23T08:30:00Z" }), failing())
      .whenDecided()
      .then());
  test("of a branch that recovers calls nobody", () =>
    given(held(), incident({ callAt: "2026-11-23T07:00:00Z" }), head(NEXT), passing())
      .whenDecided()
      .then("release-branch 50"));
});

describe("a closed incident", () => {
  const seen = { by: "Sentinel (seen to recover)", at: NOW, reason: "green", head: NEXT };
  const closed = incident(
    { state: "closed", released: seen, hold: { state: "released", why: "green" }, run: { id: RUN.id - 1, attempt: 1 } },
    { issue: { state: "closed", body: "page" }, run: null },
  );

  test("asks for nothing", () => given(closed, head(NEXT), passing()).whenDecided().then());
  test("is reopened and held when the bad head is back and fails again", () => {
    const { did, world } = given(closed, failing()).whenCarriedThrough();
    expect(did).toEqual([
      "hold-branch",
      "verify-hold 50",
      "remember",
      "name-hold 50",
      "check-responder",
      "reopen-incident",
      "dispatch-responder",
      "remember",
    ]);
    expect(world.incident?.stored?.memory.state).toBe("open");
  });
  test("is reopened, without a hold, when its bad head is deployed again elsewhere", () => {
    const { did, world } = given(closed, head(NEXT), passing(), redeployed).whenCarriedThrough();
    expect(did).toEqual(["remember", "reopen-incident", "call-people", "remember"]);
    expect(world.incident?.stored?.memory.state).toBe("open");
  });
  test("once reopened, is ended by no green result from before", () => {
    const reopened = incident({ reopenedAt: "2026-11-23T08:00:01Z" });
    given(held(), reopened, head(NEXT), passing()).whenDecided().then();
  });
  test("once reopened, needs a responder of its own", () => {
    const { world } = given(closed, failing()).whenCarriedThrough();
    const memory = world.incident?.stored?.memory;
    expect(memory).toMatchObject({ earlierRun: RUN.id - 1, run: { id: RUN.id } });
    const old = incident({ ...memory, run: null }, { run: { ...RUN, id: RUN.id - 1 } });
    given(held(), old).whenDecided().then();
  });
  test("calls nobody before the limit that the call is for is remembered", () =>
    given(closed, head(NEXT), passing(), redeployed).whenDecided().then("remember", "reopen-incident"));
  test("lets go of a hold that came late", () =>
    given(held(), closed, head(NEXT), passing()).whenDecided().then("release-branch 50"));
});

test("what is remembered is folded from what is seen, so that seeing it twice changes nothing", () => {
  const first = given(held(), incident({ run: null, hold: undefined } as never), refused("x")).whenCarriedThrough()
    .world;
  expect(decide(first, "2026-12-01T00:00:00Z")).toEqual([]);
  expect(memory().timeline).toEqual([]);
});

describe("what GitHub does not take", () => {
  const isOpen = (...gone: readonly Command["do"][]) => {
    return (one: Command) => !gone.includes(one.do);
  };
  const late = { callAt: "2026-11-23T07:00:00Z" };

  test("keeps nobody from being called behind a hold that should be gone", () => {
    const { world } = given(head(NEXT), passing(), held(), incident(late));
    expect(decide(world, NOW, isOpen("release-branch")).map((one) => one.do)).toEqual(["call-people"]);
  });

  test("keeps the words from nobody", () => {
    const { world } = given(failing(), held(), incident({ run: null }, { run: null }), responder("ready"), stale);
    expect(decide(world, NOW, isOpen("dispatch-responder")).map((one) => one.do)).toEqual([
      "update-page",
      "tell-slack",
    ]);
  });

  test("is not said before it is remembered", () => {
    const { world } = given(failing(), held(), incident(), stale, order({ kind: "deny", comment: 5, by: "dev" }));
    expect(decide(world, NOW, isOpen("remember", "cancel-responder"))).toEqual([]);
  });

  test("leaves the issue open for the page to be written in the next look, but not for ever, and not for Slack", () => {
    const over = (at: string, missed: string) => {
      const end = { by: "lead", at, reason: "known", head: BAD };
      const timeline = [{ at, text: `Not done yet: ${missed}.` }];
      const { world } = given(incident({ state: "closed", released: end, timeline }));
      return decide({ ...world, missed: [missed] }, NOW).map((one) => one.do);
    };
    expect(over(NOW, PAGE_MISSED)).toEqual([]);
    expect(over(NOW, SLACK_MISSED)).toEqual(["close-incident"]);
    expect(over("2026-11-23T07:00:00Z", PAGE_MISSED)).toEqual(["close-incident"]);
  });
});

test("a relapse in shadow mode is written down, and nothing is held", () => {
  const over = { by: "Sentinel (seen to recover)", at: NOW, reason: "green", head: NEXT };
  given(mode("shadow"), failing(), incident({ state: "closed", released: over }, { run: null }))
    .whenDecided()
    .then("report-shadow");
});
