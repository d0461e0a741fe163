import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rankSuspects } from "../../src/agent/suspects/rank.ts";
import { tokenBags } from "../../src/agent/suspects/token-bags.ts";
import { candidate, WEEK } from "./candidates.ts";

const word = fc.constantFrom(
  "router",
  "session",
  "SESSION_SECRET",
  "lru-cache",
  "timeout",
  "panic",
  "src/router/match.ts",
  "invoice",
  "__proto__",
  "constructor",
  "is missing",
  "1.29.0-wmf.9",
  "\u0000",
  "🜁",
  "toString",
);
const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(" "));
const range = fc.uniqueArray(
  fc.tuple(
    fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 40, maxLength: 40 }),
    text,
    text,
    fc.nat(5),
  ),
  {
    selector: ([sha]) => sha,
    maxLength: 12,
  },
);
const candidates = range.map((all) =>
  all.map(([sha, subject, diff, at]) =>
    candidate(sha, { subject, diff: `@@ -1 +1 @@ ${subject}\n+${diff}\n-${subject}`, at }),
  ),
);

describe("the ranking, whatever it is given", () => {
  it("does not depend on the order of the candidates", () => {
    fc.assert(
      fc.property(text, candidates, fc.nat(), (symptom, given, turn) => {
        const cut = given.length === 0 ? 0 : turn % given.length;
        const turned = [...given.slice(cut), ...given.slice(0, cut)].reverse();
        expect(rankSuspects({ text: symptom }, turned)).toEqual(rankSuspects({ text: symptom }, given));
      }),
    );
  });

  it("gives the same answer to the same question", () => {
    fc.assert(
      fc.property(text, candidates, (symptom, given) => {
        expect(rankSuspects({ text: symptom }, given)).toEqual(rankSuspects({ text: symptom }, given));
      }),
    );
  });

  it("ranks every candidate once, with finite probabilities that add up to one", () => {
    fc.assert(
      fc.property(text, candidates, (symptom, given) => {
        const { ranked, none } = rankSuspects({ text: symptom }, given);
        expect(ranked.map(({ sha }) => sha).sort()).toEqual(given.map(({ sha }) => sha).sort());
        const sum = ranked.reduce((all, { score }) => all + score, none);
        expect(Math.abs(sum - 1)).toBeLessThan(1e-9);
        for (const { score } of ranked) expect(score >= 0 && score <= 1).toBe(true);
      }),
    );
  });

  it("keeps its first suspect when an unrelated commit joins the range", () => {
    const stranger = candidate("99", { subject: "Translate the colophon into Latin", files: ["colophon.la"], at: 5 });
    for (const symptom of [
      "SESSION_SECRET is undefined",
      "lru-cache fails",
      "trailing slashes in src/router/match.ts",
    ]) {
      const before = rankSuspects({ text: symptom }, WEEK).ranked.map(({ sha }) => sha);
      const after = rankSuspects({ text: symptom }, [...WEEK, stranger]).ranked.map(({ sha }) => sha);
      expect(after[0]).toBe(before[0]);
    }
  });

  it("stays quick on a text made to be slow", () => {
    const hostile = [
      `${"missing ".repeat(20_000)}`,
      "a.".repeat(50_000),
      `this ${"x ".repeat(50_000)}`,
      "$".repeat(100_000),
    ];
    const started = performance.now();
    for (const bad of hostile) {
      rankSuspects({ text: bad, evidence: bad }, [
        candidate("aa", { subject: bad, body: bad, diff: `@@ @@\n+${bad}` }),
      ]);
      tokenBags(bad);
    }
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
