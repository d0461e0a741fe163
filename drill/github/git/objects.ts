import { join } from "node:path";
import { git, runGit, ZERO } from "./process.ts";

/** Blobs and trees. */

export async function readBlob(dir: string, sha: string): Promise<Buffer | null> {
  const { code, stdout } = await runGit(dir, ["cat-file", "blob", sha]);
  return code === 0 ? stdout : null;
}

/** The text of a file at a revision; null when it is not there. */
export async function readFileAt(dir: string, revision: string, path: string): Promise<string | null> {
  const { code, stdout } = await runGit(dir, ["cat-file", "blob", `${revision}:${path}`]);
  return code === 0 ? stdout.toString("utf8") : null;
}

export async function writeBlob(dir: string, content: string | Buffer): Promise<string> {
  return (await git(dir, ["hash-object", "-w", "--stdin"], { input: content })).trim();
}

/** An object keeps its type for ever, so it is asked for once. */
const types = new Map<string, string>();

/** `commit`, `tree`, `blob` or `tag`; null when the repository lacks the object. */
export async function objectType(dir: string, sha: string): Promise<string | null> {
  const known = types.get(`${dir} ${sha}`);
  if (known !== undefined) return known;
  const { code, stdout } = await runGit(dir, ["cat-file", "-t", sha]);
  if (code !== 0) return null;
  const type = stdout.toString("utf8").trim();
  types.set(`${dir} ${sha}`, type);
  return type;
}

export type TreeEntry = {
  readonly mode: string;
  readonly type: string;
  readonly sha: string;
  readonly size: number | null;
  readonly path: string;
};

export async function listTree(dir: string, tree: string, recursive: boolean): Promise<readonly TreeEntry[] | null> {
  const base = ["ls-tree", "-z", ...(recursive ? ["-r", "-t"] : [])];
  // Sizes need every blob; a source that lacks some still has its names.
  const sized = await runGit(dir, [...base, "--long", tree]);
  const result = sized.code === 0 ? sized : await runGit(dir, [...base, tree]);
  if (result.code !== 0) return null;
  return result.stdout
    .toString("utf8")
    .split("\0")
    .filter(Boolean)
    .map((line) => {
      const [info = "", path = ""] = line.split("\t", 2);
      const [mode = "", type = "", sha = "", size] = info.split(/\s+/);
      return { mode, type, sha, size: size === undefined || size === "-" ? null : Number(size), path };
    });
}

export type TreeChange = { readonly path: string; readonly mode: string; readonly sha: string | null };

/** A tree made of `base` (null: empty) with entries put in or (sha null) taken out, through a throw-away index. */
export async function writeTree(dir: string, base: string | null, changes: readonly TreeChange[]): Promise<string> {
  const index = join(dir, `index-${process.hrtime.bigint()}`);
  const env = { GIT_INDEX_FILE: index };
  await git(dir, base === null ? ["read-tree", "--empty"] : ["read-tree", base], { env });
  const info = changes.map(({ path, mode, sha }) =>
    sha === null ? `0 ${ZERO}\t${path}\0` : `${mode} ${sha}\t${path}\0`,
  );
  await git(dir, ["update-index", "-z", "--replace", "--index-info"], { env, input: info.join("") });
  const tree = (await git(dir, ["write-tree", "--missing-ok"], { env })).trim();
  await import("node:fs/promises").then(({ rm }) => rm(index, { force: true }));
  return tree;
}
