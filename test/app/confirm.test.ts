import { expect, test } from "vitest";
import type { Reader } from "../../src/adapters/github-app.ts";
import { readCheck } from "../../src/app/sources/check.ts";

/** A check that is to fail twice: what counts as the second time, by what GitHub shows while a job is run again. */
const HEAD = "b".repeat(40);
const REPO = { id: 7, owner: "acme", name: "shop", url: "https://github.example/acme/shop", defaultBranch: "main" };

type Shown = {
  readonly attempt: number;
  readonly status: string;
  readonly conclusion: string | null;
  readonly job: number;
};

function github({ attempt, status, conclusion, job }: Shown): Reader {
  const run = {
    ...{ id: 3, path: ".github/workflows/ci.yml", event: "push", head_sha: HEAD, head_branch: "main" },
    ...{ head_repository: { id: REPO.id }, html_url: REPO.url, created_at: "2026-11-23T08:00:00Z" },
    ...{ run_attempt: attempt, status, conclusion },
  };
  const check = {
    ...{ id: 5, name: "test", head_sha: HEAD, status: "completed", conclusion: "failure", app: { id: 1 } },
    ...{ details_url: `${REPO.url}/actions/runs/3/job/5` },
  };
  const answers: Readonly<Record<string, unknown>> = {
    "actions/runs/3": run,
    "actions/jobs/5": { id: 5, run_id: 3, run_attempt: job, name: "test", check_run_url: `${REPO.url}/check-runs/5` },
    [`commits/${HEAD}/check-runs`]: { check_runs: [{ ...check, app: { id: 1, slug: "github-actions" } }] },
    commits: [{ sha: HEAD }],
  };
  const answer = (path: string) => answers[path.replace("/repos/acme/shop/", "").replace(/\?.*/, "")];
  return {
    get: async (path, shape) => shape.parse(answer(path)),
    find: async (path, shape) => shape.parse(answer(path)),
    ownLogin: async () => "sentinel[bot]",
  };
}

test.each<[string, Shown, string]>([
  ["the first attempt", { attempt: 1, status: "completed", conclusion: "failure", job: 1 }, "run again"],
  ["the second, not begun", { attempt: 2, status: "queued", conclusion: null, job: 1 }, "waits"],
  ["the second, without its job yet", { attempt: 2, status: "in_progress", conclusion: null, job: 1 }, "waits"],
  ["the second, of another job", { attempt: 2, status: "completed", conclusion: "success", job: 1 }, "waits"],
  ["the second, which nobody let end", { attempt: 2, status: "completed", conclusion: "cancelled", job: 1 }, "waits"],
  ["the second, which failed without it", { attempt: 2, status: "completed", conclusion: "failure", job: 1 }, "fails"],
  ["the second, and it failed", { attempt: 2, status: "in_progress", conclusion: null, job: 2 }, "fails"],
])("%s", async (_name, shown, expected) => {
  const ask = { github: github(shown), repo: REPO, branch: "main", head: HEAD, appId: 9, hint: {}, past: null };
  const rule = { check: "test", app: "github-actions", severity: "sev3", confirm: "rerun" } as const;
  const { reading, rerun } = await readCheck(ask, rule);
  expect(rerun === undefined ? (reading.kind === "failing" ? "fails" : "waits") : "run again").toBe(expected);
});
