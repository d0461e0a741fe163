import { basename } from "node:path/posix";
import { readCommit, resolveCommit, writeCommit } from "../git/commits.ts";
import { listTree, type TreeChange, writeBlob, writeTree } from "../git/objects.ts";
import { runGit, ZERO } from "../git/process.ts";
import { changeRef, inOrder } from "../git/ref-changes.ts";
import { listRefs, readRef } from "../git/refs.ts";
import {
  HttpError,
  notFound,
  ok,
  param,
  type Reply,
  type RepoCall,
  type Route,
  repoRoute,
  requiredText,
  textField,
  unprocessable,
} from "../http.ts";
import type { Repository } from "../records.ts";
import type { State } from "../state.ts";
import { base64, personFrom } from "./git-objects.ts";
import { refuseWorkflowChange } from "./git-refs.ts";
import { commitShape, htmlUrl, pathInUrl, repoUrl } from "./shapes.ts";

/** Files by path: reading at any revision, writing one file as one commit on a branch. */

const READ = [{ contents: "read" }] as const;
const WRITE = [{ contents: "write" }] as const;

/** Above one megabyte GitHub gives only the raw form. */
const INLINE_BYTES = 1024 * 1024;

export const contentRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/contents/{path}", READ, getContent),
  repoRoute("PUT /repos/{owner}/{repo}/contents/{path}", WRITE, putContent),
  repoRoute("DELETE /repos/{owner}/{repo}/contents/{path}", WRITE, deleteContent),
];

async function getContent(call: RepoCall, state: State): Promise<Reply> {
  const { repo } = call;
  const path = param(call, "path").replace(/\/+$/, "");
  const ref = call.query.get("ref") ?? repo.defaultBranch;
  const sha = await resolveCommit(repo.gitDir, ref);
  if (sha === null && (await listRefs(repo.gitDir, "refs")).length === 0)
    throw new HttpError(404, "This repository is empty.");
  if (sha === null) throw new HttpError(404, `No commit found for the ref ${ref}`);
  const found = await runGit(repo.gitDir, ["rev-parse", "--verify", "--quiet", `${sha}:${path}`]);
  if (found.code !== 0) throw notFound();
  const object = found.stdout.toString("utf8").trim();
  const entries = await listTree(repo.gitDir, object, false);
  if (entries !== null)
    return ok(entries.map((entry) => entryShape(state, repo, { ...entry, path: `${path}/${entry.path}`, ref })));
  const { code, stdout: bytes } = await runGit(repo.gitDir, ["cat-file", "blob", object]);
  if (code !== 0) throw notFound();
  if (/application\/vnd\.github(\.v3)?\.raw/.test(String(call.headers.accept)))
    return {
      status: 200,
      text: bytes.toString("utf8"),
      headers: { "content-type": "application/vnd.github.raw; charset=utf-8" },
    };
  const inline = bytes.length <= INLINE_BYTES;
  return ok({
    ...entryShape(state, repo, { type: "blob", sha: object, size: bytes.length, path, ref }),
    content: inline ? base64(bytes) : "",
    encoding: inline ? "base64" : "none",
  });
}

type Entry = {
  readonly type: string;
  readonly sha: string;
  readonly size: number | null;
  readonly path: string;
  readonly ref: string;
};

function entryShape(state: State, repo: Repository, { type, sha, size, path, ref }: Entry) {
  const encoded = pathInUrl(path);
  const isFile = type === "blob";
  const url = `${repoUrl(state, repo)}/contents/${encoded}?ref=${encodeURIComponent(ref)}`;
  const gitUrl = `${repoUrl(state, repo)}/git/${isFile ? "blobs" : "trees"}/${sha}`;
  const html = `${htmlUrl(state, repo)}/${isFile ? "blob" : "tree"}/${ref}/${encoded}`;
  return {
    name: basename(path),
    path,
    sha,
    size: size ?? 0,
    url,
    html_url: html,
    git_url: gitUrl,
    download_url: isFile ? `${htmlUrl(state, repo)}/raw/${ref}/${encoded}` : null,
    type: isFile ? "file" : type === "commit" ? "submodule" : "dir",
    _links: { self: url, git: gitUrl, html },
  };
}

async function putContent(call: RepoCall, state: State): Promise<Reply> {
  const content = Buffer.from(requiredText(call.body, "content"), "base64");
  const path = param(call, "path");
  return writeFile(call, state, async (repo, current) => {
    const sha = textField(call.body, "sha");
    if (current !== null && sha === undefined) throw unprocessable(`Invalid request.\n\n"sha" wasn't supplied.`);
    if (sha !== undefined && current !== sha) throw new HttpError(409, `${path} does not match ${sha}`);
    return {
      status: current === null ? 201 : 200,
      change: { path, mode: "100644", sha: await writeBlob(repo.gitDir, content) },
      size: content.length,
    };
  });
}

async function deleteContent(call: RepoCall, state: State): Promise<Reply> {
  const sha = requiredText(call.body, "sha");
  const path = param(call, "path");
  return writeFile(call, state, async (_, current) => {
    if (current === null) throw notFound();
    if (current !== sha) throw new HttpError(409, `${path} does not match ${sha}`);
    return { status: 200, change: { path, mode: "100644", sha: null }, size: 0 };
  });
}

type Write = { readonly status: number; readonly change: TreeChange; readonly size: number };

async function writeFile(
  call: RepoCall,
  state: State,
  decide: (repo: Repository, current: string | null) => Promise<Write>,
): Promise<Reply> {
  const { repo, body, identity } = call;
  const message = requiredText(body, "message");
  const branch = (textField(body, "branch") ?? repo.defaultBranch).replace(/^refs\/heads\//, "");
  const ref = `refs/heads/${branch}`;
  return inOrder(repo, async () => {
    const before = await readRef(repo.gitDir, ref);
    if (before === null && repo.activities.length > 0) throw new HttpError(404, `Branch ${branch} not found`);
    const at = await runGit(repo.gitDir, ["rev-parse", "--verify", "--quiet", `${ref}:${param(call, "path")}`]);
    const { status, change, size } = await decide(repo, at.code === 0 ? at.stdout.toString("utf8").trim() : null);
    const tree = await writeTree(repo.gitDir, before, [change]);
    const author = body.author === undefined ? personFrom(call, state, "committer") : personFrom(call, state, "author");
    const parents = before === null ? [] : [before];
    const after = await writeCommit(repo.gitDir, {
      tree,
      parents,
      message,
      author,
      committer: personFrom(call, state, "committer"),
    });
    if (before !== null) await refuseWorkflowChange(state, repo, identity, before, after);
    await changeRef(state, repo, identity, { ref, before: before ?? ZERO, after, force: false });
    const {
      sha,
      node_id,
      url,
      html_url,
      parents: links,
      commit,
    } = commitShape(state, repo, await readCommit(repo.gitDir, after));
    const { comment_count: _, ...written } = commit;
    const entry = { type: "blob", sha: change.sha ?? "", size, path: change.path, ref: branch };
    return {
      status,
      body: {
        content: change.sha === null ? null : entryShape(state, repo, entry),
        commit: { ...written, sha, node_id, url, html_url, parents: links },
      },
    };
  });
}
