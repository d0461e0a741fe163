import { readFile } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AT, type GitHubWorld, githubWorld, installationToken, octokit, refusal } from "./github-world.ts";

const WORKFLOW = `name: Sentinel
run-name: sentinel incident \${{ inputs.incident }}
on:
  workflow_dispatch:
    inputs:
      incident: { required: true, type: string }
permissions: {}
concurrency: { group: "sentinel-\${{ inputs.incident }}", cancel-in-progress: false }
jobs:
  analyse:
    runs-on: ubuntu-latest
    environment: { name: locked, deployment: false }
    permissions: { contents: read }
    outputs: { said: "\${{ steps.say.outputs.said }}" }
    steps:
      - id: say
        run: |
          echo "said=hello" >> "$GITHUB_OUTPUT"
          echo "::notice title=sentinel-report::looked at it"
          echo "the key is \${{ secrets.KEY }}"
  respond:
    needs: analyse
    runs-on: ubuntu-latest
    permissions: { contents: write, issues: write }
    env: { TOKEN: "\${{ github.token }}" }
    steps:
      - run: |
          echo "attempt $GITHUB_RUN_ATTEMPT heard \${{ needs.analyse.outputs.said }}"
          git clone --quiet "http://x-access-token:$TOKEN@\${GITHUB_SERVER_URL#http://}/$GITHUB_REPOSITORY.git" shop
          cd shop
          git -c user.name=j -c user.email=j@example.com commit --quiet --allow-empty -m "By a job"
          git push origin HEAD:main
`;

let world: GitHubWorld;
let token: string;
beforeEach(async () => {
  world = await githubWorld();
  const { github, repo } = world;
  await github.commitFiles(repo, "sentinel", { ".github/workflows/sentinel.yml": WORKFLOW }, "Add", "acme");
  github.addEnvironment(repo, { name: "locked", branches: ["sentinel"], secrets: { KEY: "hush-hush-hush" } });
  token = await installationToken(world, { actions: "write", checks: "read", administration: "write" });
});
afterEach(() => world.close());

async function dispatch(ref: string, inputs: Record<string, string>): Promise<number> {
  const { data } = await octokit(world, token).request(
    "POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches",
    { ...AT, workflow_id: "sentinel.yml", ref, inputs, return_run_details: true },
  );
  return (data as { workflow_run_id: number }).workflow_run_id;
}

test("a dispatch runs the jobs of that ref's file and keeps log, outputs and annotations", async () => {
  const client = octokit(world, token);
  const run_id = await dispatch("sentinel", { incident: "7" });
  await world.github.idle();
  const { data: run } = await client.rest.actions.getWorkflowRun({ ...AT, run_id });
  expect(run).toMatchObject({
    display_title: "sentinel incident 7",
    path: ".github/workflows/sentinel.yml",
    head_branch: "sentinel",
    status: "completed",
    conclusion: "success",
  });
  const { data: jobs } = await client.rest.actions.listJobsForWorkflowRun({ ...AT, run_id });
  expect(jobs.jobs.map(({ name, conclusion }) => [name, conclusion])).toEqual([
    ["analyse", "success"],
    ["respond", "success"],
  ]);
  const [analyse, respond] = jobs.jobs;
  const { data: notes } = await client.rest.checks.listAnnotations({ ...AT, check_run_id: analyse?.id ?? 0 });
  expect(notes).toMatchObject([{ title: "sentinel-report", message: "looked at it", annotation_level: "notice" }]);
  const { data: log } = await client.rest.actions.downloadJobLogsForWorkflowRun({ ...AT, job_id: analyse?.id ?? 0 });
  expect(log).toContain("the key is ***");
  expect(log).not.toContain("hush");
  const heard = await client.rest.actions.downloadJobLogsForWorkflowRun({ ...AT, job_id: respond?.id ?? 0 });
  expect(heard.data).toContain("attempt 1 heard hello");
});

test("a held branch refuses the job's own token, and a re-run of failed jobs repeats only that job", async () => {
  const client = octokit(world, token);
  const { data: hold } = await client.request("POST /repos/{owner}/{repo}/rulesets", {
    ...AT,
    name: "hold",
    enforcement: "active",
    conditions: { ref_name: { include: ["refs/heads/main"], exclude: [] } },
    rules: [{ type: "update" }],
    bypass_actors: [{ actor_type: "User", actor_id: world.users.lead, bypass_mode: "always" }],
  });
  const run_id = await dispatch("sentinel", { incident: "7" });
  await world.github.idle();
  const [run] = world.github.state.runs(world.repo);
  expect(run?.jobs.map(({ conclusion }) => conclusion)).toEqual(["success", "failure"]);
  expect(run?.jobs[1]?.log).toContain("GH013: Repository rule violations found for refs/heads/main.");
  await client.request("DELETE /repos/{owner}/{repo}/rulesets/{ruleset_id}", { ...AT, ruleset_id: hold.id });
  await client.rest.actions.reRunWorkflowFailedJobs({ ...AT, run_id });
  await world.github.idle();
  const [again] = world.github.state.runs(world.repo);
  expect(again).toMatchObject({ id: run_id, attempt: 2, conclusion: "success" });
  expect(again?.jobs[0]?.id).toBe(run?.jobs[0]?.id);
  expect(again?.jobs[1]?.log).toContain("attempt 2 heard hello");
});

test("a job of another ref does not get the environment's secrets", async () => {
  const { github, repo } = world;
  await github.commitFiles(repo, "topic", { ".github/workflows/sentinel.yml": WORKFLOW }, "Copy", "writer");
  await dispatch("topic", { incident: "7" });
  await github.idle();
  const [run] = github.state.runs(repo);
  expect(run?.conclusion).toBe("failure");
  expect(run?.jobs[0]?.log).toContain("not allowed to deploy to locked");
});

