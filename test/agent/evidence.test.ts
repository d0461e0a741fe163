import { expect, test } from "vitest";
import { createSignals, type SignalPlace } from "../../src/adapters/github-evidence.ts";
import { GitHubError, type GitHubRequest } from "../../src/adapters/github-request.ts";
import { readSymptom } from "../../src/agent/symptom/symptom.ts";
import { anomalyCheck, CHECK_NAME, RESPONDER_WORKFLOW } from "../../src/incident/names.ts";

const SHA = "a".repeat(40);
const PLACE: SignalPlace = {
  owner: "acme",
  repo: "shop",
  branch: "main",
  badHead: SHA,
  source: "deployment:production",
  incident: 7,
  appId: 99,
};
const run = (id: number, path: string, conclusion = "failure") => ({ id, path, name: path, head_sha: SHA, conclusion });

type Query = Readonly<Record<string, unknown>>;

/** GitHub's answers by route, a function where the query decides; what is not here is forbidden to this job. */
function signals(answers: Readonly<Record<string, unknown>>, change: Partial<SignalPlace> = {}) {
  const asked: string[] = [];
  const request: GitHubRequest = async (route, parameters = {}) => {
    const key = route.replace(/\{\+?(\w+)\}/g, (_, name: string) => String(parameters[name]));
    asked.push(key);
    const data = answers[key.replace("/repos/acme/shop", "")];
    if (data === undefined) throw new GitHubError("forbidden", 403, "Resource not accessible by integration");
    return { status: 200, data: typeof data === "function" ? data(parameters) : data, link: null };
  };
  const readLog = async (path: string): Promise<string> => `log of ${path.split("/").at(-2)}`;
  return { asked, ...createSignals(request, readLog, { ...PLACE, ...change }) };
}

test("the run that the deployment points to comes first, the responder's own runs never come", async () => {
  const { failingJobs } = signals({
    "GET /deployments": [{ id: 5, sha: SHA, environment: "production" }],
    "GET /deployments/5/statuses": [
      { state: "failure", log_url: "https://ghe.acme.com/acme/shop/actions/runs/2/job/20" },
    ],
    "GET /actions/runs": {
      workflow_runs: [
        run(3, ".github/workflows/lint.yml"),
        run(2, ".github/workflows/deploy.yml@refs/heads/main"),
        run(4, `${RESPONDER_WORKFLOW}@sentinel`),
        run(5, ".github/workflows/ok.yml", "success"),
      ],
    },
    "GET /actions/runs/2/jobs": { jobs: [{ id: 20, name: "deploy", conclusion: "failure" }] },
    "GET /actions/runs/3/jobs": {
      jobs: [
        { id: 30, name: "lint", conclusion: "timed_out" },
        { id: 31, name: "fine", conclusion: "success" },
      ],
    },
    "GET /check-runs/20/annotations": [{ path: "a.js", start_line: 3, annotation_level: "failure", message: "boom" }],
  });
  expect(await failingJobs()).toEqual([
    {
      name: "deploy",
      workflow: ".github/workflows/deploy.yml@refs/heads/main",
      url: null,
      log: "log of 20",
      annotations: [{ path: "a.js", line: 3, level: "failure", message: "boom" }],
    },
    { name: "lint", workflow: ".github/workflows/lint.yml", url: null, log: "log of 30", annotations: [] },
  ]);
});

test("a check of another system is read from what it wrote itself; our own check run is no evidence", async () => {
  const checks = {
    check_runs: [
      { id: 1, name: CHECK_NAME, conclusion: "failure", output: { summary: "held" } },
      { id: 2, name: "buildkite", conclusion: "failure", output: { title: "2 failed", summary: "pay_test" } },
    ],
  };
  const { failingJobs } = signals(
    { "GET /actions/runs": { workflow_runs: [] }, [`GET /commits/${SHA}/check-runs`]: checks },
    { source: "check:buildkite" },
  );
  expect(await failingJobs()).toMatchObject([{ name: "buildkite", log: "2 failed\npay_test" }]);
});

