import { afterEach, beforeEach, expect, test } from "vitest";
import { blameFrames, weighBlame } from "../../src/agent/blamed-lines.ts";
import type { Ranking } from "../../src/agent/suspects/types.ts";
import { createRepository, type TestRepository } from "./repository.ts";

let repo: TestRepository;
beforeEach(() => {
  repo = createRepository();
});
afterEach(() => repo.close());

test("a stack frame leads to the commit that wrote its line, by whatever path the machine names the file", async () => {
  const good = repo.commit({ "src/pay.js": "one\ntwo\nthree\n", "src/a/same.js": "1\n", "src/b/same.js": "1\n" });
  const guilty = repo.commit({ "src/pay.js": "one\nbroken\nthree\n" });
  const bad = repo.commit({ "src/a/same.js": "2\n", "src/b/same.js": "2\n", "other.js": "1\n" });
  const history = await repo.open(good, bad);
  const frames = [
    { path: "/srv/shop/src/pay.js", line: 2 },
    { path: "src/pay.js", line: 3 },
    { path: "pay.js", line: 999 },
    { path: "same.js", line: 1 },
    { path: "untouched.js", line: 1 },
    { path: "other.js", line: 1 },
  ];
  expect(await blameFrames(history, await history.range(), frames)).toEqual([
    { path: "src/pay.js", line: 2, sha: guilty },
    { path: "other.js", line: 1, sha: bad },
  ]);
});

const RANKING: Ranking = {
  ranked: [
    { sha: "a", score: 0.5, reasons: ["words"] },
    { sha: "b", score: 0.3, reasons: ["other words"] },
  ],
  none: 0.2,
  speaks: false,
};

test("who wrote the failing line is likelier by a fixed ratio, and all still adds up to one", () => {
  expect(weighBlame(RANKING, [])).toBe(RANKING);
  const weighed = weighBlame(RANKING, [{ path: "src/pay.js", line: 2, sha: "b" }]);
  expect(weighed.ranked.map(({ sha }) => sha)).toEqual(["b", "a"]);
  expect(weighed.ranked.reduce((sum, { score }) => sum + score, weighed.none)).toBeCloseTo(1);
  expect((weighed.ranked[0]?.score ?? 0) / (weighed.ranked[1]?.score ?? 1)).toBeCloseTo((0.3 / 0.5) * 12);
  expect(weighed.ranked[0]?.reasons).toEqual([
    "last changed `src/pay.js:2`, which the stack trace names",
    "other words",
  ]);
  expect(weighed.speaks).toBe(true);
});
