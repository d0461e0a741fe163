import { expect, test } from "vitest";
import type { Looked } from "../../src/agent/looked.ts";
import { whoDidIt } from "../../src/agent/offline-words.ts";
import { lookedFixture } from "./looked-fixture.ts";

/** Of these many commits none is sure enough to be named. */
function unsure(count: number): Looked {
  const looked = lookedFixture();
  const commits = looked.range.commits.slice(0, count);
  const ranked = looked.ranking.ranked.slice(0, count).map((one) => ({ ...one, score: 0.4 }));
  return { ...looked, range: { ...looked.range, commits }, ranking: { ...looked.ranking, ranked, speaks: false } };
}

test("a commit that cannot be named is one of several, or the only one", () => {
  expect(whoDidIt(unsure(2))).toMatch(/^No single commit of the 2 stands out .* with 40 %\.$/);
  expect(whoDidIt(unsure(1))).toMatch(/^The only commit in question is \w{12}, with 40 % too uncertain to be named\.$/);
});
