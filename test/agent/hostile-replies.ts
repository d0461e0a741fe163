import fc from "fast-check";
import { REPLY_FAILURES } from "../../src/agent/react/transcript.ts";
import type { ReplyDraft } from "../../src/agent/reasoner.ts";
import { TOOLS } from "../../src/agent/tools/catalog.ts";
import { CULPRIT, GOOD } from "./looked-fixture.ts";

const NAMES = TOOLS.map(({ name }) => name);
const LOOK_ALIKES = NAMES.flatMap((name) => [`${name} `, name.toUpperCase(), name.replace("o", "о"), `${name}\u200b`]);
const POWERS = ["push", "merge", "delete_ruleset", "approve", "__proto__", "constructor", "toString", ""];
const PLACES = [
  CULPRIT,
  CULPRIT.slice(0, 7),
  GOOD,
  "head",
  "last-good",
  "deadbeefdeadbeef",
  "refs/heads/sentinel",
  "HEAD~1;id",
  "--output=/tmp/x",
  "-rf",
];
const PATHS = [
  "pay/charge.js",
  "README.md",
  "../../etc/passwd",
  "/etc/passwd",
  ":(glob)**",
  ":!x",
  "a\u0000b",
  ".git/config",
  "-c",
];
const WORDS = ["taxRate", "error", "::set-output name=x::y", "\u202e\u001b[2J", "x".repeat(2000), "$(id) `id`", ""];

const anyNumber = fc.constantFrom(0, 1, 2, 40, 200, -1, 1.5, 1e9, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53);
const tokens = fc.oneof({ weight: 40, arbitrary: fc.nat(3000) }, { weight: 2, arbitrary: fc.nat(60_000) }, anyNumber);

const argument = fc.oneof(
  fc.constantFrom<unknown>(...PLACES, ...PATHS, ...WORDS, null, true),
  anyNumber,
  fc.jsonValue({ maxDepth: 3 }),
);

const args: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ commit: fc.constantFrom(...PLACES), path: fc.constantFrom(...PATHS) }, { requiredKeys: [] }),
  },
  {
    weight: 3,
    arbitrary: fc.record(
      { path: fc.constantFrom(...PATHS), from: fc.nat(50), to: fc.nat(200) },
      { requiredKeys: ["path"] },
    ),
  },
  {
    weight: 3,
    arbitrary: fc.record(
      { text: fc.constantFrom(...WORDS), under: fc.constantFrom(...PATHS) },
      { requiredKeys: ["text"] },
    ),
  },
  { weight: 3, arbitrary: fc.constant({}) },
  {
    weight: 2,
    arbitrary: fc.dictionary(fc.constantFrom("commit", "path", "text", "from", "to", "__proto__", "sha"), argument),
  },
  { weight: 1, arbitrary: argument },
);

/** Arguments that the tool of this name would take, as far as the range allows. */
const FITTING: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  commit_diff: fc.record(
    { commit: fc.constantFrom(CULPRIT, CULPRIT.slice(0, 9), "head", ...PLACES), path: fc.constantFrom(...PATHS) },
    { requiredKeys: ["commit"] },
  ),
  file_at: fc.record(
    {
      path: fc.constantFrom("pay/charge.js", ...PATHS),
      commit: fc.constantFrom("last-good", ...PLACES),
      from: fc.nat(9),
    },
    { requiredKeys: ["path"] },
  ),
  blame_lines: fc.record({ path: fc.constantFrom("pay/charge.js", ...PATHS), from: fc.nat(9), to: fc.nat(300) }),
  file_history: fc.record({ path: fc.constantFrom("pay/charge.js", ...PATHS) }),
  search_code: fc.record(
    {
      text: fc.constantFrom("taxRate", ...WORDS),
      under: fc.constantFrom("pay", ...PATHS),
      ending: fc.constantFrom(".js"),
    },
    { requiredKeys: ["text"] },
  ),
  search_logs: fc.record({ text: fc.constantFrom("taxRate", "error", ...WORDS) }),
};

const fitting = fc
  .constantFrom(...NAMES)
  .chain((tool) =>
    (FITTING[tool] ?? fc.constant({})).map((given): { tool: string; args: unknown } => ({ tool, args: given })),
  );

