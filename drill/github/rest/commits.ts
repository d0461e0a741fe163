import { log, readCommit, resolveCommit } from "../git/commits.ts";
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
import { commitShape } from "./shapes.ts";

/** Commits, read from git. */

const READ = [{ contents: "read" }] as const;

export const commitRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/commits", READ, listCommits),
  repoRoute("GET /repos/{owner}/{repo}/commits/{ref}", READ, getCommit),
];

async function listCommits(call: RepoCall, state: State): Promise<Reply> {
  const { repo, query } = call;
  const start = query.get("sha") ?? repo.defaultBranch;
  const sha = await resolveCommit(repo.gitDir, start);
  if (sha === null) throw notFound();
  const { number, size } = pageOf(call);
  const path = query.get("path");
  const since = query.get("since");
  const until = query.get("until");
  const author = query.get("author");
  const args = [
    `--skip=${(number - 1) * size}`,
    // One more than asked tells whether there is a next page.
    `--max-count=${size + 1}`,
    ...(since === null ? [] : [`--since=${since}`]),
    ...(until === null ? [] : [`--until=${until}`]),
    ...(author === null ? [] : [`--author=${author}`]),
    sha,
    "--",
    ...(path === null ? [] : [`:(literal)${path}`]),
  ];
  const found = await log(repo.gitDir, args);
  return {
    status: 200,
    body: found.slice(0, size).map((commit) => commitShape(state, repo, commit)),
    headers: linkHeader(call, state, number, found.length > size ? number + 1 : number),
  };
}

async function getCommit(call: RepoCall, state: State): Promise<Reply> {
  const { repo } = call;
  const sha = await resolveCommit(repo.gitDir, param(call, "ref"));
  if (sha === null) throw new HttpError(422, `No commit found for SHA: ${param(call, "ref")}`);
  const accept = String(call.headers.accept);
  if (accept.includes(".sha")) return { status: 200, text: sha };
  const commit = await readCommit(repo.gitDir, sha);
  const parent = commit.parents[0] ?? EMPTY_TREE;
  if (accept.includes(".diff")) return { status: 200, text: (await diff(repo, parent, sha)) ?? "" };
  const files = await changedFiles(state, repo, parent, sha, sha);
  const { number, size } = pageOf(call, COMPARE_FILES, COMPARE_FILES);
  const sum = (count: "additions" | "deletions") => files.reduce((total, file) => total + file[count], 0);
  return {
    status: 200,
    headers: linkHeader(call, state, number, Math.max(1, Math.ceil(files.length / size))),
    body: {
      ...commitShape(state, repo, commit),
      stats: { total: sum("additions") + sum("deletions"), additions: sum("additions"), deletions: sum("deletions") },
      files: files.slice((number - 1) * size, number * size),
    },
  };
}

const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
