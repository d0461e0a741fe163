import { expect, test } from "vitest";
import { linesOf, oneJob, play, TOKEN, tiny } from "./runner/play.ts";

const TWO_JOBS = `
name: Sentinel
on:
  workflow_dispatch:
    inputs:
      incident: { required: true, type: string }
      loud: { type: boolean, default: true }
permissions: {}
jobs:
  analyse:
    runs-on: ubuntu-latest
    permissions: { contents: read, pull-requests: read }
    outputs:
      proposal: \${{ steps.make.outputs.proposal }}
    steps:
      - id: make
        uses: acme/tiny@v1
        with:
          script: put("GITHUB_OUTPUT", "proposal<<END\\n{\\"n\\":1}\\nline two\\nEND")
  respond:
    needs: analyse
    runs-on: ubuntu-latest
    permissions: { issues: write }
    steps:
      - env:
          PROPOSAL: \${{ needs.analyse.outputs.proposal }}
          LOUD: \${{ inputs.loud && 'loud' }}
        run: echo "got $PROPOSAL for \${{ inputs.incident }} $LOUD"
`;

test("a job gets what the jobs it needs gave out", async () => {
  const { conclusion, jobs, started, minted, ended } = await play(TWO_JOBS);
  expect(conclusion).toBe("success");
  expect(started).toEqual(["analyse", "respond"]);
  expect(jobs.analyse?.outputs).toEqual({ proposal: '{"n":1}\nline two' });
  expect(linesOf(jobs.respond?.log)).toEqual(expect.arrayContaining(['got {"n":1}', "line two for 12 loud"]));
  expect(minted).toEqual({
    analyse: { contents: "read", pull_requests: "read", metadata: "read" },
    respond: { issues: "write", metadata: "read" },
  });
  expect(ended).toEqual([TOKEN, TOKEN]);
});

test("a re-run plays only what is not finished, with the outputs left before", async () => {
  const { jobs, started } = await play(TWO_JOBS, {
    request: { attempt: 2, finished: { analyse: { conclusion: "success", outputs: { proposal: "kept" } } } },
  });
  expect(started).toEqual(["respond"]);
  expect(linesOf(jobs.respond?.log)).toContain("got kept for 12 loud");
});

test("a job whose need failed is skipped, unless its condition says otherwise", async () => {
  const { conclusion, jobs } = await play(`
on: workflow_dispatch
jobs:
  first: { runs-on: x, steps: [{ run: exit 3 }] }
  second: { runs-on: x, needs: first, steps: [{ run: echo never }] }
  third: { runs-on: x, needs: [second], if: always(), steps: [{ run: 'echo saw \${{ needs.second.result }}' }] }
  fourth: { runs-on: x, needs: [third], steps: [{ run: echo never }] }
  fifth: { runs-on: x, needs: [second], if: failure(), steps: [{ run: echo rescue }] }
`);
  expect(conclusion).toBe("failure");
  expect(Object.fromEntries(Object.entries(jobs).map(([id, job]) => [id, job.conclusion]))).toEqual({
    first: "failure",
    second: "skipped",
    third: "success",
    fourth: "skipped",
    fifth: "success",
  });
  expect(linesOf(jobs.third?.log)).toContain("saw skipped");
  expect(jobs.first?.annotations.map((a) => a.message)).toEqual(["Process completed with exit code 3."]);
});

test("an environment that refuses the ref fails the job, and nothing of it starts", async () => {
  const refusal = 'Branch "evil" is not allowed to deploy to sentinel due to environment protection rules.';
  const { conclusion, jobs, minted } = await play(
    oneJob("- run: echo started", "environment: { name: sentinel, deployment: false }"),
    { environments: { sentinel: refusal } },
  );
  expect(conclusion).toBe("failure");
  expect(jobs.only?.annotations.map((a) => a.message)).toEqual([refusal]);
  expect(jobs.only?.log).not.toContain("started");
  expect(minted).toEqual({});
});

test("secrets and variables of the environment reach only the job that names it", async () => {
  const { jobs } = await play(
    `
on: workflow_dispatch
jobs:
  with: { runs-on: x, environment: sentinel, steps: [{ run: 'echo "\${{ vars.DOMAIN }} \${{ secrets.KEY != \\'\\' }}"' }] }
  without: { runs-on: x, steps: [{ run: 'echo "\${{ vars.DOMAIN }} \${{ secrets.KEY == \\'\\' }}"' }] }
`.replaceAll("\\'", "''"),
    {
      variables: { DOMAIN: "everyone" },
      environments: { sentinel: { secrets: { KEY: "k3y" }, variables: { DOMAIN: "own" } } },
    },
  );
  expect(linesOf(jobs.with?.log)).toContain("own true");
  expect(linesOf(jobs.without?.log)).toContain("everyone true");
});

