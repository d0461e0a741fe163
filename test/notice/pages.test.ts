import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeBlocks } from "../../drill/slack/blocks.ts";
import { chained, type RecordEntry, type RecordFact } from "../../src/incident/record.ts";
import { checkRunOutput } from "../../src/notice/check-run.ts";
import { callPeopleComment, statusAnswer } from "../../src/notice/command-answer.ts";
import type { IncidentFacts } from "../../src/notice/facts.ts";
import { issuePage, issueTitle } from "../../src/notice/issue-page.ts";
import { jobComment, parseSealed } from "../../src/notice/job-comment.ts";
import { analysisSummary, responseSummary } from "../../src/notice/job-summary.ts";
import { liveButtons, planAnswer, SLACK_BUTTONS } from "../../src/notice/slack-buttons.ts";
import { slackMessage, slackThreadUpdate } from "../../src/notice/slack-message.ts";
import {
  analysed,
  closed,
  denied,
  diagnosis,
  expired,
  notHeld,
  opened,
  response,
  rolledBack,
  STAGES,
} from "./incident-fixture.ts";
import { liveMarks } from "./live-marks.ts";

const AT = "2026-11-23T03:40:00Z";
const ALLOWED = [
  "https://github.com/acme/shop/",
  "https://github.com/lead",
  "https://github.com/anna",
  "https://slack.com/archives/",
];

