import { expect, test } from "vitest";
import { type Plan, planCode, planDigest } from "../../src/rollback/plan.ts";
import { PLAN } from "../approval/plan.ts";
import { createWorkbench, planBetween } from "./workbench.ts";

const WHOLE: Plan = {
  ...PLAN,
  risks: [
    { kind: "migration", path: "db/1.sql", line: null, why: "x" },
    { kind: "interface", path: "src/index.ts", line: 3, why: "y" },
  ],
};

/** Every way to change one thing anywhere in a value: another leaf, one thing less, one more, another order. */
function* changesOf(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    yield [...value, value[0]];
    yield value.slice(1);
    if (value.length > 1) yield value.toReversed();
    for (const [at, one] of value.entries()) for (const other of changesOf(one)) yield value.with(at, other);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, one] of Object.entries(value)) {
      const { [key]: _, ...rest } = value as Record<string, unknown>;
      yield rest;
      yield { ...rest, [`${key} `]: one };
      for (const other of changesOf(one)) yield { ...value, [key]: other };
    }
    yield { ...value, more: null };
  } else if (typeof value === "number") yield* [value + 1, String(value), null];
  else if (typeof value === "string") yield* [`${value} `, `${value}\u200b`, `${value.toUpperCase()}x`, null];
  else yield* [0, "", "null"];
}

test("any change anywhere in a plan is another plan", () => {
  const changed = [...changesOf(WHOLE)] as Plan[];
  const digests = new Set([WHOLE, ...changed].map(planDigest));
  expect(changed.length).toBeGreaterThan(80);
  expect(digests.size).toBe(new Set([WHOLE, ...changed].map((plan) => JSON.stringify(sorted(plan)))).size);
  expect(changed.map(planDigest)).not.toContain(planDigest(WHOLE));
});

/** The same value whatever the order of its keys, by other means than the digest's. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => [key, sorted(one)]);
}

test("the order in which a plan was put together makes no difference", () => {
  const turned = Object.fromEntries(Object.entries(WHOLE).toReversed()) as Plan;
  expect(planDigest(turned)).toBe(planDigest(WHOLE));
  expect(planCode(turned)).toBe(planCode(WHOLE));
});

test("a plan cannot be changed after it was made, nor any part of it", async () => {
  const bench = createWorkbench();
  try {
    bench.write("db/1.sql", "a\n");
    const good = bench.commit("good");
    bench.write("db/1.sql", "b\n");
    const computed = await planBetween(bench, good, bench.commit("bad"));
    if (computed.kind === "none") throw new Error(computed.detail);
    const parts = [computed.plan, computed.plan.undoes, computed.plan.risks, ...computed.plan.risks];
    expect(computed.plan.risks).toHaveLength(1);
    for (const part of parts) expect(Object.isFrozen(part)).toBe(true);
  } finally {
    bench.remove_all();
  }
});