test("a process sees the run it belongs to, and nothing of the machine it is on", async () => {
  process.env.LEAKED_FROM_HERE = "leak";
  const { jobs } = await play(
    `name: Sentinel\n${oneJob(tiny(`console.log("ENV=" + JSON.stringify(process.env))`), "env: { A: '1' }")}`,
  );
  delete process.env.LEAKED_FROM_HERE;
  const line = linesOf(jobs.only?.log).find((text) => text.startsWith("ENV=")) ?? "ENV={}";
  const env: Record<string, string> = JSON.parse(line.slice(4));
  expect(env).toMatchObject({
    GITHUB_ACTIONS: "true",
    CI: "true",
    GITHUB_REPOSITORY: "acme/shop",
    GITHUB_REPOSITORY_ID: "77",
    GITHUB_REPOSITORY_OWNER: "acme",
    GITHUB_REPOSITORY_OWNER_ID: "7",
    GITHUB_API_URL: "http://127.0.0.1:1/api/v3",
    GITHUB_SERVER_URL: "http://127.0.0.1:1",
    GITHUB_GRAPHQL_URL: "http://127.0.0.1:1/api/graphql",
    GITHUB_REF: "refs/heads/sentinel",
    GITHUB_REF_NAME: "sentinel",
    GITHUB_REF_TYPE: "branch",
    GITHUB_REF_PROTECTED: "true",
    GITHUB_SHA: "a".repeat(40),
    GITHUB_WORKFLOW: "Sentinel",
    GITHUB_WORKFLOW_REF: "acme/shop/.github/workflows/sentinel.yml@refs/heads/sentinel",
    GITHUB_RUN_ID: "9001",
    GITHUB_RUN_NUMBER: "3",
    GITHUB_RUN_ATTEMPT: "1",
    GITHUB_JOB: "only",
    GITHUB_ACTOR: "app[bot]",
    GITHUB_TRIGGERING_ACTOR: "app[bot]",
    GITHUB_EVENT_NAME: "workflow_dispatch",
    GITHUB_ACTION: "__acme_tiny",
    GITHUB_ACTION_REPOSITORY: "acme/tiny",
    GITHUB_ACTION_REF: "v1",
    RUNNER_ENVIRONMENT: "github-hosted",
    DRILL_EXTRA: "from-the-drill",
    A: "1",
    INPUT_GREETING: "hello",
    INPUT_TWO_WORDS: "",
    "INPUT_GITHUB-TOKEN": "***",
  });
  for (const name of ["EVENT_PATH", "WORKSPACE", "OUTPUT", "ENV", "PATH", "STATE", "STEP_SUMMARY"])
    expect(env[`GITHUB_${name}`], name).toMatch(/^\//);
  for (const name of ["TEMP", "TOOL_CACHE", "OS", "ARCH", "NAME"]) expect(env[`RUNNER_${name}`], name).toBeTruthy();
  expect(env).not.toHaveProperty("LEAKED_FROM_HERE");
  expect(env.HOME).not.toBe(process.env.HOME);
});

test("outputs that hold a secret or are too large are dropped, and the log says so", async () => {
  const { jobs } = await play(
    oneJob(
      tiny(
        `put("GITHUB_OUTPUT", "small=ok\\nleak=x" + process.env.SECRET + "x\\nlarge=" + "l".repeat(600_000))`,
        `id: s\nenv: { SECRET: '\${{ secrets.KEY }}' }`,
      ),
      `outputs: { small: '\${{ steps.s.outputs.small }}', leak: '\${{ steps.s.outputs.leak }}', large: '\${{ steps.s.outputs.large }}' }`,
    ),
    { secrets: { KEY: "hunter2-hunter2" } },
  );
  expect(jobs.only?.outputs).toEqual({ small: "ok" });
  expect(jobs.only?.annotations.map((a) => [a.level, a.message])).toEqual([
    ["warning", "Skip output 'leak' since it may contain secret."],
    ["failure", expect.stringContaining("Output 'large' was dropped")],
  ]);
});

test("a workflow that cannot be understood fails with the key's name and starts no job", async () => {
  const { conclusion, started, invalid } = await play(oneJob("- run: echo hi", "strategy: { matrix: { a: [1] } }"));
  expect(conclusion).toBe("failure");
  expect(started).toEqual([]);
  expect(invalid.join()).toContain("strategy");
});

test("an action that is not to be had fails the job before its first step", async () => {
  const { jobs } = await play(oneJob("- run: echo first\n- uses: acme/unknown@v9"));
  expect(jobs.only?.conclusion).toBe("failure");
  expect(jobs.only?.log).not.toContain("first");
  expect(jobs.only?.annotations[0]?.message).toContain("Unable to resolve action `acme/unknown@v9`");
});

test("without `permissions` the token may only read contents and packages", async () => {
  const { minted } = await play(oneJob("- run: 'true'"));
  expect(minted.only).toEqual({ contents: "read", packages: "read", metadata: "read" });
});