describe("the incident page", () => {
  it.each(Object.entries(STAGES))("reads as kept when it is %s", async (stage, facts) => {
    await expect(issuePage(facts)).toMatchFileSnapshot(`pages/issue-${stage}.md`);
  });

  it.each(Object.entries(STAGES))("has nothing live in it when it is %s", (_, facts) => {
    expect(liveMarks(issuePage(facts), ALLOWED)).toEqual([]);
  });

  it("leads with what happened and what is held", () => {
    expect(lead(opened)).toBe(
      "[!CAUTION] **main is held; the analysis runs.** Nothing is rolled back without a person's yes on their phone.",
    );
    expect(lead(denied)).toContain(
      "**lead said no to the rollback; nothing ran.** The branch stays held; `/sentinel retry` by",
    );
    expect(lead(expired)).toContain("nothing ran.** The branch stays held; re-run the failed job to ask again.");
    expect(lead(closed)).toContain("**Recovered: main was rolled back and is open again.**");
    expect(lead(notHeld)).toContain("Nothing is held: rulesets are not available on this plan");
  });

  it("says how to release, and only while something is held", () => {
    expect(issuePage(opened)).toContain("`gh api -X DELETE repos/acme/shop/rulesets/311`");
    for (const facts of [notHeld, closed, STAGES.released]) expect(issuePage(facts)).not.toContain("rulesets/311");
  });

  it("offers no command with a branch name that a shell could read", () => {
    const page = issuePage({ ...opened, memory: { ...opened.memory, branch: "main;curl$IFS@evil" } });
    expect(page).not.toContain("git push");
  });

  it("carries the code, the digest and every commit undone", () => {
    const page = issuePage(rolledBack);
    for (const part of [response.plan?.code, response.plan?.digest, ...(response.plan?.undoes ?? [])]) {
      expect(page).toContain(part);
    }
  });

  it("calls no release by a person a recovery", () => {
    const released = { by: "anna", at: "2026-11-23T03:14:30Z", reason: "it works again", head: closed.memory.badHead };
    const hold = { kind: "released", at: released.at, by: released.by, why: released.reason } as const;
    const page = issuePage({ ...closed, memory: { ...closed.memory, released }, hold });
    expect(page).toContain("**main was rolled back and is open again.** Released by anna: it works again");
    expect(page).toMatch(/\| Impact \| from .*, end not seen \|/);
    expect(page).toMatch(/\| Recovery \| rollback commit \[[^,|]+\|$/m);
    expect(page).not.toContain("Recovered");
    expect(issuePage(closed)).toMatch(/\| Recovery \| rollback commit .*, green .* after the incident opened \|/);
  });

  it("keeps a yes that ran nothing a yes, and a no that came without a push a no", () => {
    const nothingRan = { ...response, outcome: "held", reason: "vault-unavailable", revertSha: null } as const;
    const after = { ...closed, response: { ...nothingRan, approver: null } };
    expect(issuePage(after)).toMatch(/\| Decision \| \[.?lead.?\]\S* approved, but nothing was rolled back; 1 push/);
    const found = { ...closed, response: { ...response, approver: null } };
    expect(issuePage(found)).toMatch(/\| Decision \| \[.?lead.?\]\S* approved; 1 push/);
    const refused = {
      ...closed,
      memory: { ...closed.memory, asks: [], denied: { by: "anna", at: "2026-11-23T03:13:30Z" } },
      response: null,
    };
    expect(issuePage(refused)).toMatch(/\| Decision \| \[.?anna.?\]\S* said no; nobody was asked \|/);
  });

  it("claims neither a rollback nor that there was none, where a write could not be read back", () => {
    const unknown = { ...response, outcome: "failed", reason: "write-unknown", said: "Look there." } as const;
    const page = issuePage({ ...closed, response: { ...unknown, approver: null } });
    expect(page).toMatch(/\| Decision \| \[.?lead.?\]\S* approved, and what was written is not known; 1 push/);
    for (const facts of [closed, rolledBack])
      expect(issuePage({ ...facts, response: unknown })).not.toMatch(/rolled back|nothing ran/i);
  });

  it("says each thing once: what the summary says is no claim below it, a closed page has one line for each", () => {
    const analysis = rolledBack.analysis && {
      ...rolledBack.analysis,
      diagnosis: {
        ...diagnosis,
        summary: "The deploy failed: TypeError. It came with the newest commit.",
        claims: [
          { text: "The deploy failed: TypeError.", evidence: ["E1", "E2"] },
          { text: "Line 41 was added by it.", evidence: ["E2"] },
        ],
      },
    };
    const page = issuePage({ ...rolledBack, analysis });
    expect(page).toContain("The deploy failed: TypeError. It came with the newest commit. (`E1`, `E2`)\n\n- Line 41");
    expect(page.match(/The deploy failed/g)).toHaveLength(1);
    const over = issuePage(closed);
    for (const row of ["Since", "Held", "Culprit"]) expect(over).not.toContain(`| ${row} |`);
    for (const row of ["Impact", "Hold", "Contributing commit", "Decision"]) expect(over).toContain(`| ${row} |`);
    expect(over.split("### Post-incident")[0]).not.toContain("| Asked |");
  });

  it("gives reasons for whoever may have done it, and only a line to whoever hardly did", () => {
    const [first, second] = diagnosis.suspects;
    if (!first || !second) throw new Error("two suspects are needed");
    const suspects = [first, { ...second, score: 0.004 }];
    const report = { ...rolledBack.analysis, diagnosis: { ...diagnosis, suspects } } as IncidentFacts["analysis"];
    const page = issuePage({ ...rolledBack, analysis: report });
    expect(page).toContain("2. under 1 % [");
    expect(page).not.toContain("touches the same area");
    expect(issuePage(rolledBack)).toContain("touches the same area");
  });

  it("draws changed files by name, of a long path its end, and how many more there are", () => {
    const page = issuePage(rolledBack);
    expect(page).toContain('["…/src/discounts/per-line.ts"]');
    expect(page).toContain('files3["and 6 more"]');
  });

  it("leaves out what the record says anyway rather than be refused as too long, and never the record", () => {
    const block = `<details>\n\n${"x".repeat(50_000)}\n\n</details>`;
    const page = issuePage({ ...rolledBack, record: { block, head: "Record app #1 0" } });
    const longer = issuePage({ ...rolledBack, record: { block: block.replace("xx", "y".repeat(9_000)), head: "" } });
    expect(page).toContain("### Timeline");
    expect(longer.length).toBeLessThanOrEqual(64_000);
    expect(longer).toContain("y".repeat(9_000));
    expect(longer).not.toContain("<summary>Evidence");
    expect(longer).toContain("### Plan");
  });

  it("names the incident the same way for its whole life", () => {
    expect(new Set(Object.values(STAGES).map(({ memory }) => issueTitle(memory)))).toEqual(
      new Set(["Deployment to production failed: main at 3f2a9c1b7d40 (sev2)"]),
    );
  });
});

describe("any page about hostile facts", () => {
  it("has nothing live in it and fits into an issue", () => {
    fc.assert(
      fc.property(hostileFacts(), (facts) => {
        const pages = [
          issuePage(facts),
          checkRunOutput(facts.memory).summary,
          ...(facts.analysis ? [analysisSummary(facts.analysis.diagnosis, facts.repo.url)] : []),
          ...(facts.response ? [responseSummary(facts.response, facts.repo.url)] : []),
        ];
        for (const page of pages) {
          expect(liveMarks(page.replaceAll("Incident #42", "Incident"), ALLOWED)).toEqual([]);
          expect(page.length).toBeLessThanOrEqual(60_000);
        }
      }),
      { numRuns: 25 },
    );
  });

  it("puts no control sequence into Slack, and no more than Slack takes", () => {
    fc.assert(
      fc.property(hostileFacts(), (facts) => {
        const message = slackMessage(facts);
        for (const text of texts(message.blocks)) {
          expect(text.replaceAll("<!subteam^S0ONCALL>", "")).not.toMatch(/<|>|@\w/);
          expect(text.length).toBeLessThanOrEqual(2000);
        }
        expect(message.text.length).toBeLessThanOrEqual(400);
      }),
      { numRuns: 25 },
    );
  });
});

describe("Slack", () => {
  it.each(Object.entries(STAGES))("reads as kept when it is %s", async (stage, facts) => {
    const shown = { message: slackMessage(facts), thread: slackThreadUpdate(facts) };
    await expect(`${JSON.stringify(shown, null, 2)}\n`).toMatchFileSnapshot(`pages/slack-${stage}.json`);
  });

  it("calls the on-call group only for what needs a person", () => {
    const calls = Object.entries(STAGES).filter(([, facts]) => slackThreadUpdate(facts)?.text.includes("subteam"));
    expect(calls.map(([stage]) => stage)).toEqual(["denied", "expired"]);
  });

  it("has no button that could approve", () => {
    for (const facts of Object.values(STAGES)) {
      const buttons = JSON.stringify(slackMessage(facts)).match(/"type":"button"[^}]*/g) ?? [];
      for (const button of buttons) expect(button).toContain('"url":');
    }
    expect(Object.keys(SLACK_BUTTONS).join(" ")).not.toMatch(/approve|yes|accept/);
  });

  it("shows a plan only from the job's report; before that it says what is proposed, and where to read on", () => {
    const known = { ...analysed, memory: { ...analysed.memory, plan: { digest: "d".repeat(64), code: "ABCD-1234" } } };
    expect(planAnswer(known)).toBe(
      "The analysis says: rollback. The plan with its code stands in <https://github.com/acme/shop/issues/42|incident #42> once the responder has made it.",
    );
    expect(planAnswer(STAGES.expired)).toContain(`*Plan ${response.plan?.code}*`);
  });

  it("has buttons only while they can do something", async () => {
    const live = Object.entries(STAGES).map(([stage, facts]) => `${stage}: ${liveButtons(facts).join(" ")}`.trim());
    await expect(`${live.join("\n")}\n`).toMatchFileSnapshot("pages/slack-buttons.txt");
    for (const facts of Object.values(STAGES)) expect(judgeBlocks(slackMessage(facts, true).blocks)).toEqual([]);
    await expect(`${JSON.stringify(slackMessage(STAGES.expired, true), null, 2)}\n`).toMatchFileSnapshot(
      "pages/slack-with-buttons.json",
    );
  });
});

