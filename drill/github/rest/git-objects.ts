import { actorOf } from "../auth/identity.ts";
import { type Person, readCommit, writeCommit } from "../git/commits.ts";
import { listTree, objectType, readBlob, type TreeChange, writeBlob, writeTree } from "../git/objects.ts";
import { runGit } from "../git/process.ts";
import {
  type Call,
  created,
  HttpError,
  isRecord,
  notFound,
  objectField,
  ok,
  param,
  type RepoCall,
  type Route,
  repoRoute,
  requiredText,
  textField,
  textList,
  unprocessable,
} from "../http.ts";
import type { Repository } from "../records.ts";
import { isoNow, type State } from "../state.ts";
import { htmlUrl, nodeId, repoUrl, UNSIGNED } from "./shapes.ts";

/** Git's own objects over REST, in the same bare repository that git pushes to. */

const READ = [{ contents: "read" }] as const;
const WRITE = [{ contents: "write" }] as const;

const SHA = /^[0-9a-f]{40}$/;

export const objectRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", READ, async (call, state) => {
    const sha = await existing(call.repo, param(call, "commit_sha"), "commit");
    return ok(await gitCommitShape(state, call.repo, sha));
  }),
  repoRoute("POST /repos/{owner}/{repo}/git/commits", WRITE, createCommit),
  repoRoute("GET /repos/{owner}/{repo}/git/trees/{tree_sha}", READ, getTree),
  repoRoute("POST /repos/{owner}/{repo}/git/trees", WRITE, createTree),
  repoRoute("GET /repos/{owner}/{repo}/git/blobs/{file_sha}", READ, async (call, state) => {
    const sha = await existing(call.repo, param(call, "file_sha"), "blob");
    const bytes = await readBlob(call.repo.gitDir, sha);
    if (bytes === null) throw notFound();
    if (/application\/vnd\.github(\.v3)?\.raw/.test(String(call.headers.accept)))
      return { status: 200, text: bytes.toString("utf8") };
    return ok({
      sha,
      node_id: nodeId("Blob", sha),
      size: bytes.length,
      url: `${repoUrl(state, call.repo)}/git/blobs/${sha}`,
      content: base64(bytes),
      encoding: "base64",
    });
  }),
  repoRoute("POST /repos/{owner}/{repo}/git/blobs", WRITE, async (call, state) => {
    const encoding = textField(call.body, "encoding") ?? "utf-8";
    const sha = await writeBlob(
      call.repo.gitDir,
      Buffer.from(requiredText(call.body, "content"), encoding === "base64" ? "base64" : "utf8"),
    );
    return created({ sha, url: `${repoUrl(state, call.repo)}/git/blobs/${sha}` });
  }),
];

/** GitHub breaks base64 into lines of sixty. */
export function base64(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll(/.{1,60}/g, "$&\n");
}

async function existing(repo: Repository, sha: string, type: string): Promise<string> {
  if (!SHA.test(sha) || (await objectType(repo.gitDir, sha)) !== type) throw notFound();
  return sha;
}

async function createCommit(call: RepoCall, state: State) {
  const { repo, body } = call;
  const tree = requiredText(body, "tree");
  if (!SHA.test(tree) || (await objectType(repo.gitDir, tree)) !== "tree")
    throw unprocessable("Tree SHA does not exist");
  const parents = textList(body, "parents") ?? [];
  for (const parent of parents)
    if (!SHA.test(parent) || (await objectType(repo.gitDir, parent)) !== "commit")
      throw unprocessable("Parent SHA does not exist or is not a commit object");
  if (body.signature !== undefined) throw new HttpError(501, "Not implemented by the stand-in: signed commits");
  const author = personFrom(call, state, "author");
  const committer = body.committer === undefined ? author : personFrom(call, state, "committer");
  const sha = await writeCommit(repo.gitDir, {
    tree,
    parents,
    message: requiredText(body, "message"),
    author,
    committer,
  });
  return created(await gitCommitShape(state, repo, sha));
}

