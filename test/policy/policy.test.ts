import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { policyCommand } from "../../src/cli/policy.ts";
import { digestOf } from "../../src/kernel/digest.ts";
import { policyJsonSchema, SCHEMA_FILE } from "../../src/policy/json-schema.ts";
import { lawOf, type Valid } from "../../src/policy/law.ts";
import { parsePolicy } from "../../src/policy/parse.ts";
import { guards, severityOf } from "../../src/policy/scope.ts";
import { policyOf } from "../app/stage.ts";

const ROOT = new URL("../../", import.meta.url);
const example = readFileSync(new URL("examples/sentinel.yml", ROOT), "utf8");

function valid(change: Parameters<typeof policyOf>[0] = {}): Valid {
  const parsed = parsePolicy(stringify(policyOf(change)));
  if (parsed.kind !== "valid") throw new Error(parsed.problems.join("\n"));
  return parsed;
}

function problemsOf(text: string): readonly string[] {
  const parsed = parsePolicy(text);
  return parsed.kind === "broken" ? parsed.problems : [];
}

describe("a policy file", () => {
  test("like the example is valid, and has one digest however it is written", () => {
    const parsed = parsePolicy(example);
    expect(parsed.kind).toBe("valid");
    const again = parsePolicy(JSON.stringify(parse(example)));
    expect(again).toMatchObject({ digest: parsed.kind === "valid" ? parsed.digest : "" });
    expect(parsed.kind === "valid" && digestOf(parsed.policy)).toBe(parsed.kind === "valid" && parsed.digest);
  });

  test("that an incident's memory would have no room for is refused, with its size", () => {
    const areas = Object.fromEntries(
      Array.from({ length: 400 }, (_, i) => [`service-${i}`, [`services/service-${i}/**`]]),
    );
    expect(problemsOf(stringify(policyOf({ areas })))).toEqual([
      expect.stringMatching(/^\(the file\): \d+ characters/),
    ]);
  });

  test("with several mistakes names each by its path", () => {
    expect(
      problemsOf(
        [
          "version: 2",
          "signals: [{ deployment: production, severity: sev9 }, { chek: ci }]",
          "people: []",
          "aproval: { expires: 10 }",
          "approval: { expires: 900 }",
        ].join("\n"),
      ).map((problem) => problem.split(":")[0]),
    ).toEqual([
      "version",
      "signals[0].severity",
      "signals[1].deployment",
      "signals[1].chek",
      "people",
      "approval.expires",
      "aproval",
    ]);
  });

  test.each([
    ["a key written twice", "version: 1\nversion: 1"],
    ["an alias, which could grow without end", "a: &a [1]\nb: *a"],
    ["nothing", ""],
    ["a list", "- 1"],
    ["something far too large", `# ${"x".repeat(300_000)}`],
  ])("that is %s is broken, not guessed at", (_name, text) => {
    expect(problemsOf(text).length).toBeGreaterThan(0);
  });

  test("that asks for two approvers where one person may approve is broken", () => {
    expect(problemsOf(stringify(policyOf({ approval: { approvers: { sev2: 2 } } })))).toEqual([
      "approval.approvers.sev2: 2 needed, but only 1 of people approve sev2",
    ]);
  });
});

describe("the law in force", () => {
  const none = { own: null, organisation: null, lastValid: null, hasLastGood: true, setting: null } as const;
  const mode = (found: Partial<Parameters<typeof lawOf>[0]>) => {
    const law = lawOf({ ...none, ...found });
    return law.kind === "in-force" ? `${law.mode} because ${law.because}` : law.kind;
  };

  test.each([
    ["no policy anywhere", {}, "none"],
    ["the repository's own", { own: valid() }, "act because policy"],
    ["the organisation's", { organisation: valid() }, "act because policy"],
    [
      "the organisation's off over the repository's act",
      { own: valid(), organisation: valid({ mode: "off" }) },
      "off because organisation",
    ],
    ["the repository's own off", { own: valid({ mode: "off" }) }, "off because policy"],
    ["SENTINEL_MODE=off over everything", { own: valid(), setting: "off" }, "off because setting"],
    ["SENTINEL_MODE=shadow over act", { own: valid(), setting: "shadow" }, "shadow because setting"],
    [
      "SENTINEL_MODE=act, which does not loosen shadow",
      { own: valid({ mode: "shadow" }), setting: "act" },
      "shadow because policy",
    ],
    ["no last good revision", { own: valid(), hasLastGood: false }, "shadow because no-last-good"],
    ["a broken one without another", { own: { kind: "broken", problems: ["x"] } }, "broken"],
    [
      "a broken one after a valid one",
      { own: { kind: "broken", problems: ["x"] }, lastValid: valid() },
      "act because policy",
    ],
  ] as const)("with %s", (_name, found, expected) => {
    expect(mode(found)).toBe(expected);
  });
});

