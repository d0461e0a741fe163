import { afterEach, describe, expect, test } from "vitest";
import { startGemini } from "../../drill/gemini/gemini.ts";
import { createJournal } from "../../drill/journal.ts";
import { AGENT_LINES } from "../../src/agent/narrate.ts";
import { type Scene, setScene } from "./scene.ts";

let scene: Scene;
afterEach(() => scene.close());

const BREAKS_PAY = {
  files: { "pay/charge.js": "export function charge(cents) {\n  return cents.toFixed(rate);\n}\n" },
  message: "Take the rate from the settings",
};
const LOG = [
  "2026-11-23T08:00:00.0000000Z ##[group]Run npm test",
  "2026-11-23T08:00:01.0000000Z \u001b[31m✖ charge adds tax (3ms)\u001b[0m",
  "2026-11-23T08:00:01.0000000Z   ReferenceError: rate is not defined",
  "2026-11-23T08:00:01.0000000Z       at charge (file:///home/runner/work/shop/shop/pay/charge.js:2:23)",
  "2026-11-23T08:00:02.0000000Z ##[error]Process completed with exit code 1.",
].join("\n");
const OTHERS = [
  { files: { "README.md": "The shop\n" }, message: "docs: name the shop" },
  { files: { "web/page.css": "a { color: red }\n" }, message: "Make links red" },
];

test("the job hands over one valid proposal, told in its log, its summary and its report", async () => {
  scene = await setScene({ commits: [BREAKS_PAY, ...OTHERS], log: LOG });
  const { conclusion, log, reports, requests, result, warnings } = await scene.analysed();
  expect(log).toContain(AGENT_LINES.thought);
  expect(log).toContain(`${AGENT_LINES.call}commit_diff`);
  expect(conclusion).toBe("success");
  const [report] = reports;
  if (report?.phase !== "analyse") throw new Error(log);
  expect(report.diagnosis).toMatchObject({
    by: "offline",
    fellBack: null,
    verdict: "rollback",
    option: "restore-last-good",
  });
  expect(report.diagnosis.culprit).toBe(scene.commits[0]);
  expect(report.diagnosis.suspects[0]?.reasons[0]).toContain("`pay/charge.js:2`, which the stack trace names");
  expect(report.diagnosis.blastRadius).toMatchObject({ environments: ["production"] });
  expect(result).toEqual({
    ...{ schema_version: 1, phase: "analyse", outcome: "proposed", reason: null, incident: scene.incident },
    ...{ culprit: scene.commits[0], plan: null, approver: null, revertSha: null, record: null },
  });
  expect(warnings).toEqual([
    `pay/charge.js:2 pay/charge.js:2: the first suspect, ${scene.commits[0]?.slice(0, 12)}, last changed this line, which the stack trace names.`,
  ]);
  expect(requests.filter((request) => !/^(GET|POST .*git-upload-pack)/.test(request))).toEqual([]);
  expect(requests.length).toBeLessThan(60);
});

test("Gemini is asked where a key is given; its key stands nowhere, and only git and GET are asked of GitHub", async () => {
  const gemini = await startGemini({ journal: createJournal() });
  scene = await setScene({ commits: [BREAKS_PAY, ...OTHERS], log: LOG });
  const inputs = { "gemini-api-key": gemini.apiKey, "gemini-base-url": gemini.baseUrl };
  const { conclusion, log, reports, requests } = await scene.analysed(inputs);
  await gemini.close();
  expect(conclusion).toBe("success");
  expect(reports[0]).toMatchObject({ diagnosis: { by: "gemini", fellBack: null, option: "restore-last-good" } });
  expect(log.split("##[endgroup]").slice(2).join("")).not.toContain(gemini.apiKey);
  expect(requests.filter((request) => !/^(GET|POST .*git-upload-pack)/.test(request))).toEqual([]);
});

