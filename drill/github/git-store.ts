import { spawn } from "node:child_process";
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

/** Git objects and refs of the bare repositories, by plumbing. It never writes to a repository that is borrowed from. */

export type GitResult = { readonly code: number; readonly stdout: Buffer; readonly stderr: string };
export type GitInput = {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
};

export const ZERO = "0".repeat(40);

export const GIT_ENV: Readonly<Record<string, string>> = {
  PATH: process.env.PATH ?? "",
  HOME: "/nonexistent",
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_NO_LAZY_FETCH: "1",
  // Repositories may belong to another user of the machine, for example in a container.
  GIT_CONFIG_COUNT: "2",
  GIT_CONFIG_KEY_0: "safe.directory",
  GIT_CONFIG_VALUE_0: "*",
  GIT_CONFIG_KEY_1: "gc.auto",
  GIT_CONFIG_VALUE_1: "0",
};

export function runGit(dir: string, args: readonly string[], { input, env }: GitInput = {}): Promise<GitResult> {
  return new Promise((done, fail) => {
    const child = spawn("git", [...args], { cwd: dir, env: { ...GIT_ENV, GIT_DIR: dir, ...env } });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
    child.on("error", fail);
    child.on("close", (code) =>
      done({ code: code ?? -1, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString("utf8") }),
    );
    child.stdin.on("error", () => {});
    child.stdin.end(input ?? "");
  });
}

/** Standard output as text; throws unless git ends well. */
export async function git(dir: string, args: readonly string[], input: GitInput = {}): Promise<string> {
  const { code, stdout, stderr } = await runGit(dir, args, input);
  if (code !== 0) throw new Error(`git ${args.join(" ")} ended with ${code}: ${stderr.trim()}`);
  return stdout.toString("utf8");
}

/** A new bare repository that borrows the objects of `borrowFrom`, shallow boundary and promises included. */
export async function createBare(dir: string, defaultBranch: string, borrowFrom: string | undefined): Promise<void> {
  await mkdir(dir, { recursive: true });
  await git(dir, ["init", "--quiet", "--bare", `--initial-branch=${defaultBranch}`, dir]);
  const borrowed = borrowFrom === undefined ? "" : await borrow(dir, borrowFrom);
  // Written whole: one process for each setting would be most of a start.
  await writeFile(join(dir, "config"), CONFIG + borrowed);
}

const CONFIG = `[core]
\trepositoryformatversion = 1
\tbare = true
\tlogAllRefUpdates = false
[http]
\treceivepack = true
[uploadpack]
\tallowFilter = true
\tallowAnySHA1InWant = true
[receive]
\tautogc = false
`;

async function borrow(dir: string, from: string): Promise<string> {
  const source = await commonGitDir(from);
  await writeFile(join(dir, "objects/info/alternates"), `${join(source, "objects")}\n`);
  if (await exists(join(source, "shallow"))) await copyFile(join(source, "shallow"), join(dir, "shallow"));
  const packs = await readdir(join(source, "objects/pack")).catch(() => []);
  if (!packs.some((name) => name.endsWith(".promisor"))) return "";
  // Objects missing from the source are promised by nobody who could be asked: git then knows that they may be absent.
  return `[extensions]
\tpartialClone = origin
[remote "origin"]
\turl = /nonexistent
\tpromisor = true
`;
}

