import { expect, test } from "vitest";
import { compacted, REPORT_CHARS } from "../../src/agent/compact.ts";
import { Diagnosis } from "../../src/incident/diagnosis.ts";
import { readReports, reportNotices } from "../../src/incident/report.ts";
import { canonicalJson } from "../../src/kernel/digest.ts";

const list = (count: number, chars: number, letter: string): string[] =>
  Array.from({ length: count }, () => letter.repeat(Math.floor(chars / letter.length)));

/** Every field at its longest, in letters that JSON has to escape. */
function longest(letter: string): Diagnosis {
  const sha = "a".repeat(40);
  return Diagnosis.parse({
    by: "gemini",
    fellBack: null,
    verdict: "rollback",
    option: "restore-last-good",
    culprit: sha,
    suspects: Array.from({ length: 5 }, () => ({
      sha,
      score: 0.1234,
      reasons: list(6, 300, letter),
      subject: letter.repeat(200),
      author: letter.repeat(100),
    })),
    confidence: 0.5,
    summary: letter.repeat(1200),
    claims: Array.from({ length: 8 }, () => ({ text: letter.repeat(400), evidence: list(8, 3, "E12") })),
    blastRadius: {
      files: 9,
      paths: list(20, 300, letter),
      areas: list(50, 200, letter),
      owners: list(50, 100, letter),
      environments: list(20, 100, letter),
      touches: list(30, 300, letter),
      notLookedAt: list(10, 300, letter),
      dependents: list(30, 300, letter),
      sentence: letter.repeat(600),
    },
    notLookedAt: list(10, 300, letter),
    evidence: Array.from({ length: 40 }, (_, i) => ({ id: `E${i}`, trust: "outsider", title: letter.repeat(160) })),
    provenance: { model: "m".repeat(80), prompt: "p".repeat(64), evidence: "e".repeat(64) },
  });
}

test.each(["x", '"', "\\", "é"])(
  "the longest diagnosis, in %s, still fits the notices of a job and keeps its choice",
  (letter) => {
    const fitting = compacted(longest(letter));
    expect(canonicalJson(fitting).length).toBeLessThanOrEqual(REPORT_CHARS);
    expect(Diagnosis.parse(fitting)).toEqual(fitting);
    const report = { phase: "analyse", incident: 1, attempt: 1, diagnosis: fitting } as const;
    const notices = reportNotices("The analysis.", report);
    expect(notices.every((notice) => notice.length <= 4096)).toBe(true);
    expect(readReports(notices)).toEqual([report]);
    const { verdict, option, culprit, summary, confidence } = longest(letter);
    expect(fitting).toMatchObject({ verdict, option, culprit, summary, confidence });
  },
);

test("one that fits is left as it is", () => {
  const small = { ...longest("x"), evidence: [], blastRadius: { ...longest("x").blastRadius, areas: [], touches: [] } };
  const fitting = compacted(small, 1_000_000);
  expect(fitting).toBe(small);
});
