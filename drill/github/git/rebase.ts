import { log, type Person, writeCommit } from "./commits.ts";
import { runGit } from "./process.ts";

/** The commits of a head that its base lacks, put on top of the base one after the other, without a work tree. */

type Rebase = { readonly base: string; readonly head: string; readonly committer: Person };

/** The last of the new commits, or null where one does not fit. Authors and messages stay; merges are left out, as git does. */
export async function rebased(dir: string, { base, head, committer }: Rebase): Promise<string | null> {
  const commits = await log(dir, ["--reverse", "--topo-order", "--no-merges", `${base}..${head}`]);
  let on = base;
  for (const { sha, parents, message, author } of commits) {
    const tree = await mergedTree(dir, { before: parents[0] ?? base, change: sha, on });
    if (tree === null) return null;
    on = await writeCommit(dir, { tree, parents: [on], message, author, committer });
  }
  return on;
}

/** `merge-tree` takes a base of one's own only since git 2.40; throw-away commits on a common parent do the same before. */
async function mergedTree(
  dir: string,
  { before, change, on }: { readonly before: string; readonly change: string; readonly on: string },
): Promise<string | null> {
  const scratch = (of: string, parents: readonly string[]) =>
    writeCommit(dir, { tree: `${of}^{tree}`, parents, message: "scratch", author: NOBODY, committer: NOBODY });
  const common = await scratch(before, []);
  const sides = [await scratch(on, [common]), await scratch(change, [common])];
  const { code, stdout } = await runGit(dir, ["merge-tree", "--write-tree", ...sides]);
  return code === 0 ? (stdout.toString("utf8").split("\n")[0] ?? null) : null;
}

const NOBODY: Person = { name: "scratch", email: "scratch@invalid", date: "@1 +0000" };
