import type { Sha } from "../kernel/sha.ts";
import type { CommitRecord, History } from "./history.ts";
import { fetchObjects, type Plumbing } from "./plumbing.ts";

export type Inverse =
  | { readonly kind: "conflict"; readonly detail: string }
  | {
      readonly kind: "clean";
      readonly tree: Sha;
      readonly target: {
        readonly tree: Sha;
        readonly undoes: readonly Sha[];
        readonly undone: readonly CommitRecord[];
      };
    };

/**
 * The head's tree without the changes of `suspects`, newest first: for each a three-way merge in memory, with the commit as
 * base, the head as ours and the commit's first parent as theirs (so a merge is undone along its mainline).
 */
export async function inverseTree(git: Plumbing, history: History, suspects: readonly Sha[]): Promise<Inverse> {
  const chosen = history.firstParent.filter(({ sha }) => suspects.includes(sha));
  const strangers = suspects.filter((sha) => !chosen.some((commit) => commit.sha === sha));
  if (strangers.length > 0 || chosen.length === 0)
    return {
      kind: "conflict",
      detail: `not first-parent commits of the range: ${strangers.join(", ") || "none named"}`,
    };
  const steps = chosen.map((commit) => ({ commit, before: parentTree(history, commit) }));
  await fetchObjects(git, [history.head.tree, ...steps.flatMap(({ commit, before }) => [commit.tree, before])]);
  let tree = history.head.tree;
  for (const { commit, before } of steps) {
    await fetchObjects(git, await filesToMerge(git, { base: commit.tree, ours: tree, theirs: before }));
    const merged = await mergeTrees(git, { base: commit.tree, ours: tree, theirs: before });
    if (merged.kind === "conflict") return { kind: "conflict", detail: `${commit.sha}: ${merged.detail}` };
    tree = merged.tree;
  }
  const undoes = chosen.map(({ sha }) => sha);
  return { kind: "clean", tree, target: { tree, undoes, undone: withMerged(history, chosen) } };
}

/** Every file that the merge may have to look into; fetched together, or git would ask for them one by one. */
async function filesToMerge(git: Plumbing, { base, ours, theirs }: Trees): Promise<readonly string[]> {
  const undone = await rawDiff(git, base, theirs);
  const paths = new Set(undone.map(({ path }) => path));
  const kept = (await rawDiff(git, base, ours)).filter(({ path }) => paths.has(path));
  return [...undone, ...kept].flatMap(({ blobs }) => blobs);
}

async function rawDiff(
  git: Plumbing,
  from: Sha,
  to: Sha,
): Promise<readonly { path: string; blobs: readonly string[] }[]> {
  const fields = (await git.run(["diff-tree", "-r", "-z", "--no-renames", from, to])).split("\0");
  const pairs = Array.from({ length: Math.floor(fields.length / 2) }, (_, i) => fields.slice(2 * i, 2 * i + 2));
  return pairs.map(([header = "", path = ""]) => {
    const [oldMode, newMode, before = NOTHING, after = NOTHING] = header.slice(1).split(" ");
    const blobs = [oldMode === SUBMODULE ? NOTHING : before, newMode === SUBMODULE ? NOTHING : after];
    return { path, blobs: blobs.filter((blob) => blob !== NOTHING) };
  });
}

const SUBMODULE = "160000";
const NOTHING = "0".repeat(40);

type Trees = { readonly base: Sha; readonly ours: Sha; readonly theirs: Sha };

type Merged = { readonly kind: "merged"; readonly tree: Sha } | { readonly kind: "conflict"; readonly detail: string };

/** `merge-tree` with a base of one's own needs git 2.40; two throw-away commits on a common parent do the same before. */
async function mergeTrees(git: Plumbing, trees: Trees): Promise<Merged> {
  const base = await throwAway(git, trees.base, null);
  const ours = await throwAway(git, trees.ours, base);
  const theirs = await throwAway(git, trees.theirs, base);
  const out = await git.run(["merge-tree", "--write-tree", "--name-only", "-z", "--no-messages", ours, theirs], {
    okCodes: [0, 1],
  });
  const [tree = "", ...conflicts] = out.split("\0").filter((field) => field !== "");
  return conflicts.length === 0
    ? { kind: "merged", tree: tree.trim() }
    : { kind: "conflict", detail: `conflicts in ${[...new Set(conflicts)].slice(0, 10).join(", ")}` };
}

const NOBODY = {
  GIT_AUTHOR_NAME: "sentinel",
  GIT_AUTHOR_EMAIL: "sentinel@invalid",
  GIT_AUTHOR_DATE: "@1 +0000",
  GIT_COMMITTER_NAME: "sentinel",
  GIT_COMMITTER_EMAIL: "sentinel@invalid",
  GIT_COMMITTER_DATE: "@1 +0000",
};

async function throwAway(git: Plumbing, tree: Sha, parent: Sha | null): Promise<Sha> {
  const out = await git.run(["commit-tree", tree, ...(parent === null ? [] : ["-p", parent]), "-m", "scratch"], {
    env: NOBODY,
  });
  return out.trim();
}

function parentTree(history: History, commit: CommitRecord): Sha {
  const parent = commit.parents[0];
  const record = [...history.all, history.good].find(({ sha }) => sha === parent);
  if (record === undefined) throw new Error(`invariant: the first parent of ${commit.sha} was not read`);
  return record.tree;
}

/** A merge undone takes with it everything it brought in that the mainline before it did not have. */
function withMerged(history: History, chosen: readonly CommitRecord[]): readonly CommitRecord[] {
  const bySha = new Map(history.all.map((record) => [record.sha, record]));
  const mainline = new Set(history.firstParent.map(({ sha }) => sha));
  const undone = new Map(chosen.map((record) => [record.sha, record]));
  const open = chosen.flatMap(({ parents }) => parents.slice(1));
  for (let sha = open.pop(); sha !== undefined; sha = open.pop()) {
    const record = bySha.get(sha);
    if (!record || undone.has(sha) || mainline.has(sha)) continue;
    undone.set(sha, record);
    open.push(...record.parents);
  }
  return [...undone.values()];
}
