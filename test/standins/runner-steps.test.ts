import { describe, expect, test } from "vitest";
import { linesOf, oneJob, play, TOKEN, tiny } from "./runner/play.ts";

describe("what must not be shown", () => {
  test("secrets, the token and masked values are hidden in the log, summary and annotations, also in other spellings", async () => {
    const secret = 'first "line" of it\nsecond/line&of it';
    const { jobs } = await play(
      oneJob(
        tiny(
          `
const secret = process.env.SECRET, token = process.env["INPUT_GITHUB-TOKEN"], masked = ["dynamic", "value"].join("-");
console.log("::add-mask::" + masked);
console.log("plain", secret, token, masked);
console.error("base64", Buffer.from("user:" + token).toString("base64"));
console.log("url", encodeURIComponent(secret), "json", JSON.stringify(secret));
console.log("::notice title=about " + masked + "::saw " + token);
put("GITHUB_STEP_SUMMARY", "summary " + secret + masked + token);
`,
          `env: { SECRET: '\${{ secrets.KEY }}' }`,
        ),
      ),
      { secrets: { KEY: secret } },
    );
    const everything = JSON.stringify(jobs);
    for (const piece of ["first", "second/line", "second%2Fline", TOKEN, "jobtoken0123456789"])
      expect(everything).not.toContain(piece);
    expect(everything).not.toContain("dynamic-value");
    expect(linesOf(jobs.only?.log)).toEqual(expect.arrayContaining(["plain ***", "*** *** ***"]));
    expect(everything).not.toContain(Buffer.from(`user:${TOKEN}`).toString("base64").slice(8, 28));
    expect(jobs.only?.annotations).toMatchObject([{ level: "notice", title: "about ***", message: "saw ***" }]);
  });
});

describe("workflow commands", () => {
  test("annotations carry title, file and line, with their escapes undone", async () => {
    const { jobs } = await play(
      oneJob(
        tiny(`
console.log("::error title=a%2Cb%3Ac,file=src/x.ts,line=7::50%25 of%0Atwo lines");
console.log("::warning::plain");
console.log("  ::notice::indented");
console.log("::unknown::stays as it is");
console.log("::debug::hidden");
console.log("::group::inside");
console.log("::endgroup::");
`),
      ),
    );
    expect(jobs.only?.annotations).toEqual([
      { level: "failure", title: "a,b:c", path: "src/x.ts", line: 7, message: "50% of\ntwo lines" },
      { level: "warning", title: "", path: ".github", line: 1, message: "plain" },
      { level: "notice", title: "", path: ".github", line: 1, message: "indented" },
    ]);
    expect(linesOf(jobs.only?.log)).toEqual(
      expect.arrayContaining([
        "##[error]50% of",
        "two lines",
        "::unknown::stays as it is",
        "##[group]inside",
        "##[endgroup]",
      ]),
    );
    expect(linesOf(jobs.only?.log).filter((line) => line.startsWith("##[debug]"))).toEqual([]);
    expect(jobs.only?.conclusion).toBe("success");
  });

  test("between stop-commands and its token nothing is a command", async () => {
    const { jobs } = await play(
      oneJob(
        tiny(`
console.log("::stop-commands::tok-1");
console.log("::error::injected");
console.log("::add-mask::innocent");
console.log("::tok-1::");
console.log("::notice::innocent again");
`),
      ),
    );
    expect(jobs.only?.annotations.map((a) => a.message)).toEqual(["innocent again"]);
    expect(linesOf(jobs.only?.log)).toContain("::error::injected");
  });

  test("ten annotations of a level a step, each cut at 4096 characters", async () => {
    const { jobs } = await play(
      oneJob(tiny(`for (let i = 0; i < 12; i++) console.log("::notice::" + i + "x".repeat(5000));`)),
    );
    expect(jobs.only?.annotations.map((a) => a.message.length)).toEqual(Array(10).fill(4096));
  });

  test("set-env is refused and fails the step", async () => {
    const { jobs } = await play(oneJob(tiny(`console.log("::set-env name=PATH::/evil")`)));
    expect(jobs.only?.conclusion).toBe("failure");
    expect(jobs.only?.log).toContain("command is disabled");
  });
});

