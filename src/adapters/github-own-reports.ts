import { z } from "zod";
import { ANALYSE_JOB, REPORT_TITLE } from "../incident/names.ts";
import { type Report, readReports } from "../incident/report.ts";
import type { GitHubRequest } from "./github-request.ts";

type Place = { readonly owner: string; readonly repo: string };
export type ResponseReport = Extract<Report, { phase: "respond" }>;

/**
 * What earlier attempts of this run reported, oldest first: the App may be away, or not have heard yet. They stand where no writer can
 * edit them; whoever forges one can only add a "no" or a push that was not sent. `sha` is the commit that the run is at.
 */
export async function ownReports(
  request: GitHubRequest,
  at: Place,
  run: { readonly id: number; readonly sha: string },
): Promise<readonly ResponseReport[]> {
  const jobs = (await checkRunsOn(request, at, run.sha)).filter(
    ({ name, details_url }) => name !== ANALYSE_JOB && details_url?.includes(`/actions/runs/${run.id}/`),
  );
  const reports: ResponseReport[] = [];
  for (const { id } of jobs.toSorted((a, b) => a.id - b.id))
    reports.push(...(await reportsOf(request, at, id)).filter((report) => report.phase === "respond"));
  return reports;
}

/** All attempts of all runs at this commit. */
async function checkRunsOn(request: GitHubRequest, at: Place, sha: string): Promise<z.infer<typeof CheckRun>[]> {
  const found: z.infer<typeof CheckRun>[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const query = { ref: sha, filter: "all", per_page: PAGE, page };
    const { data } = await request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", { ...at, ...query });
    const { check_runs } = CheckRuns.parse(data);
    found.push(...check_runs);
    if (check_runs.length < PAGE) break;
  }
  return found;
}

const PAGE = 100;
/** The branch `sentinel` changes rarely, and every incident runs at it. */
const MOST_PAGES = 10;

async function reportsOf(request: GitHubRequest, at: Place, checkRun: number): Promise<readonly Report[]> {
  const route = "GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations";
  const { data } = await request(route, { ...at, check_run_id: checkRun, per_page: PAGE });
  const ours = Annotations.parse(data).filter(({ title }) => title === REPORT_TITLE);
  return readReports(ours.map(({ message }) => message ?? ""));
}

const CheckRun = z.looseObject({ id: z.int(), name: z.string(), details_url: z.string().nullish() });
const CheckRuns = z.looseObject({ check_runs: z.array(CheckRun) });
const Annotations = z.array(z.looseObject({ title: z.string().nullish(), message: z.string().nullish() }));
