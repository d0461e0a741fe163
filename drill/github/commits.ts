import { git, lines, listRefs, log, readCommit, readRef, resolveCommit, runGit } from "./git-store.ts";
import {
  type Call,
  HttpError,
  linkHeader,
  notFound,
  ok,
  page,
  pageOf,
  param,
  type Reply,
  type RepoCall,
  type Route,
  repoRoute,
} from "./http.ts";
import { rulesetsFor } from "./rules.ts";
import { commitShape, htmlUrl, nodeId, repoUrl, userShape } from "./shapes.ts";
import type { Activity, Repository, State } from "./state.ts";

/** Commits, comparisons, branches and the repository's activity, read from git with GitHub's limits. */

const READ = [{ contents: "read" }] as const;
export const COMPARE_COMMITS = 250;
export const COMPARE_FILES = 300;
/** GitHub leaves the patch of a large diff out. */
const PATCH_BYTES = 100_000;

export const activityRoutes: readonly Route[] = [repoRoute("GET /repos/{owner}/{repo}/activity", READ, listActivity)];

export const branchRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/branches", READ, async (call, state) => {
    const branches = await listRefs(call.repo.gitDir, "refs/heads");
    return page(call, state, branches, ({ ref, sha }) => ({
      name: ref.slice("refs/heads/".length),
      commit: { sha, url: `${repoUrl(state, call.repo)}/commits/${sha}` },
      protected: isProtected(call.repo, ref),
    }));
  }),
  repoRoute("GET /repos/{owner}/{repo}/branches/{branch}", READ, getBranch),
  repoRoute("GET /repos/{owner}/{repo}/commits/{commit_sha}/branches-where-head", READ, async (call, state) => {
    const branches = (await listRefs(call.repo.gitDir, "refs/heads")).filter(
      ({ sha }) => sha === param(call, "commit_sha"),
    );
    return page(call, state, branches, ({ ref, sha }) => ({
      name: ref.slice("refs/heads/".length),
      commit: { sha, url: `${repoUrl(state, call.repo)}/commits/${sha}` },
      protected: isProtected(call.repo, ref),
    }));
  }),
];

export const compareRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/compare/{basehead}", READ, compare),
];

export const commitRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/commits", READ, listCommits),
  repoRoute("GET /repos/{owner}/{repo}/commits/{ref}", READ, getCommit),
];

const isProtected = (repo: Repository, ref: string) =>
  rulesetsFor(repo, ref).some(({ enforcement, rules }) => enforcement === "active" && rules.length > 0);

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

type FileChange = {
  readonly sha: string | null;
  readonly filename: string;
  readonly status: string;
  readonly additions: number;
  readonly deletions: number;
  readonly changes: number;
  readonly previous_filename?: string;
  readonly patch?: string;
};

const STATUS: Readonly<Record<string, string>> = {
  A: "added",
  D: "removed",
  M: "modified",
  R: "renamed",
  C: "copied",
  T: "changed",
};

async function changedFiles(
  state: State,
  repo: Repository,
  from: string,
  to: string,
  at: string,
): Promise<readonly FileChange[]> {
  const raw = await rawChanges(repo, from, to);
  const patches = patchesOf((await diff(repo, from, to)) ?? "");
  return raw.map(({ letter, oldPath, path, sha }, i) => {
    const patch = patches[i];
    const body = patch === undefined || patch.length > PATCH_BYTES ? undefined : patch;
    const count = (sign: string) => patch?.split("\n").filter((line) => line.startsWith(sign)).length ?? 0;
    const encoded = path.split("/").map(encodeURIComponent).join("/");
    return {
      sha,
      filename: path,
      status: STATUS[letter] ?? "changed",
      additions: count("+"),
      deletions: count("-"),
      changes: count("+") + count("-"),
      blob_url: `${htmlUrl(state, repo)}/blob/${at}/${encoded}`,
      raw_url: `${htmlUrl(state, repo)}/raw/${at}/${encoded}`,
      contents_url: `${repoUrl(state, repo)}/contents/${encoded}?ref=${at}`,
      ...(oldPath === undefined ? {} : { previous_filename: oldPath }),
      ...(body === undefined || body === "" ? {} : { patch: body }),
    };
  });
}

