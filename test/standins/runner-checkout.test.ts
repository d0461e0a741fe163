import { expect, test } from "vitest";
import { AT, type GitHubWorld, githubWorld, installationToken, octokit } from "./github-world.ts";
import { linesOf, oneJob } from "./runner/play.ts";

const LOOK = `- run: |
    git log -1 --format='at %H of %an'
    git config --get-regexp extraheader || echo "no credentials kept"
    git rev-list --count HEAD`;

test("checkout fetches the run's own commit with the job's token", async () => {
  const log = await runInWorld("permissions: { contents: read }", `- uses: actions/checkout@v7\n${LOOK}`);
  expect(log.lines).toContain(`at ${log.head} of writer`);
  expect(log.lines.some((line) => line.startsWith("http.") && line.includes(".extraheader"))).toBe(true);
  expect(log.lines).toContain("1");
  expect(log.conclusion).toBe("success");
});

test("without persisted credentials none stay in the work tree; depth 0 brings the whole history", async () => {
  const steps = `- uses: actions/checkout@v7\n  with: { persist-credentials: false, fetch-depth: 0 }\n${LOOK}`;
  const log = await runInWorld("permissions: { contents: read }", steps);
  expect(log.lines).toEqual(expect.arrayContaining(["no credentials kept", "2"]));
});

test("a token without contents cannot check a private repository out", async () => {
  const log = await runInWorld("permissions: { issues: write }", "- uses: actions/checkout@v7\n- run: echo never");
  expect(log.conclusion).toBe("failure");
  expect(log.lines).not.toContain("never");
});

async function runInWorld(rest: string, steps: string) {
  const world = await githubWorld();
  try {
    const head = await addWorkflow(world, oneJob(steps, rest));
    await dispatch(world);
    const run = world.github.state.runs(world.repo)[0];
    const job = run?.jobs[0];
    return { head, conclusion: run?.conclusion, lines: linesOf(job?.log) };
  } finally {
    await world.close();
  }
}

function addWorkflow({ github, repo }: GitHubWorld, text: string): Promise<string> {
  return github.commitFiles(repo, "main", { ".github/workflows/look.yml": text }, "Add a workflow", "writer");
}

async function dispatch(world: GitHubWorld): Promise<void> {
  const client = octokit(world, await installationToken(world, { actions: "write" }));
  await client.request("POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches", {
    ...AT,
    workflow_id: "look.yml",
    ref: "main",
  });
  await world.github.idle();
}
