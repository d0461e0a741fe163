import fc from "fast-check";
import { expect, test } from "vitest";
import { play } from "./gate-world.ts";
import { trajectories } from "./trajectories.ts";

/** Fewer only where many changed copies are tried one after the other (`npm run bench:mutants`). */
const RUNS = Number(process.env.SENTINEL_TRAJECTORIES ?? 100_000);

test("no life of an incident executes without a fresh, unspent, matching approval by allowed people, or twice", async () => {
  let reached = 0;
  await fc.assert(
    fc.asyncProperty(trajectories, async (trajectory) => {
      const { executions, violations } = await play(trajectory);
      if (executions > 0) reached++;
      expect(violations).toEqual([]);
    }),
    { numRuns: RUNS },
  );
  const reach = reached / RUNS;
  console.log(`${RUNS} trajectories, ${(reach * 100).toFixed(1)} % of them reached execution, 0 violations`);
  expect(reach).toBeGreaterThanOrEqual(0.3);
}, 600_000);
