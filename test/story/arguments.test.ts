import { describe, expect, test } from "vitest";
import { parseDrillArguments, UsageError } from "../../drill/story/arguments.ts";

const parse = (...argv: string[]) => parseDrillArguments(argv, false);

describe("the drill's arguments", () => {
  test("without any, rehearse the sample and approve where no person can answer", () => {
    expect(parse()).toMatchObject({
      repo: null,
      signal: "deployment",
      answer: "approve",
      reasoner: "offline",
      kill: [],
    });
  });

  test("in a terminal, a person is asked", () => {
    expect(parseDrillArguments([], true).answer).toBe("ask");
  });

  test("a scripted model, or a dead one, means that Gemini is the reasoner", () => {
    expect(parse("--model", "hostile").reasoner).toBe("gemini");
    expect(parse("--kill", "gemini,slack")).toMatchObject({ reasoner: "gemini", kill: ["gemini", "slack"] });
  });

  test.each([
    [["--repo", "x"], /--good REV is required with --repo/],
    [["--good", "x"], /--good needs --repo/],
    [["--answer", "maybe"], /--answer wants one of ask, approve, deny, ignore, late, not "maybe"/],
    [["--signal", "smoke"], /--signal wants one of deployment, check, workflow/],
    [["--kill", "gemini,github"], /--kill wants one of gemini, slack, auth0, vault, not "github"/],
    [["--model", "good", "--reasoner", "offline"], /--model .* needs --reasoner gemini/],
    [["--frob"], /--frob/],
    [["--json"], /--json/],
  ])("%j is refused in a sentence that names the flag", (argv, words) => {
    expect(() => parse(...argv)).toThrow(UsageError);
    expect(() => parse(...argv)).toThrow(words);
  });
});
