import { expect, test } from "vitest";
import { percent } from "../../src/kernel/percent.ts";

test.each([
  [0, "0 %"],
  [0.0049, "under 1 %"],
  [0.005, "1 %"],
  [0.5, "50 %"],
  [0.9949, "99 %"],
  [0.9951, "over 99 %"],
  [1, "100 %"],
])("a probability of %f is said as %s: only what is certain sounds so", (share, words) => {
  expect(percent(share)).toBe(words);
});