describe("what the jobs write", () => {
  const note = {
    runId: 9001,
    attempt: 1,
    runUrl: "https://github.com/acme/shop/actions/runs/9001",
    plan: response.plan,
    asks: response.asks,
    outcome: "asking",
    said: "lead has until 03:18:05 UTC.",
    approver: null,
    revertSha: null,
  } as const;

  it("is the summary of the analysis and of the response", async () => {
    await expect(analysisSummary(diagnosis, "https://github.com/acme/shop")).toMatchFileSnapshot(
      "pages/job-analyse.md",
    );
    await expect(responseSummary(response, "https://github.com/acme/shop")).toMatchFileSnapshot("pages/job-respond.md");
    await expect(jobComment(note, "c2VhbGVk")).toMatchFileSnapshot("pages/job-comment.md");
  });

  it("keeps the sealed block for its own run alone", () => {
    const body = jobComment(note, "c2VhbGVk_-");
    expect(parseSealed(body, 9001)).toBe("c2VhbGVk_-");
    expect(parseSealed(body, 9002)).toBeNull();
    expect(parseSealed(jobComment(note, null), 9001)).toBeNull();
  });

  it("cannot be told another sealed block by what it quotes", () => {
    const said = "x\n<!-- sentinel-sealed run=9001 Zm9yZ2Vk -->\ny";
    expect(parseSealed(jobComment({ ...note, said }, null), 9001)).toBeNull();
  });

  it("is a check run that says open, released or closed", () => {
    expect(checkRunOutput(opened.memory).title).toBe("Incident #42 open: deployment to production failed (sev2)");
    expect(checkRunOutput(closed.memory).title).toContain("closed");
    expect(checkRunOutput(denied.memory).summary).toContain("`lead` said no");
  });
});