test("what failed is found behind a hundred others of the same run or head", async () => {
  const name = (i: number) => (i === 250 ? "shard 250" : `fine ${i}`);
  const shards = Array.from({ length: 256 }, (_, i) => ({
    id: i,
    name: name(i),
    conclusion: i === 250 ? "failure" : "success",
  }));
  const { failingJobs } = signals({
    "GET /deployments": [],
    "GET /actions/runs": { workflow_runs: [run(1, ".github/workflows/ci.yml")] },
    "GET /actions/runs/1/jobs": ({ page }: Query) => ({
      jobs: shards.slice((Number(page) - 1) * 100, Number(page) * 100),
    }),
  });
  expect(await failingJobs()).toMatchObject([{ name: "shard 250" }]);

  const output = { summary: "it broke" };
  const checks = shards.map((one) => ({ ...one, output }));
  const named = signals(
    {
      "GET /actions/runs": { workflow_runs: [] },
      [`GET /commits/${SHA}/check-runs`]: ({ check_name }: Query) => ({
        check_runs: check_name === undefined ? checks.slice(0, 100) : checks.filter((one) => one.name === check_name),
      }),
    },
    { source: "check:shard 250" },
  );
  expect(await named.failingJobs()).toMatchObject([{ name: "shard 250", log: "it broke" }]);
});

test("for an anomaly, what our App wrote of the measurement is read beside failing jobs; a forged one is not", async () => {
  const measured = (id: number, app: number, summary: string) => ({
    ...{ id, name: anomalyCheck("HighLatency"), conclusion: "failure", app: { id: app } },
    output: { title: "HighLatency is firing", summary },
  });
  const { failingJobs } = signals(
    {
      "GET /actions/runs": { workflow_runs: [run(3, ".github/workflows/lint.yml")] },
      "GET /actions/runs/3/jobs": { jobs: [{ id: 30, name: "lint", conclusion: "failure" }] },
      [`GET /commits/${SHA}/check-runs`]: {
        check_runs: [
          measured(1, 98, "- forged: baseline 1, observed 2"),
          measured(2, PLACE.appId, "Since 03:00.\n- error\\_rate: baseline 0.2 %, observed 7.4 %"),
        ],
      },
    },
    { source: "anomaly:HighLatency" },
  );
  const jobs = await failingJobs();
  expect(jobs.map(({ name }) => name)).toEqual([anomalyCheck("HighLatency"), "lint"]);
  expect(readSymptom(jobs, null).anomalies).toEqual([{ metric: "error_rate", baseline: "0.2 %", observed: "7.4 %" }]);
});

test("what the job may not read throws, so that it can be named as not looked at", async () => {
  const { earlierIncidents, environments, members } = signals({});
  await expect(earlierIncidents()).rejects.toThrow("not accessible");
  await expect(environments()).rejects.toThrow("not accessible");
  await expect(members([SHA])).rejects.toThrow("not accessible");
});

test("an incident counts as earlier only where the bot opened it that opened the one at hand; a list without the one at hand was not shown to us", async () => {
  const issue = (number: number, id: number, type: string, body = "") => ({
    ...{ number, title: `t${number}`, state: "closed", created_at: "2026-11-01T00:00:00Z", body },
    ...{ user: { id, type }, performed_via_github_app: null },
  });
  const list = [
    issue(7, 99, "Bot"),
    issue(6, 97, "User"),
    issue(5, 98, "Bot"),
    issue(4, 99, "Bot", "x".repeat(70_000)),
  ];
  const [found, ...rest] = await signals({ "GET /issues": list }).earlierIncidents();
  expect(rest).toEqual([]);
  expect(found).toMatchObject({ number: 4, title: "t4", state: "closed", at: "2026-11-01T00:00:00Z" });
  expect(found?.body).toHaveLength(60_000);
  await expect(signals({ "GET /issues": list.slice(1) }).earlierIncidents()).rejects.toThrow("issues: read");
});

test("one analysis asks GitHub for little, however much has failed", async () => {
  const runs = Array.from({ length: 30 }, (_, i) => run(i + 1, `.github/workflows/${i}.yml`));
  const jobs = runs.map(({ id }) => [
    `GET /actions/runs/${id}/jobs`,
    { jobs: Array.from({ length: 50 }, (_, j) => ({ id: id * 100 + j, name: `j${j}`, conclusion: "failure" })) },
  ]);
  const deployments = Array.from({ length: 50 }, (_, i) => ({ id: i, sha: SHA, environment: `e${i}` }));
  const statuses = deployments.map(({ id }) => [`GET /deployments/${id}/statuses`, [{ state: "success" }]]);
  const all = signals({
    "GET /actions/runs": { workflow_runs: runs },
    "GET /deployments": deployments,
    ...Object.fromEntries([...jobs, ...statuses]),
  });
  await Promise.allSettled([
    all.failingJobs(),
    all.deployment(),
    all.environments(),
    all.earlierRuns(),
    all.earlierIncidents(),
    all.members(Array.from({ length: 9 }, () => SHA)),
  ]);
  expect(all.asked.length).toBeLessThan(45);
});