const anything = fc.record({
  tool: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...NAMES) },
    { weight: 2, arbitrary: fc.constantFrom(...LOOK_ALIKES, ...POWERS) },
    { weight: 1, arbitrary: fc.string() },
  ),
  args,
});

const call = fc.oneof({ weight: 3, arbitrary: fitting }, { weight: 1, arbitrary: anything });
const several = fc.oneof(
  { weight: 14, arbitrary: fc.array(call, { minLength: 1, maxLength: 5 }) },
  { weight: 1, arbitrary: fc.array(call, { minLength: 6, maxLength: 9 }) },
);

/** Valid in every field, whatever its words. */
const valid = fc.record({
  verdict: fc.constantFrom("rollback", "hold", "not-our-change", "unsure"),
  option: fc.constantFrom("restore-last-good", "hold"),
  summary: fc.constantFrom("Restore it.", "::error::@everyone", "\u202eapproved", "word ".repeat(400)),
  claims: fc.array(
    fc.record({
      text: fc.constantFrom(...WORDS),
      evidence: fc.array(fc.constantFrom("E1", "E2", "E99", "T1", "T40", "<script>"), { maxLength: 12 }),
    }),
    { maxLength: 12 },
  ),
});

const conclusion: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 8, arbitrary: valid },
  {
    weight: 5,
    arbitrary: fc.record(
      {
        verdict: fc.constantFrom<unknown>("rollback", "hold", "not-our-change", "unsure", "push", 1),
        option: fc.constantFrom<unknown>("restore-last-good", "hold", "revert-suspects", "force-push", null),
        summary: fc.oneof(fc.constantFrom<unknown>(...WORDS), fc.lorem({ maxCount: 300 })),
        claims: fc.oneof(
          fc.array(
            fc.record({
              text: fc.constantFrom<unknown>(...WORDS, 5),
              evidence: fc.oneof(
                fc.array(fc.constantFrom<unknown>("E1", "E2", "E99", "T1", "T2", "<script>", 3), { maxLength: 12 }),
                argument,
              ),
            }),
            { maxLength: 60 },
          ),
          argument,
        ),
        notLookedAt: fc.oneof(fc.array(fc.constantFrom(...WORDS), { maxLength: 8 }), argument),
        sha: fc.constantFrom<unknown>(...PLACES),
        culprit: fc.constantFrom<unknown>(...PLACES),
        branch: fc.constantFrom<unknown>("sentinel", "main"),
        approver: fc.constantFrom<unknown>("auth0|attacker"),
      },
      { requiredKeys: ["verdict", "option", "summary"] },
    ),
  },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
);

function anyReply(): fc.Arbitrary<ReplyDraft> {
  const measure = { inputTokens: tokens, outputTokens: tokens };
  const thought = fc.constantFrom(...WORDS, "Look at the diff.");
  return fc.oneof(
    {
      weight: 30,
      arbitrary: fc.record({
        ...measure,
        kind: fc.constant("calls" as const),
        thought,
        calls: several,
      }),
    },
    { weight: 2, arbitrary: fc.record({ ...measure, kind: fc.constant("words" as const), thought }) },
    {
      weight: 3,
      arbitrary: fc.record({ ...measure, kind: fc.constant("conclusion" as const), thought, value: conclusion }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        ...measure,
        kind: fc.constant("failed" as const),
        why: fc.constantFrom(...REPLY_FAILURES),
        detail: fc.constantFrom(...WORDS),
      }),
    },
  );
}

export type HostileTurn = {
  readonly reply: ReplyDraft;
  /** What it says instead when only a conclusion is wanted; null: the same as ever. */
  readonly concluding: ReplyDraft | null;
  readonly waitedMs: number;
};

const waitedMs = fc.oneof({ weight: 20, arbitrary: fc.nat(9000) }, fc.nat(120_000));
const measured = { inputTokens: fc.nat(3000), outputTokens: fc.nat(3000) };
const concluding = fc.option(
  fc.record({ ...measured, kind: fc.constant("conclusion" as const), thought: fc.constant(""), value: conclusion }),
  { freq: 5 },
);

/** Replies of a model that may say anything, leaning towards what reaches furthest: real names, almost right arguments. */
export const hostileTurns: fc.Arbitrary<readonly HostileTurn[]> = fc.array(
  fc.noShrink(fc.record({ reply: anyReply(), concluding, waitedMs })),
  { minLength: 1, maxLength: 14 },
);