/** Of a bare repository, a checkout, a worktree or a `.git` file: the directory that holds `objects`. */
async function commonGitDir(path: string): Promise<string> {
  const inside = join(path, ".git");
  if (await exists(inside)) return commonGitDir(inside);
  if ((await stat(path)).isFile()) {
    const target = /^gitdir: (.+)$/m.exec(await readFile(path, "utf8"))?.[1];
    if (target === undefined) throw new Error(`${path} is not a git directory`);
    return commonGitDir(resolve(path, "..", target));
  }
  const common = await readFile(join(path, "commondir"), "utf8").catch(() => null);
  return common === null ? resolve(path) : resolve(path, common.trim());
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Commits never change, so what was read once is kept; many answers show the same few. */
const commits = new Map<string, CommitRecord>();

export async function resolveCommit(dir: string, revision: string): Promise<string | null> {
  if (revision === "" || revision.startsWith("-")) return null;
  if (commits.has(`${dir} ${revision}`)) return revision;
  const { code, stdout } = await runGit(dir, ["rev-parse", "--verify", "--quiet", `${revision}^{commit}`]);
  return code === 0 ? stdout.toString("utf8").trim() : null;
}

/** The sha a full ref names; null when there is no such ref. */
export async function readRef(dir: string, ref: string): Promise<string | null> {
  const { code, stdout } = await runGit(dir, ["rev-parse", "--verify", "--quiet", ref]);
  return code === 0 ? stdout.toString("utf8").trim() : null;
}

export async function listRefs(dir: string, prefix: string): Promise<{ ref: string; sha: string; type: string }[]> {
  const text = await git(dir, ["for-each-ref", "--format=%(objectname) %(objecttype) %(refname)", prefix]);
  return lines(text).map((line) => {
    const [sha = "", type = "", ref = ""] = line.split(" ");
    return { ref, sha, type };
  });
}

/** Moves a ref only if it still stands at `before` (ZERO: does not exist). False when it moved meanwhile. */
export async function moveRef(dir: string, ref: string, after: string, before: string): Promise<boolean> {
  const args = after === ZERO ? ["update-ref", "-d", ref, before] : ["update-ref", ref, after, before];
  return (await runGit(dir, args)).code === 0;
}

export async function isAncestor(dir: string, ancestor: string, of: string, env = {}): Promise<boolean> {
  return (await runGit(dir, ["merge-base", "--is-ancestor", ancestor, of], { env })).code === 0;
}

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

export async function objectType(dir: string, sha: string): Promise<string | null> {
  const { code, stdout } = await runGit(dir, ["cat-file", "-t", sha]);
  return code === 0 ? stdout.toString("utf8").trim() : null;
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

export type Person = { readonly name: string; readonly email: string; readonly date: string };

export async function writeCommit(
  dir: string,
  commit: {
    readonly tree: string;
    readonly parents: readonly string[];
    readonly message: string;
    readonly author: Person;
    readonly committer: Person;
  },
): Promise<string> {
  const { tree, parents, message, author, committer } = commit;
  const env = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: author.date,
    GIT_COMMITTER_NAME: committer.name,
    GIT_COMMITTER_EMAIL: committer.email,
    GIT_COMMITTER_DATE: committer.date,
  };
  const args = ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent]), "-F", "-"];
  return (await git(dir, args, { env, input: message })).trim();
}

export type CommitRecord = {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly message: string;
};

const FORMAT = "%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B%x00%x01";

/** Commits as `git log <args>` lists them. */
export async function log(dir: string, args: readonly string[]): Promise<readonly CommitRecord[]> {
  const text = await git(dir, ["log", `--format=tformat:${FORMAT}`, ...args]);
  return text
    .split("\x01\n")
    .filter((record) => record !== "")
    .map((record) => {
      const [sha = "", tree = "", parents = "", an = "", ae = "", ad = "", cn = "", ce = "", cd = "", body = ""] =
        record.split("\0");
      return {
        sha,
        tree,
        parents: parents.split(" ").filter(Boolean),
        author: { name: an, email: ae, date: zulu(ad) },
        committer: { name: cn, email: ce, date: zulu(cd) },
        message: body.trimEnd(),
      };
    });
}

export async function readCommit(dir: string, sha: string): Promise<CommitRecord> {
  const known = commits.get(`${dir} ${sha}`);
  if (known) return known;
  const [commit] = await log(dir, ["-1", "--no-walk=unsorted", sha]);
  if (!commit) throw new Error(`invariant: no commit ${sha}`);
  commits.set(`${dir} ${sha}`, commit);
  return commit;
}

/** One commit of whole files on top of a branch, in one process. Returns its sha. */
export async function importCommit(
  dir: string,
  commit: {
    readonly ref: string;
    readonly parent: string | null;
    readonly files: Readonly<Record<string, string>>;
    readonly message: string;
    readonly author: Person;
  },
): Promise<string> {
  const { ref, parent, files, message, author } = commit;
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const who = `${author.name} <${author.email}> ${Math.floor(Date.parse(author.date) / 1000)} +0000`;
  const changes = Object.entries(files).map(
    ([path, text]) => `M ${text.startsWith("#!") ? "100755" : "100644"} inline ${JSON.stringify(path)}\n${data(text)}`,
  );
  const from = parent === null ? "" : `from ${parent}\n`;
  const stream = `commit ${ref}\nmark :1\nauthor ${who}\ncommitter ${who}\n${data(message)}${from}${changes.join("")}\nget-mark :1\n`;
  return (await git(dir, ["fast-import", "--quiet"], { input: stream })).trim();
}

function zulu(date: string): string {
  return new Date(date).toISOString().replace(".000Z", "Z");
}

export function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
