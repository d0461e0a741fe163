import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SEEDS } from "../../bench/mutants/seeds.ts";
import { MUTANTS } from "../../scripts/mutants/list.ts";

/** A mutant whose text is gone from its file breaks nothing, and then its red test proves nothing. */
test("every mutant still stands in the file that it breaks", () => {
  const gone = [...SEEDS, ...MUTANTS].filter(({ file, from }) => !readFileSync(file, "utf8").includes(from));
  expect(gone.map(({ file, from }) => `${file}: ${from}`)).toEqual([]);
});