function lead(facts: IncidentFacts): string {
  return issuePage(facts).split("\n\n")[0]?.replaceAll("\n", " ").replaceAll("> ", "") ?? "";
}

/** Everything that Slack reads as mrkdwn; it reads nothing in plain text. */
function texts(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null || ("type" in value && value.type === "plain_text")) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    key === "text" && typeof part === "string" ? [part] : texts(part),
  );
}

/** The sample incidents with hostile text wherever a person, a log or the model could have put some. */
function hostileFacts(): fc.Arbitrary<IncidentFacts> {
  const text = fc
    .array(
      fc.constantFrom(
        ..."@octocat|![x](https://evil.example)|<img src=x>|</details>|\n::set-env::\n|`|\\|#12|\u202E|:octocat:|www.evil.example|$x$|word | -".split(
          "|",
        ),
        "|",
      ),
      { minLength: 1, maxLength: 30 },
    )
    .map((parts) => parts.join(""));
  const fields = fc.record({ a: text, b: text, c: text, d: text, e: text, f: text });
  return fc.tuple(fields, fc.constantFrom(...Object.values(STAGES))).map(([{ a, b, c, d, e, f }, facts]) => ({
    ...facts,
    signal: { says: a, url: `https://github.com/acme/shop/${b}` },
    run: facts.run && { ...facts.run, status: c, url: d },
    hold: facts.hold.kind === "held" ? { ...facts.hold, bypass: [e] } : { ...facts.hold, why: f },
    memory: {
      ...facts.memory,
      branch: c,
      source: `deployment:${d}`,
      timeline: Array.from({ length: 80 }, (_, n) => ({
        at: n % 2 ? a : "2026-11-23T03:12:09Z",
        text: b.repeat(5).slice(0, 300),
      })),
      asks: facts.memory.asks.map((ask) => ({ ...ask, approver: e, answer: f })),
      denied: facts.memory.denied && { by: a, at: b },
      released: facts.memory.released && { ...facts.memory.released, by: c, reason: d },
    },
    analysis: facts.analysis && {
      ...facts.analysis,
      diagnosis: {
        ...facts.analysis.diagnosis,
        fellBack: a,
        summary: b.repeat(6).slice(0, 1200),
        suspects: facts.analysis.diagnosis.suspects.map((suspect) => ({
          ...suspect,
          subject: c,
          author: d,
          reasons: [e, f],
        })),
        claims: [{ text: a, evidence: [b.slice(0, 40)] }],
        blastRadius: {
          files: 3,
          areas: [a, b],
          owners: [c],
          environments: [d],
          touches: [e],
          notLookedAt: [f],
          sentence: a,
          dependents: [b],
        },
      },
    },
    response: facts.response && {
      ...facts.response,
      reason: a,
      said: b,
      approver: facts.response.approver && c,
      plan: facts.response.plan && { ...facts.response.plan, code: d, risks: [e, f] },
    },
  }));
}

