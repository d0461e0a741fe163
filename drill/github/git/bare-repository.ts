import { copyFile, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { git } from "./process.ts";

/** Makes the bare repositories. It never writes to a repository that is borrowed from. */

/** A new bare repository that borrows the objects of `borrowFrom`, shallow boundary and promises included. */
export async function createBare(dir: string, defaultBranch: string, borrowFrom: string | undefined): Promise<void> {
  await mkdir(dir, { recursive: true });
  await git(dir, ["init", "--quiet", "--bare", `--initial-branch=${defaultBranch}`, dir]);
  const borrowed = borrowFrom === undefined ? "" : await borrow(dir, borrowFrom);
  // Written whole: one process for each setting would be most of a start.
  await writeFile(join(dir, "config"), CONFIG + borrowed);
}

/** Pushes are kept as packs: unpacking would touch the time stamps of borrowed objects that are pushed again. */
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
[transfer]
\tunpackLimit = 1
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
