import { describe, expect, it } from "vitest";
import { rankSuspects } from "../../src/agent/suspects/rank.ts";
import { candidate, WEEK } from "./candidates.ts";

const first = (text: string, evidence?: string) =>
  rankSuspects(evidence ? { text, evidence } : { text }, WEEK).ranked[0];

describe("ranking the suspects of a range", () => {
  it("names the change whose words the symptom uses", () => {
    expect(first("users lose their session: SESSION_SECRET is undefined")?.sha).toMatch(/^d4/);
  });

  it("finds the changed file in a stack trace", () => {
    const suspect = first("requests fail", "TypeError: not a function\n    at matchRoute (src/router/match.ts:14:3)");
    expect(suspect?.sha).toMatch(/^b2/);
    expect(suspect?.reasons).toContain("touches `src/router/match.ts`, named in the symptom");
  });

  it("joins a dependency's name with its update", () => {
    expect(first("the process fails at start in lru-cache")?.sha).toMatch(/^e5/);
  });

  it("takes a revert for less likely than what it takes back", () => {
    const { ranked } = rankSuspects({ text: "the page for invoices stays empty" }, WEEK);
    const place = (sha: string) => ranked.findIndex((suspect) => suspect.sha.startsWith(sha));
    expect(place("a1")).toBeLessThan(place("f6"));
  });

  it("says why, in words of the commit", () => {
    expect(first("lru cache is broken")?.reasons[0]).toContain("`lru` occurs only in this commit");
  });

  it("speaks of nobody when nothing matches", () => {
    const { speaks, none, ranked } = rankSuspects({ text: "the disk of the build machine is full" }, WEEK);
    expect(speaks).toBe(false);
    expect(none).toBeGreaterThan(ranked[0]?.score ?? 1);
  });

  it("is sure of nobody in an empty range, and says little to an empty symptom", () => {
    expect(rankSuspects({ text: "anything" }, [])).toEqual({ ranked: [], none: 1, speaks: false });
    const { ranked, speaks } = rankSuspects({ text: "" }, WEEK);
    expect(ranked).toHaveLength(WEEK.length);
    expect(speaks).toBe(false);
  });

  it("gives probabilities: all suspects and nobody add up to one", () => {
    const { ranked, none } = rankSuspects({ text: "lru cache is broken" }, WEEK);
    const sum = ranked.reduce((all, { score }) => all + score, none);
    expect(sum).toBeCloseTo(1, 10);
  });

  it("reads the title of a merge commit below its first line", () => {
    const merge = candidate("aa", {
      subject: "Merge pull request #12 from someone/branch",
      body: "Teach the parser about frobnication",
      files: [],
    });
    const { ranked } = rankSuspects({ text: "the parser fails on frobnication" }, [...WEEK, merge]);
    expect(ranked[0]?.sha).toMatch(/^aa/);
  });
});