test("a severity is raised by the paths that changed, and never lowered", () => {
  const { policy } = valid({
    severity: [
      { paths: ["db/**"], severity: "sev1" },
      { paths: ["docs/**"], severity: "sev3" },
    ],
  });
  const [rule] = policy.signals;
  if (!rule) throw new Error("invariant: a signal");
  expect(severityOf(policy, rule, ["src/a.ts"])).toBe("sev2");
  expect(severityOf(policy, rule, ["db/001.sql", "src/a.ts"])).toBe("sev1");
  expect(severityOf(policy, rule, ["docs/a.md"])).toBe("sev2");
});

test("branches are guarded by name or pattern, without any the default branch", () => {
  expect(guards(valid().policy, "main", "main")).toBe(true);
  expect(guards(valid().policy, "develop", "main")).toBe(false);
  const some = valid({ branches: ["main", "release/*"] }).policy;
  expect(["main", "release/2", "release/2/x", "feature"].map((branch) => guards(some, branch, "main"))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

describe("the published JSON Schema", () => {
  const published: unknown = JSON.parse(readFileSync(new URL(SCHEMA_FILE, ROOT), "utf8"));

  test("is made from the schema that is enforced (npm run schema)", () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(policyJsonSchema())));
  });

  test("accepts the example, which names it, and refuses an unknown key", () => {
    const validate = new Ajv({ strict: false }).compile(published as object);
    expect(validate(parse(example))).toBe(true);
    expect(validate({ ...parse(example), colour: "red" })).toBe(false);
    expect(example).toContain(`$schema=${(published as { $id: string }).$id}`);
  });
});

test("`sentinel policy check` says what a policy means, and lists what is wrong", async () => {
  const lines: string[] = [];
  const out = { write: (text: string) => lines.push(text) > 0 };
  expect(await policyCommand(["check", new URL("examples/sentinel.yml", ROOT).pathname], out)).toBe(0);
  expect(lines.join("")).toMatchInlineSnapshot(`
    "Shadow mode: writes down what it would do, and holds nothing.
    Guards the default branch.

    Counts as an incident, when it goes from green to red at the head of the branch:
      a failed deployment to production, said by github-actions[bot]: sev1
      the check ci / test of github-actions, if it fails once more when run again: sev3
      a failed run of .github/workflows/deploy.yml: sev2
      the alert HighLatency in production: sev2
      raised to sev1 when payments/**, auth/** changed

    May say yes to a rollback, on their phone (Auth0 decides whether it counts):
      sev1: one of octocat
      sev2: one of octocat, hubot
      sev3: one of octocat, hubot
      A push lives 300 s; at most 3 for an incident and 10 a day for a person.
      Never who made, pushed or merged what is undone.

    A rollback restores the last good tree in one commit.
      migration: no rollback; a person must decide
      interface: shown to the approver
      infrastructure: needs the approvers of sev1
      workflow: needs the approvers of sev1
      lockfile: shown to the approver
      published: needs the approvers of sev1

    People are called when an incident is open for 60 minutes; the branch stays held.
    After 5 incidents within a day nothing more is held.
    The incident is assigned to octocat.
    Slack is not told.
    "
  `);
  expect(await policyCommand(["check", new URL("package.json", ROOT).pathname], out)).toBe(1);
  expect(await policyCommand(["check"], out)).toBe(2);
});