export function personFrom(call: Call, state: State, field: string): Person {
  const given = objectField(call.body, field);
  const actor = actorOf(call.identity, state);
  return {
    name: (given && textField(given, "name")) ?? actor.name ?? actor.login,
    email: (given && textField(given, "email")) ?? actor.email ?? `${actor.id}+${actor.login}@users.noreply.github.com`,
    date: (given && textField(given, "date")) ?? isoNow(state),
  };
}

async function getTree(call: RepoCall, state: State) {
  const { repo } = call;
  const name = param(call, "tree_sha");
  const { code, stdout } = await runGit(repo.gitDir, ["rev-parse", "--verify", "--quiet", `${name}^{tree}`]);
  if (name.startsWith("-") || code !== 0) throw notFound();
  const recursive = call.query.has("recursive");
  const entries = await listTree(repo.gitDir, stdout.toString("utf8").trim(), recursive);
  if (entries === null) throw notFound();
  const truncated = entries.length > MAX_TREE;
  return ok(treeShape(state, repo, stdout.toString("utf8").trim(), entries.slice(0, MAX_TREE), truncated));
}

const MAX_TREE = 100_000;

function treeShape(
  state: State,
  repo: Repository,
  sha: string,
  entries: NonNullable<Awaited<ReturnType<typeof listTree>>>,
  truncated: boolean,
) {
  return {
    sha,
    url: `${repoUrl(state, repo)}/git/trees/${sha}`,
    tree: entries.map(({ path, mode, type, sha: entry, size }) => ({
      path,
      mode,
      type,
      sha: entry,
      ...(size === null ? {} : { size }),
      ...(type === "commit" ? {} : { url: `${repoUrl(state, repo)}/git/${type}s/${entry}` }),
    })),
    truncated,
  };
}

async function createTree(call: RepoCall, state: State) {
  const { repo, body } = call;
  if (!Array.isArray(body.tree)) throw unprocessable("Invalid tree info");
  const base = textField(body, "base_tree") ?? null;
  const { code } = base === null ? { code: 0 } : await runGit(repo.gitDir, ["cat-file", "-e", `${base}^{tree}`]);
  if (code !== 0) throw notFound();
  const changes: TreeChange[] = [];
  for (const entry of body.tree as readonly unknown[]) {
    if (!isRecord(entry)) throw unprocessable("Invalid tree info");
    const content = textField(entry, "content");
    const sha = content === undefined ? (textField(entry, "sha") ?? null) : await writeBlob(repo.gitDir, content);
    const mode = requiredText(entry, "mode");
    if (!["100644", "100755", "040000", "160000", "120000"].includes(mode)) throw unprocessable("tree.mode is invalid");
    if (mode === "040000") throw new HttpError(501, "Not implemented by the stand-in: subtrees in a new tree");
    if (sha !== null && mode !== "160000" && (await objectType(repo.gitDir, sha)) === null)
      throw unprocessable(`tree.sha ${sha} is not a valid blob`);
    changes.push({ path: requiredText(entry, "path"), mode, sha });
  }
  const tree = await writeTree(repo.gitDir, base, changes);
  return created(treeShape(state, repo, tree, (await listTree(repo.gitDir, tree, false)) ?? [], false));
}

async function gitCommitShape(state: State, repo: Repository, sha: string) {
  const commit = await readCommit(repo.gitDir, sha);
  return {
    sha,
    node_id: nodeId("Commit", sha),
    url: `${repoUrl(state, repo)}/git/commits/${sha}`,
    html_url: `${htmlUrl(state, repo)}/commit/${sha}`,
    author: commit.author,
    committer: commit.committer,
    tree: { sha: commit.tree, url: `${repoUrl(state, repo)}/git/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((parent) => ({
      sha: parent,
      url: `${repoUrl(state, repo)}/git/commits/${parent}`,
      html_url: `${htmlUrl(state, repo)}/commit/${parent}`,
    })),
    verification: UNSIGNED,
  };
}
