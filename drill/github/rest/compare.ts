import { log, readCommit, resolveCommit } from "../git/commits.ts";
import { git, lines, runGit } from "../git/process.ts";
import {
  HttpError,
  linkHeader,
  notFound,
  pageOf,
  param,
  type Reply,
  type RepoCall,
  type Route,
  repoRoute,
} from "../http.ts";
import type { State } from "../state.ts";
import { COMPARE_FILES, changedFiles, diff } from "./changed-files.ts";
import { commitShape, htmlUrl, repoUrl } from "./shapes.ts";

/** Comparisons of two revisions, with GitHub's limits. */

const READ = [{ contents: "read" }] as const;

const COMPARE_COMMITS = 250;

export const compareRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/compare/{basehead}", READ, compare),
];

/** Without paging the newest 250 commits; with it all of them, but files on the first page alone, at most 300. */
async function compare(call: RepoCall, state: State): Promise<Reply> {
  const { repo } = call;
  const [baseName = "", headName = ""] = param(call, "basehead").split("...");
  const strip = (name: string) => name.replace(new RegExp(`^${repo.owner.login}:`, "i"), "");
  const base = await resolveCommit(repo.gitDir, strip(baseName));
  const head = await resolveCommit(repo.gitDir, strip(headName));
  if (base === null || head === null) throw notFound();
  const merged = await runGit(repo.gitDir, ["merge-base", base, head]);
  if (merged.code !== 0) throw new HttpError(404, `No common ancestor between ${baseName} and ${headName}.`);
  const mergeBase = merged.stdout.toString("utf8").trim();
  if (String(call.headers.accept).includes(".diff"))
    return { status: 200, text: (await diff(repo, mergeBase, head)) ?? "" };
  const counted = await git(repo.gitDir, ["rev-list", "--count", "--left-right", `${base}...${head}`]);
  const [behind = 0, ahead = 0] = counted.trim().split("\t").map(Number);
  const paged = call.query.has("page") || call.query.has("per_page");
  const { number, size } = paged ? pageOf(call, 30, 100) : { number: 1, size: COMPARE_COMMITS };
  const shas = lines(await git(repo.gitDir, ["rev-list", "--reverse", "--topo-order", `${base}..${head}`]));
  const shown = paged ? shas.slice((number - 1) * size, number * size) : shas.slice(-COMPARE_COMMITS);
  const commits = shown.length === 0 ? [] : await log(repo.gitDir, ["--no-walk=unsorted", ...shown]);
  const files = number === 1 ? await changedFiles(state, repo, mergeBase, head, head) : undefined;
  const urls = `${htmlUrl(state, repo)}/compare/${baseName}...${headName}`;
  return {
    status: 200,
    headers: paged ? linkHeader(call, state, number, Math.max(1, Math.ceil(shas.length / size))) : {},
    body: {
      url: `${repoUrl(state, repo)}/compare/${baseName}...${headName}`,
      html_url: urls,
      permalink_url: `${htmlUrl(state, repo)}/compare/${repo.owner.login}:${base.slice(0, 7)}...${repo.owner.login}:${head.slice(0, 7)}`,
      diff_url: `${urls}.diff`,
      patch_url: `${urls}.patch`,
      base_commit: commitShape(state, repo, await readCommit(repo.gitDir, base)),
      merge_base_commit: commitShape(state, repo, await readCommit(repo.gitDir, mergeBase)),
      status: ahead > 0 && behind > 0 ? "diverged" : ahead > 0 ? "ahead" : behind > 0 ? "behind" : "identical",
      ahead_by: ahead,
      behind_by: behind,
      total_commits: ahead,
      commits: commits.map((commit) => commitShape(state, repo, commit)),
      ...(files === undefined ? {} : { files: files.slice(0, COMPARE_FILES) }),
    },
  };
}