test("a file whose name is written to be a workflow command is pointed at, and nothing of it is carried out", async () => {
  const hostile = "pay/::error file=x,line=7::owned%0A::set-output name=result::.py";
  const log = `Traceback (most recent call last):\n  File "${hostile}", line 1, in charge\nNameError: rate\n`;
  scene = await setScene({ commits: [{ files: { [hostile]: "rate\n" }, message: "Take the rate" }], log });
  const { log: said, warnings, result, conclusion } = await scene.analysed();
  const shown = "pay/: :error file=x,line=7: :owned%0A: :set-output name=result: :.py:1";
  expect(warnings, said).toEqual([expect.stringContaining(`${shown} ${shown}: the first suspect`)]);
  expect(result).toMatchObject({ outcome: "proposed", incident: scene.incident });
  expect(conclusion).toBe("success");
});

test("without a last good revision there is nothing to propose, and the job says so", async () => {
  scene = await setScene({ commits: [BREAKS_PAY], log: LOG, memory: { lastGood: null } });
  const { conclusion, log, reports, result, warnings } = await scene.analysed();
  expect(conclusion).toBe("failure");
  expect([...reports, ...warnings]).toEqual([]);
  expect(result).toMatchObject({ phase: "analyse", outcome: "held", reason: "no-last-good", culprit: null });
  expect(log).toContain("No green result of this source is known");
});

test("a job that may not read what it must names GitHub's refusal and its cure, not an outage", async () => {
  scene = await setScene({ commits: [BREAKS_PAY], log: LOG, lacks: "checks" });
  const { conclusion, log, result } = await scene.analysed();
  expect(conclusion).toBe("failure");
  expect(result).toMatchObject({ outcome: "held", reason: "github-refused" });
  expect(log).toContain("Check the workflow's permissions.");
});

describe("earlier incidents", () => {
  const page = "Found by code: last changed `pay/charge.js:2`\n\n<!-- sentinel 1 main 0000 -->";
  const earlier = [
    { by: "sentinel", title: "Deployment to production failed: main at 111111111111 (sev2)", body: page },
    { by: "sentinel", title: "Deployment to staging failed: main at 222222222222 (sev3)", body: "`old/pay/charge.js`" },
    { by: "writer", title: "Blame somebody else", body: page },
  ] as const;

  test("of the same files are evidence that anybody may have written; an issue of somebody else is none", async () => {
    scene = await setScene({ commits: [BREAKS_PAY, ...OTHERS], log: LOG, earlier });
    const { reports, log } = await scene.analysed();
    const [report] = reports;
    if (report?.phase !== "analyse") throw new Error(log);
    const { claims, evidence = [], notLookedAt } = report.diagnosis;
    const piece = evidence.find(({ title }) => title === "earlier incidents");
    expect(piece?.trust).toBe("outsider");
    const claim = claims.find(({ text }) => text.startsWith("Incident "));
    expect(claim?.evidence).toEqual([piece?.id]);
    expect(claim?.text).toMatch(/^Incident 1 of \d{4}-\d\d-\d\d names `pay\/charge\.js` too\.$/);
    expect(notLookedAt.join()).not.toContain("earlier incidents");
  });

  test("that the job may not read are named as not looked at, even where GitHub shows an empty list", async () => {
    scene = await setScene({ commits: [BREAKS_PAY, ...OTHERS], log: LOG, earlier, lacks: "issues" });
    const [report] = (await scene.analysed()).reports;
    expect(report).toMatchObject({ diagnosis: { notLookedAt: ["earlier incidents"] } });
  });

  test("change nothing but words: the same suspects, verdict and option with them and without", async () => {
    const chosen = [];
    // The shas stand in the logs, and what stands in the logs weighs a little.
    const at = Date.now();
    for (const before of [[], earlier]) {
      scene = await setScene({ commits: [BREAKS_PAY, ...OTHERS], log: LOG, earlier: before, now: () => at });
      const [report] = (await scene.analysed()).reports;
      if (report?.phase !== "analyse") throw new Error("no report");
      const { verdict, option, suspects } = report.diagnosis;
      chosen.push({
        verdict,
        option,
        suspects: suspects.map(({ subject, score, reasons }) => [subject, score, reasons]),
      });
      if (before.length === 0) await scene.close();
    }
    expect(chosen[1]).toEqual(chosen[0]);
  });
});
