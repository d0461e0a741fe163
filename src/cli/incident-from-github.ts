import { z } from "zod";
import { GitHubError, type GitHubRequest } from "../adapters/github-request.ts";
import type { Evidence } from "../audit/verify.ts";
import { decodeMemory, type Memory } from "../incident/memory.ts";
import { CHECK_NAME } from "../incident/names.ts";
import { headOf } from "../incident/record.ts";
import { Secret } from "../kernel/secret.ts";
import { cureOf } from "./doctor/repository.ts";
import { readApiUrl } from "./settings.ts";

/**
 * An incident as it stands on GitHub: its page, the comments of its jobs, and the memory in the App's check run as an anchor.
 * A check run of the same name by anybody else is none, nor is a record in a comment of somebody else.
 */
export async function readIncident(owner: string, repo: string, number: number): Promise<Evidence> {
  const github = await connect();
  const read = await readIssue(github, owner, repo, number);
  return read.evidence;
}

export type ReadIssue = {
  readonly evidence: Evidence;
  readonly memory: Memory | null;
  /** Not by a person, nor by a workflow. */
  readonly isByAnApp: boolean;
};

export async function readIssue(
  github: GitHubRequest,
  owner: string,
  repo: string,
  number: number,
): Promise<ReadIssue> {
  const at = { owner, repo, issue_number: number };
  const issue = Issue.parse((await github("GET /repos/{owner}/{repo}/issues/{issue_number}", at)).data);
  const bot = openerOf(issue);
  const comments = await allPages(github, "GET /repos/{owner}/{repo}/issues/{issue_number}/comments", at, Issue);
  const ours = comments.filter(({ user }) => user?.login === JOBS || (bot !== null && user?.login === bot));
  const text = [issue, ...ours].map(({ body }) => body ?? "").join("\n\n");
  const memory = bot === null ? null : await readMemory(github, { owner, repo }, issue.body ?? "", { number, bot });
  const head = memory?.record ? headOf(memory.record) : null;
  return {
    evidence: {
      text,
      incident: { incident: number },
      anchors: head === null ? [] : [{ head: head.head, from: `check run ${CHECK_NAME}` }],
    },
    memory,
    isByAnApp: bot !== null,
  };
}

/** With the token of the person who asks: `GITHUB_TOKEN`, and `GITHUB_API_URL` for a server of one's own. */
export async function connect(): Promise<GitHubRequest> {
  const token = process.env.GITHUB_TOKEN || process.env.GH_TOKEN;
  if (!token) throw new Error("Set GITHUB_TOKEN to a token that can read the repository.");
  const apiUrl = readApiUrl(process.env);
  // Octokit fails without naming it when it is loaded beside an address that is none.
  const { connectWithToken } = await import("../adapters/github-token.ts");
  const request = connectWithToken(new Secret(token), apiUrl);
  return (route, parameters) => request(route, parameters).catch(withCure);
}

function withCure(error: unknown): never {
  if (!(error instanceof GitHubError)) throw error;
  throw new GitHubError(error.code, error.status, `${error.message}\n→ ${cureOf(error)}`, error, error.retryAfterMs);
}

export const Issue = z.looseObject({
  body: z.string().nullish(),
  user: z.looseObject({ login: z.string(), type: z.string().nullish() }).nullish(),
});
/** Whoever may write can run a workflow, and in its name open issues and make check runs. */
const JOBS = "github-actions[bot]";

/**
 * The login of the App's bot that opened this issue; null where a person or a workflow did, whose incidents are none. Of a bot's
 * issue GitHub does not say the App; its check runs do.
 */
export function openerOf({ user }: z.infer<typeof Issue>): string | null {
  return user?.type === "Bot" && user.login !== JOBS ? user.login : null;
}

const CheckRuns = z.looseObject({
  check_runs: z.array(
    z.looseObject({
      app: z.looseObject({ id: z.int(), slug: z.string() }).nullish(),
      output: z.looseObject({ text: z.string().nullish() }),
    }),
  ),
});

/**
 * The page only hints at the commit; what counts is what stands there in a check run of the very App that opened the issue. Another
 * App that an admin installed could have made both: `SENTINEL_APP_ID` says which App it must be.
 */
async function readMemory(
  github: GitHubRequest,
  at: { readonly owner: string; readonly repo: string },
  body: string,
  { number, bot }: { readonly number: number; readonly bot: string },
): Promise<Memory | null> {
  const ref = /<!-- sentinel \d+ \S+ ([0-9a-f]{40}) -->/.exec(body)?.[1];
  if (ref === undefined) return null;
  const { data } = await github("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", {
    ...at,
    ref,
    check_name: CHECK_NAME,
    filter: "all",
    per_page: 100,
  });
  const wanted = process.env.SENTINEL_APP_ID;
  const isOurs = (app: { readonly id: number; readonly slug: string }) =>
    `${app.slug}[bot]` === bot && (!wanted || String(app.id) === wanted);
  const ours = CheckRuns.parse(data).check_runs.filter(({ app }) => app && isOurs(app));
  const memories = ours.map(({ output }) => decodeMemory(output.text ?? null));
  return memories.find((memory) => memory?.incident === number) ?? null;
}

export async function allPages<T>(
  github: GitHubRequest,
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  schema: z.ZodType<T>,
): Promise<readonly T[]> {
  const all: T[] = [];
  for (let page = 1; ; page++) {
    const { data } = await github(route, { ...parameters, per_page: 100, page });
    const items = z.array(schema).parse(data);
    all.push(...items);
    if (items.length < 100) return all;
  }
}
