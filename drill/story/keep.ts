import { cp, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openRepository } from "../../src/adapters/git.ts";
import { sentinelCheckRun } from "./outcome.ts";
import type { Rehearsal } from "./rehearsal.ts";
import type { Stage } from "./stage.ts";
import type { Timeline } from "./timeline.ts";

/** Writes what is left at the end into `dir`: the repository, every request, the pages, the logs. */
export async function keepEverything(
  dir: string,
  stage: Stage,
  rehearsal: Rehearsal,
  timeline: Timeline,
): Promise<void> {
  const { github, repo } = stage;
  await mkdir(join(dir, "jobs"), { recursive: true });
  await cp(repo.gitDir, join(dir, "github.git"), { recursive: true });
  await openRepository(join(dir, "github.git")).run(["rev-parse", "--verify", rehearsal.bad]);
  const requests = timeline.entries.map(({ service, method, path, actor, status }) => ({
    service,
    method,
    path,
    actor,
    status,
  }));
  await writeFile(join(dir, "requests.jsonl"), requests.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
  const [issue] = github.state.issues(repo);
  if (issue) {
    const comments = issue.comments.map((comment) => `\n---\n\n**${comment.author}**\n\n${comment.body}\n`).join("");
    await writeFile(join(dir, "issue.md"), `# ${issue.title}\n\n${issue.body}\n${comments}`);
  }
  await writeJson(join(dir, "slack.json"), stage.slackMessages());
  await writeJson(join(dir, "check-run.json"), sentinelCheckRun(stage, rehearsal.bad));
  for (const run of github.state.runs(repo)) {
    for (const job of run.jobs) {
      const file = join(dir, "jobs", `${job.name}-${run.id}-${job.id}`);
      await writeFile(`${file}.log`, job.log);
      if (job.summary !== "") await writeFile(`${file}.summary.md`, job.summary);
    }
  }
}

async function writeJson(file: string, value: unknown): Promise<void> {
  await writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
}
