import { git, runGit } from "../git/process.ts";
import type { Repository } from "../records.ts";
import type { State } from "../state.ts";
import { htmlUrl, pathInUrl, repoUrl } from "./shapes.ts";

/** The files a range of commits changed, with their patches where git has the content. */

export const COMPARE_FILES = 300;

/** GitHub leaves the patch of a large diff out. */
const PATCH_BYTES = 100_000;

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

export async function changedFiles(
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
    const encoded = pathInUrl(path);
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

export async function diff(repo: Repository, from: string, to: string): Promise<string | null> {
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