async function rawChanges(repo: Repository, from: string, to: string) {
  const args = (flags: readonly string[]) => ["diff-tree", "-r", "-z", "--raw", "--no-abbrev", ...flags, from, to];
  // Renames are found by content; where blobs are missing they show as removed and added.
  const withRenames = await runGit(repo.gitDir, args(["-M"]));
  const text =
    withRenames.code === 0 ? withRenames.stdout.toString("utf8") : await git(repo.gitDir, args(["--no-renames"]));
  const fields = text.split("\0");
  const changes: { letter: string; oldPath: string | undefined; path: string; sha: string | null }[] = [];
  for (let i = 0; i < fields.length - 1; ) {
    const [, , oldSha = "", sha = "", status = ""] = (fields[i] ?? "").split(" ");
    const letter = status.charAt(0);
    const two = letter === "R" || letter === "C";
    const path = fields[i + (two ? 2 : 1)] ?? "";
    changes.push({ letter, oldPath: two ? fields[i + 1] : undefined, path, sha: letter === "D" ? oldSha : sha });
    i += two ? 3 : 2;
  }
  return changes;
}

async function diff(repo: Repository, from: string, to: string): Promise<string | null> {
  const { code, stdout } = await runGit(repo.gitDir, [
    "diff-tree",
    "-r",
    "-p",
    "-M",
    "--no-color",
    "--no-ext-diff",
    from,
    to,
  ]);
  return code === 0 ? stdout.toString("utf8") : null;
}

/** The hunks of each file, in the order of the raw diff; empty for a binary file or a pure rename. */
function patchesOf(text: string): readonly string[] {
  return text
    .split(/^diff --git /m)
    .slice(1)
    .map((part) => {
      const at = part.search(/^@@ /m);
      return at < 0 ? "" : part.slice(at).replace(/\n$/, "");
    });
}

async function getBranch(call: RepoCall, state: State): Promise<Reply> {
  const { repo } = call;
  const name = param(call, "branch");
  const sha = await readRef(repo.gitDir, `refs/heads/${name}`);
  if (sha === null) throw new HttpError(404, "Branch not found");
  const url = `${repoUrl(state, repo)}/branches/${name}`;
  const isHeld = isProtected(repo, `refs/heads/${name}`);
  return ok({
    name,
    commit: commitShape(state, repo, await readCommit(repo.gitDir, sha)),
    _links: { self: url, html: `${htmlUrl(state, repo)}/tree/${name}` },
    protected: isHeld,
    protection: { enabled: false, required_status_checks: { enforcement_level: "off", contexts: [], checks: [] } },
    protection_url: `${url}/protection`,
  });
}

function listActivity(call: RepoCall, state: State): Reply {
  const { query, repo } = call;
  const ref = query.get("ref");
  const type = query.get("activity_type");
  const actor = query.get("actor");
  const before = query.get("before");
  const after = query.get("after");
  const all = repo.activities
    .filter((entry) => ref === null || entry.ref === ref || entry.ref === `refs/heads/${ref}`)
    .filter((entry) => type === null || entry.type === type)
    .filter((entry) => actor === null || entry.actor.login === actor)
    .filter(({ id }) => after === null || id < Number(after))
    .filter(({ id }) => before === null || id > Number(before));
  if (query.get("direction") === "asc") all.reverse();
  const { size } = pageOf(call);
  const shown = all.slice(0, size);
  return {
    status: 200,
    body: shown.map((entry) => activityShape(state, entry)),
    headers: nextActivity(call, state, shown, all.length),
  };
}

/** Activity is paged by cursor, not by number. */
function nextActivity(call: Call, state: State, shown: readonly Activity[], total: number): Record<string, string> {
  const last = shown.at(-1);
  if (!last || shown.length === total) return {};
  const next = new URL(`${state.url}${call.url.pathname}${call.url.search}`);
  next.searchParams.set("after", String(last.id));
  return { link: `<${next.href}>; rel="next"` };
}

function activityShape(state: State, entry: Activity) {
  const { id, before, after, ref, timestamp, type, actor } = entry;
  return {
    id,
    node_id: nodeId("Activity", id),
    before,
    after,
    ref,
    timestamp,
    activity_type: type,
    actor: userShape(state, actor),
  };
}
