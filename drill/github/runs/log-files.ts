import type { Repository, Run } from "../records.ts";
import type { State } from "../state.ts";
import { latestJobs } from "./records.ts";
import { zip } from "./zip.ts";

/** What stands behind the redirects of logs; it needs no credential, as GitHub's signed links do not. */

export type LogFile = { readonly type: string; readonly content: string | Buffer };

/** `/_logs/<job>`: its text. `/_logs/runs/<run>`: a zip with one file for each job. Null for any other, or a wrong signature. */
export function logFile(state: State, url: URL): LogFile | null {
  const id = Number(url.pathname.split("/").at(-1));
  const runs = [...state.repositories.values()].flatMap((repo: Repository) => repo.runs);
  const run = runs.find(({ suite }) => String(suite.id) === url.searchParams.get("sig"));
  if (run === undefined) return null;
  if (url.pathname.startsWith("/_logs/runs/"))
    return run.id === id ? { type: "application/zip", content: zip(filesOf(run)) } : null;
  const job = run.jobs.find((candidate) => candidate.id === id);
  return job ? { type: "text/plain; charset=utf-8", content: job.log } : null;
}

function filesOf(run: Run): readonly { readonly name: string; readonly content: Buffer }[] {
  return latestJobs(run)
    .filter(({ conclusion }) => conclusion !== "skipped")
    .map(({ name, log }, i) => ({ name: `${i}_${name.replaceAll("/", "-")}.txt`, content: Buffer.from(log) }));
}
