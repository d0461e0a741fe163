import fc from "fast-check";
import type { Plan } from "../../src/rollback/plan.ts";
import type { Answer, Elsewhere, TokenFault, Trajectory } from "./gate-world.ts";

const FIELDS: readonly (keyof Plan)[] = [
  "v",
  "repoId",
  "repo",
  "branch",
  "incident",
  "kind",
  "expectedHead",
  "lastGood",
  "undoes",
  "resultingTree",
  "risks",
  "severity",
  "policyDigest",
];

/** Mostly the usual, so that a good part of all lives gets as far as writing; a gate that nobody reaches proves nothing. */
function usually<T>(usual: T, weight: number, other: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ arbitrary: fc.constant(usual), weight }, { arbitrary: other, weight: 1 });
}

const TOKEN_FAULTS: readonly TokenFault[] = [
  "other-sub",
  "other-client",
  "other-digest",
  "no-details",
  "no-scope",
  "other-scope",
  "stale",
  "invalid",
  "keys-away",
];

const answer = usually<Answer>("approve", 5, fc.constantFrom<Answer>("approve-late", "deny", "ignore"));

export const trajectories: fc.Arbitrary<Trajectory> = fc.record({
  severity: fc.constantFrom("sev1", "sev2", "sev3"),
  needed: usually<1 | 2>(1, 2, fc.constant(2)),
  partakers: usually<readonly number[]>([], 4, fc.subarray([0, 1, 2])),
  earlierAsks: usually(0, 3, fc.integer({ min: 0, max: 3 })),
  deniedBefore: usually(false, 14, fc.constant(true)),
  answers: fc.array(answer, { minLength: 1, maxLength: 3 }),
  token: usually<TokenFault>("none", 9, fc.constantFrom(...TOKEN_FAULTS)),
  vault: usually<Trajectory["vault"]>("ok", 12, fc.constantFrom("other-person", "refused", "lost")),
  dawdleMs: usually(0, 6, fc.constantFrom(100, 30_000, 299_000, 301_000, 400_000, 3_600_000)),
  skewMs: usually(0, 3, fc.integer({ min: -30_000, max: 30_000 })),
  headMovesAt: usually<number | null>(null, 8, fc.integer({ min: 1, max: 16 })),
  elsewhere: usually<Elsewhere | null>(
    null,
    11,
    fc.record({
      what: fc.constantFrom("deny", "stop", "release", "close", "off", "other-run", "other-policy"),
      at: fc.integer({ min: 1, max: 16 }),
    }),
  ),
  mutated: usually<keyof Plan | null>(null, 9, fc.constantFrom(...FIELDS)),
  bypass: usually<Trajectory["bypass"]>("always", 14, fc.constantFrom("never", "pull_requests_only")),
  write: usually<Trajectory["write"]>("ok", 7, fc.constantFrom("refused", "answer-lost", "other-tree")),
  crashes: usually<readonly number[]>([], 2, fc.array(fc.integer({ min: 1, max: 16 }), { minLength: 1, maxLength: 2 })),
  jobs: usually<Trajectory["jobs"]>("one", 2, fc.constantFrom("one-after-another", "at-once")),
});
