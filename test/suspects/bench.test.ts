import { describe, expect, it } from "vitest";
import { type Case, withhold } from "../../bench/suspects/cases.ts";
import { fitChoices } from "../../bench/suspects/conditional-logit.ts";
import { fitWeights, prepare } from "../../bench/suspects/fit.ts";
import { places, reliability, spoken } from "../../bench/suspects/measure.ts";
import { statedReason } from "../../bench/suspects/stated-reason.ts";
import { FEATURES } from "../../src/agent/suspects/features/features.ts";
import { rankWith } from "../../src/agent/suspects/rank.ts";
import { WEIGHTS } from "../../src/agent/suspects/weights.ts";
import { WEEK } from "./candidates.ts";

const asked = (id: string, text: string, sha: string): Case => ({
  id,
  repo: `org/${id}`,
  tags: [],
  signal: { text },
  candidates: WEEK,
  culprits: new Set(WEEK.map((one) => one.sha).filter((full) => full.startsWith(sha))),
});
const CASES = [
  asked("one", "SESSION_SECRET is undefined", "d4"),
  asked("two", "trailing slashes are lost in the router", "b2"),
  asked("three", "cannot start: lru-cache", "e5"),
];
const answer = (one: Case) => ({ one, ranking: rankWith(WEIGHTS, one.signal, one.candidates) });

describe("the benchmark of the ranking", () => {
  it("counts how high culprits stand", () => {
    expect(places(CASES.map(answer))).toEqual({ n: 3, top1: 1, top3: 1, top5: 1, mrr: 1 });
  });

  it("withholds the same culprits for the same seed, and never leaves one in", () => {
    const all = withhold(CASES, 1, "");
    expect(all.every(({ candidates }) => candidates.length === WEEK.length - 1)).toBe(true);
    expect(withhold(CASES, 0.5, "x")).toEqual(withhold(CASES, 0.5, "x"));
    expect(withhold(CASES, 0, "")).toEqual(CASES);
  });

  it("calls an accusation in a range without its culprit a false one", () => {
    const withheld = withhold(CASES, 1, "").map(answer);
    expect(spoken(withheld, 0).falseAccusations).toBe(1);
    expect(spoken(withheld, 1.01).falseAccusations).toBe(0);
    expect(spoken(CASES.map(answer), 0)).toMatchObject({ coverage: 1, top1WhereItSpeaks: 1, falseAccusations: null });
  });

  it("puts every case into one drawer of the reliability table", () => {
    const { table } = reliability(CASES.map(answer));
    expect(table.reduce((sum, { n }) => sum + n, 0)).toBe(3);
  });

  it("finds the slope that choices were made with", () => {
    const choices = Array.from({ length: 400 }, (_, at) => {
      const rows = [[Math.sin(at)], [Math.cos(at * 3)], [Math.sin(at * 7 + 1)]];
      const weights = rows.map(([value = 0]) => Math.exp(2 * value));
      return weights.map((weight, right) => ({ rows, right: rows.map((__, other) => other === right), weight }));
    }).flat();
    expect(fitChoices(choices, [0], 1e-6)[0]).toBeCloseTo(2, 3);
  });

  it("stays at the prior where there is nothing to learn from", () => {
    const fitted = fitWeights([], WEIGHTS);
    for (const name of FEATURES) expect(fitted.features[name]).toEqual(WEIGHTS.features[name]);
  });

  it("raises what told the culprits apart", () => {
    const flat = { ...WEIGHTS, features: Object.fromEntries(FEATURES.map((name) => [name, [0, 1, 0] as const])) };
    expect(fitWeights(CASES.map(prepare), flat).features.words?.[2]).toBeGreaterThan(0);
  });

  it("ships one finite weight for every feature and no other", () => {
    expect(Object.keys(WEIGHTS.features).sort()).toEqual([...FEATURES].sort());
    expect(Object.values(WEIGHTS.features).flat().every(Number.isFinite)).toBe(true);
  });
});

describe("the reason a revert states", () => {
  it("loses everything that names what was reverted", () => {
    const message =
      'Revert "Cache the menu"\n\nThis reverts commit 0123456789abcdef0123456789abcdef01234567.\n\n' +
      "Cache the menu (#12) makes logins fail with KeyError, see https://example.org/1 and @someone\n\nChange-Id: I123";
    expect(statedReason(message, ["Cache the menu"])?.signal).toBe(
      "[ref] ([ref]) makes logins fail with KeyError, see [url] and [person]",
    );
  });

  it("is nothing where only the act is told", () => {
    expect(statedReason('Revert "Cache the menu"\n\nThis reverts commit 0123456.', [])).toBeNull();
  });
});
