import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { git, lines, runGit, ZERO } from "./process.ts";

/** Refs as they stand, and moving one from where it was seen. */

/**
 * The sha a full ref names; null when there is no such ref. Read from the files as git does, loose before packed: a process
 * for each look would be most of the time of an answer.
 */
export async function readRef(dir: string, ref: string): Promise<string | null> {
  if (!/^refs\/[^\0]+$/.test(ref) || ref.split("/").includes("..")) return null;
  const loose = await readFile(join(dir, ref), "utf8").catch(() => null);
  if (loose !== null && SHA.test(loose.trim())) return loose.trim();
  const packed = await readFile(join(dir, "packed-refs"), "utf8").catch(() => "");
  return (
    lines(packed)
      .find((line) => line.slice(41) === ref)
      ?.slice(0, 40) ?? null
  );
}

const SHA = /^[0-9a-f]{40}$/;

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
