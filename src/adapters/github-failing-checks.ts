import { z } from "zod";
import type { Annotation, FailingJob } from "../agent/ports.ts";
import { anomalyCheck, CHECK_NAME } from "../incident/names.ts";
import type { SignalPlace } from "./github-evidence.ts";
import type { GitHubRequest } from "./github-request.ts";
import { FAILING } from "./github-runs.ts";

type At = { readonly owner: string; readonly repo: string };

/** Of one analysis, wherever they ran. */
export const MOST_JOBS = 6;
const MOST_ANNOTATIONS = 50;

/** Where other systems than Actions run the checks, what they wrote is all there is of a log. */
export async function failingChecks(
  request: GitHubRequest,
  at: At,
  place: SignalPlace,
  known: ReadonlySet<string>,
): Promise<readonly FailingJob[]> {
  const list = async (query: object) => {
    const route = "GET /repos/{owner}/{repo}/commits/{ref}/check-runs";
    const { data } = await request(route, { ...at, ref: place.badHead, filter: "latest", per_page: 100, ...query });
    return CheckRuns.parse(data).check_runs;
  };
  const named = signalledCheck(place.source);
  // A head may have more check runs than GitHub lists at once; the one that was signalled must be among them.
  const lists = await Promise.all([list({}), ...(named === null ? [] : [list({ check_name: named })])]);
  const failing = [...new Map(lists.flat().map((run) => [run.id, run])).values()].filter(
    ({ name, conclusion, app }) =>
      name !== CHECK_NAME &&
      !known.has(name) &&
      FAILING.has(conclusion ?? "") &&
      // What monitoring measured is written by our App; anybody's workflow can make a check run of that name.
      (!name.startsWith(anomalyCheck("")) || app?.id === place.appId),
  );
  return Promise.all(
    failing
      .sort(namedFirst(place.source))
      .slice(0, MOST_JOBS)
      .map(async ({ id, name, html_url, output }) => ({
        name,
        workflow: "",
        url: html_url ?? null,
        log: unescaped([output.title, output.summary, output.text].filter((text) => text).join("\n")) || null,
        annotations: await readAnnotations(request, at, id).catch(() => []),
      })),
  );
}

/** They are Markdown: `error\_rate` is `error_rate`. */
function unescaped(markdown: string): string {
  return markdown.replace(/\\(?=[!-/:-@[-`{-~])/g, "");
}

/** Name of the check run that the incident was opened for; null where it was opened for something else. */
export function signalledCheck(source: string): string | null {
  if (source.startsWith("check:")) return source.slice("check:".length);
  return source.startsWith("anomaly:") ? anomalyCheck(source.slice("anomaly:".length)) : null;
}

/** The check that the incident was opened for comes first. */
export function namedFirst(source: string) {
  const named = signalledCheck(source);
  const isNamed = ({ name }: { readonly name: string }): number => Number(name === named);
  return (a: { readonly name: string }, b: { readonly name: string }): number => isNamed(b) - isNamed(a);
}

export async function readAnnotations(
  request: GitHubRequest,
  at: At,
  checkRun: number,
): Promise<readonly Annotation[]> {
  const { data } = await request("GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations", {
    ...at,
    check_run_id: checkRun,
    per_page: MOST_ANNOTATIONS,
  });
  return Annotations.parse(data).map((one) => ({
    path: one.path ?? "",
    line: one.start_line ?? 0,
    level: one.annotation_level ?? "",
    message: [one.title ?? "", one.message ?? ""].filter((text) => text !== "").join(": "),
  }));
}

const Annotations = z.array(
  z.looseObject({
    path: z.string().nullish(),
    start_line: z.int().nullish(),
    annotation_level: z.string().nullish(),
    title: z.string().nullish(),
    message: z.string().nullish(),
  }),
);

const CheckRuns = z.looseObject({
  check_runs: z.array(
    z.looseObject({
      id: z.int(),
      name: z.string(),
      conclusion: z.string().nullish(),
      html_url: z.string().nullish(),
      app: z.looseObject({ id: z.int() }).nullish(),
      output: z.looseObject({ title: z.string().nullish(), summary: z.string().nullish(), text: z.string().nullish() }),
    }),
  ),
});