test("a job's token is dead when the job has ended", async () => {
  const { github, repo, dir, journal } = world;
  const leak = WORKFLOW.replace("cd shop\n", `cd shop\n          echo "$TOKEN" > '${dir}/token'\n`);
  await github.commitFiles(repo, "sentinel", { ".github/workflows/sentinel.yml": leak }, "Leak", "acme");
  await dispatch("sentinel", { incident: "7" });
  await github.idle();
  expect(journal.entries.some(({ actor, status }) => actor === "job:respond" && status === 200)).toBe(true);
  const kept = (await readFile(`${dir}/token`, "utf8")).trim();
  expect(await refusal(octokit(world, kept).rest.issues.listForRepo({ ...AT }))).toMatchObject({ status: 401 });
});

test("of one concurrency group one run plays and one waits; an older one that waits is cancelled", async () => {
  for (let i = 0; i < 3; i += 1) await dispatch("sentinel", { incident: "7" });
  await dispatch("sentinel", { incident: "8" });
  await world.github.idle();
  const ends = world.github.state.runs(world.repo).map(({ conclusion, jobs }) => [conclusion, jobs.length]);
  expect(ends.toReversed().map(([, jobs]) => jobs)).toEqual([2, 0, 2, 2]);
  expect(ends.toReversed()[1]?.[0]).toBe("cancelled");
});

test("a dispatch with unknown or missing inputs, or at no branch, is refused", async () => {
  expect((await refusal(dispatch("sentinel", { incident: "7", oops: "1" }))).message).toContain("Unexpected inputs");
  expect((await refusal(dispatch("sentinel", {}))).message).toContain("Required input 'incident' not provided");
  expect((await refusal(dispatch("nowhere", { incident: "7" }))).message).toContain("No ref found for: nowhere");
});

test("a disabled workflow is not dispatched", async () => {
  const client = octokit(world, token);
  await client.rest.actions.disableWorkflow({ ...AT, workflow_id: "sentinel.yml" });
  expect(await refusal(dispatch("sentinel", { incident: "7" }))).toMatchObject({ status: 422 });
});

test("what CI left behind can be read: run, job log and annotations", async () => {
  const { github, repo, first } = world;
  const client = octokit(world, token);
  const left = github.ci.finishedRun({
    repo,
    path: ".github/workflows/deploy.yml",
    name: "Deploy",
    job: "deploy",
    sha: first,
    branch: "main",
    conclusion: "failure",
    log: "it broke\n",
    annotations: [{ path: "README.md", line: 1, message: "here" }],
  });
  const { data: log } = await client.rest.actions.downloadJobLogsForWorkflowRun({ ...AT, job_id: left.jobId });
  expect(log).toBe("it broke\n");
  const { data } = await client.rest.checks.listForRef({ ...AT, ref: first, app_id: 15368 });
  expect(data.check_runs).toMatchObject([{ id: left.checkRunId, name: "deploy", conclusion: "failure" }]);
  const { data: runs } = await client.rest.actions.listWorkflowRuns({
    ...AT,
    workflow_id: "deploy.yml",
    branch: "main",
  });
  expect(runs.workflow_runs.map(({ id }) => id)).toEqual([left.runId]);
});

test.each([
  ["a tab where spaces belong", "on: workflow_dispatch\njobs:\n\tx: {}\n", /Line: 3, Col: 1/],
  ["no mapping", "just words\n", /A mapping was expected/],
  ["no trigger", "jobs: { x: {} }\n", /Required property is missing: on/],
  ["no jobs", "on: workflow_dispatch\njobs: {}\n", /at least one job/],
])("a workflow file with %s cannot be dispatched, and GitHub says where", async (_, text, where) => {
  await world.github.commitFiles(world.repo, "sentinel", { ".github/workflows/sentinel.yml": text }, "Break", "acme");
  const refused = await refusal(dispatch("sentinel", { incident: "7" }));
  expect(refused.status).toBe(422);
  expect(refused.message).toContain("failed to parse workflow");
  expect(refused.message).toMatch(where);
  expect(world.github.state.runs(world.repo)).toEqual([]);
});

test("the logs of a run come as one zip, with a file for each job that ran", async () => {
  const client = octokit(world, token);
  const run_id = await dispatch("sentinel", { incident: "7" });
  await world.github.idle();
  const { data } = await client.rest.actions.downloadWorkflowRunLogs({ ...AT, run_id });
  const files = unzipped(Buffer.from(data as ArrayBuffer));
  expect([...files.keys()]).toEqual(["0_analyse.txt", "1_respond.txt"]);
  const [analysed] = world.github.state.runs(world.repo)[0]?.jobs ?? [];
  expect(files.get("0_analyse.txt")).toBe(analysed?.log);
  const { url } = await client.rest.actions.downloadWorkflowRunLogs({ ...AT, run_id });
  expect((await fetch(url.replace(/sig=\d+/, "sig=1"))).status).toBe(404);
});

/** A zip of stored files, read by its directory; every checksum is looked at. */
function unzipped(archive: Buffer): ReadonlyMap<string, string> {
  const end = archive.lastIndexOf("PK\x05\x06");
  const files = new Map<string, string>();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const [checksum, size] = [archive.readUInt32LE(at + 16), archive.readUInt32LE(at + 24)];
    const nameEnd = at + 46 + archive.readUInt16LE(at + 28);
    const name = archive.toString("utf8", at + 46, nameEnd);
    const local = archive.readUInt32LE(at + 42);
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const content = archive.subarray(start, start + size);
    expect(crc32(content)).toBe(checksum);
    files.set(name, content.toString("utf8"));
    at = nameEnd;
  }
  return files;
}