describe("files that a step answers through", () => {
  test("environment, path, outputs and state reach the steps after it", async () => {
    const { conclusion, jobs } = await play(
      oneJob(`
${tiny(
  `
put("GITHUB_ENV", "PLAIN=a=b");
put("GITHUB_ENV", "MANY<<X\\none\\ntwo\\nX");
put("GITHUB_PATH", "/added/path");
put("GITHUB_OUTPUT", "word=from-file");
put("GITHUB_STATE", "left=some state");
`,
  "id: first",
)}
- run: |
    echo "$PLAIN|$MANY|\${{ steps.first.outputs.word }}|\${{ steps.first.outcome }}|\${{ env.PLAIN }}"
    echo "$PATH" | cut -d: -f1
`),
    );
    expect(conclusion).toBe("success");
    expect(linesOf(jobs.only?.log)).toEqual(
      expect.arrayContaining(["a=b|one", "two|from-file|success|a=b", "/added/path", "post found some state"]),
    );
  });

  test.each([
    ["GITHUB_OUTPUT", "no equals sign", "Invalid format 'no equals sign'"],
    ["GITHUB_OUTPUT", "x<<END\\nnever closed", "Matching delimiter not found 'END'"],
    ["GITHUB_ENV", "NODE_OPTIONS=--require /evil.js", "Can't store NODE_OPTIONS"],
  ])("%s with %j fails the step", async (file, text, message) => {
    const { jobs } = await play(oneJob(tiny(`put("${file}", "${text}")`)));
    expect(jobs.only?.conclusion).toBe("failure");
    expect(jobs.only?.log).toContain(message);
  });

  test("summaries of the steps follow each other; one above 1 MiB is dropped with an error", async () => {
    const { jobs } = await play(
      oneJob(`
- run: echo "# one" >> $GITHUB_STEP_SUMMARY
${tiny(`put("GITHUB_STEP_SUMMARY", "x".repeat(1024 * 1024))`)}
- run: echo "# three" >> $GITHUB_STEP_SUMMARY
`),
    );
    expect(jobs.only?.summary).toBe("# one\n\n# three\n");
    expect(jobs.only?.conclusion).toBe("success");
    expect(jobs.only?.annotations[0]?.message).toContain("supports content up to a size of 1024k, got 1025k");
  });
});

describe("the order of steps", () => {
  test("after a failure only steps that ask for it run", async () => {
    const { jobs } = await play(
      oneJob(`
- { id: soft, run: exit 1, continue-on-error: true }
- run: echo "soft \${{ steps.soft.outcome }} \${{ steps.soft.conclusion }}"
- run: exit 1
- run: echo never
- { if: failure(), run: echo after failure }
- { if: always(), run: echo always }
`),
    );
    const said = linesOf(jobs.only?.log).filter((line) => /^(soft|never|after|always)/.test(line));
    expect(said).toEqual(["soft failure success", "after failure", "always"]);
    expect(jobs.only?.conclusion).toBe("failure");
  });

  test("a bash step stops at its first failing command", async () => {
    const { jobs } = await play(oneJob("- run: |\n    false\n    echo never"));
    expect(linesOf(jobs.only?.log)).not.toContain("never ");
    expect(jobs.only?.conclusion).toBe("failure");
  });

  test("a step past its time limit fails", async () => {
    const { jobs } = await play(oneJob("- { run: sleep 20, timeout-minutes: 0.005 }"), {
      grace: { interruptMs: 100, terminateMs: 100 },
    });
    expect(jobs.only?.conclusion).toBe("failure");
    expect(jobs.only?.log).toContain("has timed out after 0.005 minutes");
  });

  test("a job past its time limit is cancelled", async () => {
    const { conclusion, jobs } = await play(oneJob("- run: sleep 20", "timeout-minutes: 0.005"), {
      grace: { interruptMs: 100, terminateMs: 100 },
    });
    expect([conclusion, jobs.only?.conclusion]).toEqual(["cancelled", "cancelled"]);
    expect(jobs.only?.log).toContain("exceeded the maximum execution time");
  });

  test("an input that the action does not know is passed on with a warning", async () => {
    const { jobs } = await play(oneJob("- uses: acme/tiny@v1\n  with: { script: '0', grieting: x }"));
    expect(jobs.only?.annotations[0]?.message).toMatch(/^Unexpected input\(s\) 'grieting'/);
  });
});
