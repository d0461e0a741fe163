import { expect, test } from "vitest";
import type { Occasion, Target } from "../../src/app/gaze.ts";
import { createLog } from "../../src/app/log.ts";
import { createLooks } from "../../src/app/looks.ts";

const repo = { id: 1, owner: "acme", name: "shop", url: "https://github.example/acme/shop", defaultBranch: "main" };
const TARGET: Target = { installation: 1, repo, branch: "main" };
const SWEEP: Occasion = { hint: {}, isFailure: false, order: null };
const deployed = (letter: string, isFailure: boolean, deployment = 5, environment = "production"): Occasion => {
  const source = `deployment:${environment}`;
  return { sha: letter.repeat(40), source, hint: { deployment }, isFailure, order: null };
};

/** What is looked for when these events arrive while a look is under way. */
async function looksFor(...arriving: readonly Occasion[]): Promise<readonly Occasion[]> {
  const seen: Occasion[] = [];
  const first = Promise.withResolvers<void>();
  const looks = createLooks(
    async (_target, occasion) => {
      seen.push(occasion);
      if (seen.length === 1) await first.promise;
      return { kind: "nothing", why: "branch-gone" };
    },
    createLog("silent"),
    1000,
  );
  looks.ask(TARGET, SWEEP);
  for (const occasion of arriving) looks.ask(TARGET, occasion);
  first.resolve();
  await looks.settle();
  return seen.slice(1);
}

test("events that arrive during a look share the next one", async () => {
  expect(await looksFor(SWEEP, deployed("a", true), SWEEP)).toEqual([{ hint: {}, isFailure: true, order: null }]);
});

test("a sweep that waits is not narrowed to the revision that an event names", async () => {
  const suite: Occasion = { ...SWEEP, sha: "a".repeat(40) };
  expect(await looksFor(SWEEP, suite)).toEqual([SWEEP]);
});

test("a green deployment keeps a look of its own, since the revision it names may be a bad one that is back", async () => {
  const back = deployed("b", false);
  expect(await looksFor(back, SWEEP)).toEqual([back, SWEEP]);
  expect(await looksFor(SWEEP, back)).toEqual([SWEEP, back]);
  expect(await looksFor(back, deployed("b", true))).toEqual([back, deployed("b", true)]);
  const elsewhere = deployed("b", false, 6, "staging");
  expect(await looksFor(back, elsewhere)).toEqual([back, elsewhere]);
});

test("of the green deployments to one environment only the newest is looked for, in whatever order they arrive", async () => {
  const [older, newer] = [deployed("b", false, 5), deployed("c", false, 6)];
  expect(await looksFor(older, newer)).toEqual([newer]);
  expect(await looksFor(newer, older)).toEqual([newer]);
});

test("failures of two revisions are looked for at the branch, since either may be its head", async () => {
  const whole: Occasion = { hint: {}, isFailure: true, order: null };
  expect(await looksFor(deployed("b", true), deployed("c", true))).toEqual([whole]);
});