describe("what is not so is not said", () => {
  const over: IncidentFacts = {
    ...opened,
    memory: { ...opened.memory, state: "closed", released: { by: "lead", at: AT, reason: "known", head: null } },
    hold: { kind: "released", at: AT, by: "lead", why: "known" },
  };
  const recorded = (...facts: readonly Pick<RecordFact, "kind" | "reason" | "at">[]) =>
    facts.reduce<readonly RecordEntry[]>(
      (entries, fact) => chained(entries, { repo: 77, incident: 42, chain: "app" }, { actor: "app", ...fact }),
      [],
    );
  const heldAt = (at: string) => ({ kind: "held", reason: null, at }) as const;

  it("of a hold that is gone that it lasted, and of one after a relapse that it began with the first", () => {
    const gone = { kind: "not-held", reason: "hold-gone", at: "2026-11-23T03:20:00Z" } as const;
    const removed = { ...over.memory, record: [...recorded(heldAt("2026-11-23T03:12:11Z"), gone)] };
    expect(issuePage({ ...over, memory: removed })).toContain(
      "| Hold | `main` from 2026-11-23 03:12:11 UTC, gone 2026-11-23 03:20:00 UTC without an order given here |",
    );
    const twice = recorded(heldAt("2026-11-23T03:12:11Z"), heldAt("2026-11-23T03:38:00Z"));
    expect(issuePage({ ...over, memory: { ...over.memory, record: [...twice] } })).toContain(
      "(2 min), released by lead",
    );
  });

  it("of a plan that nobody will make that it comes", () => {
    const ended: IncidentFacts = { ...analysed, run: { url: "", attempt: 1, status: "failure", isOver: true } };
    expect(planAnswer(ended)).toContain("No plan was reported.");
    expect(issuePage(ended)).not.toContain("The responder plans");
  });

  it("of people who were called that they will be, nor of a branch that nothing holds that it stays as it is", () => {
    const callAt = "2026-11-23T03:42:09Z";
    expect(statusAnswer({ ...opened, memory: { ...opened.memory, callAt } })).toContain("People are called");
    expect(statusAnswer({ ...opened, memory: { ...opened.memory, callAt, called: callAt } })).toContain(
      "People were called",
    );
    expect(callPeopleComment(opened)).toContain("The branch stays held");
    expect(callPeopleComment(notHeld)).toContain("Nothing is held");
    expect(callPeopleComment(notHeld)).not.toContain("stays");
  });

  it("of a mode in which nobody is asked that somebody is", () => {
    const shadow: IncidentFacts = { ...analysed, memory: { ...analysed.memory, mode: "shadow" } };
    expect(issuePage(shadow)).toContain("nobody is asked and nothing is rolled back");
    expect(issuePage(shadow)).toContain("mode shadow");
  });
});
