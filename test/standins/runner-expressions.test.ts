import { describe, expect, test } from "vitest";
import { evaluate, interpolate, isMet, type Scope, settle } from "../../drill/runner/expression.ts";

const scope: Scope = {
  contexts: {
    github: { ref: "refs/heads/Main", event: { labels: [{ name: "Bug" }, { name: "prod" }], "a-b": 1 } },
    needs: { analyse: { result: "success", outputs: { proposal: "{}" } } },
    inputs: { incident: "12", dry: false },
  },
  status: { success: true, failure: false, cancelled: false, always: true },
};

describe("expressions", () => {
  test.each([
    ["1 == 1", true],
    ["'A' == 'a'", true],
    ["'1' == 1", true],
    ["null == 0", true],
    ["null == ''", true],
    ["'x' == 0", false],
    ["'abc' < 'ABD'", true],
    ["'x' > 1 || 'x' < 1", false],
    ["0xff", 255],
    ["-1.5e1", -15],
    ["'it''s'", "it's"],
    ["!'' && 'yes'", "yes"],
    ["false || 'no' && 'way'", "way"],
    ["(1 < 2) == true", true],
    ["github.ref", "refs/heads/Main"],
    ["GITHUB.REF", "refs/heads/Main"],
    ["github['event']['a-b']", 1],
    ["github.event.a-b", 1],
    ["github.nothing.at.all", null],
    ["github.event.labels[1].name", "prod"],
    ["join(github.event.labels.*.name, ' ')", "Bug prod"],
    ["contains(github.event.labels.*.name, 'bug')", true],
    ["contains('Hello', 'ELL')", true],
    ["startsWith(github.ref, 'REFS/')", true],
    ["endsWith(github.ref, 'main')", true],
    ["format('{0} {{x}} {1}', 'a', 2)", "a {x} 2"],
    ["fromJSON('[1,2]')[1]", 2],
    ["toJSON(inputs.dry)", "false"],
    ["fromJSON(needs.analyse.outputs.proposal)", {}],
  ])("%s gives %j", (text, value) => {
    expect(evaluate(text, scope)).toEqual(value);
  });

  test.each([
    ["secrets.KEY", "Unrecognized named-value: 'secrets'"],
    ["hashFiles('x')", "Unrecognized function: 'hashfiles'"],
    ["1 +", "Unexpected symbol"],
    ["format('{1}', 'a')", "format string is invalid"],
    ["contains('a')", "Too few parameters"],
    ["(1", "Unexpected end of expression"],
  ])("%s is refused: %s", (text, message) => {
    expect(() => evaluate(text, scope)).toThrow(message);
  });

  test("a text is put together from its expressions, also around braces inside a string", () => {
    expect(interpolate(`incident \${{ inputs.incident }}: \${{ '}}' }}!`, scope)).toBe("incident 12: }}!");
    expect(() => interpolate(`\${{ inputs.incident`, scope)).toThrow("not closed");
  });

  test("a setting that is one expression keeps its type", () => {
    expect(settle(`\${{ inputs.dry }}`, scope)).toBe(false);
    expect(settle(`\${{ inputs.dry }} `, scope)).toBe("false ");
  });

  test("a condition without a status function also wants success", () => {
    const failed = { ...scope, status: { success: false, failure: true, cancelled: false, always: true } };
    expect(isMet("inputs.incident == 12", scope)).toBe(true);
    expect(isMet("inputs.incident == 12", failed)).toBe(false);
    expect(isMet("failure() && inputs.incident == 12", failed)).toBe(true);
    expect(isMet(`\${{ always() }}`, failed)).toBe(true);
    expect(isMet("!cancelled()", failed)).toBe(true);
    expect(isMet(undefined, failed)).toBe(false);
  });

  test("text beside an expression makes a condition always true, as it does on GitHub", () => {
    expect(isMet(`\${{ inputs.dry }} == true`, scope)).toBe(true);
  });
});
