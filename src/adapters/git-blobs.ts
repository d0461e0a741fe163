import type { Sha } from "../kernel/sha.ts";
import { type Git, GitError } from "./git.ts";

/** File contents by object name, brought in few requests; what cannot be had, or is too large to read, is left out. */
export type Blobs = {
  bring(wanted: readonly (Sha | null)[]): Promise<void>;
  /** Those of `wanted` that are here and small enough, with their sizes in bytes. Never asks the remote. */
  readable(wanted: readonly (Sha | null)[]): ReadonlyMap<Sha, number>;
};

/** Larger files are generated, or data: reading them costs time and says little. */
const MAX_BLOB_BYTES = 1_000_000;
/** Keeps one bad object name from costing the whole lot, and a request from growing without end. */
const PER_FETCH = 400;

export function createBlobs(git: Git, signal: AbortSignal): Blobs {
  const sizes = new Map<Sha, number>();
  const tried = new Set<Sha>();

  return {
    bring: async (wanted) => {
      const fresh = distinct(wanted).filter((sha) => !tried.has(sha));
      for (const sha of fresh) tried.add(sha);
      const missing = fresh.filter((sha) => !sizes.has(sha));
      const present = await sizesHere(git, missing);
      for (const [sha, size] of present) sizes.set(sha, size);
      const absent = missing.filter((sha) => !present.has(sha));
      for (let start = 0; start < absent.length; start += PER_FETCH)
        await fetchOrSplit(git, absent.slice(start, start + PER_FETCH), signal, { left: MAX_SPLITS });
      for (const [sha, size] of await sizesHere(git, absent)) sizes.set(sha, size);
    },
    readable: (wanted) =>
      new Map(
        distinct(wanted).flatMap((sha): readonly [Sha, number][] => {
          const size = sizes.get(sha);
          return size === undefined || size > MAX_BLOB_BYTES ? [] : [[sha, size]];
        }),
      ),
  };
}

const MAX_SPLITS = 24;

function distinct(wanted: readonly (Sha | null)[]): Sha[] {
  return [...new Set(wanted.filter((sha) => sha !== null))];
}

/** Sizes of the objects that are in the scratch; the packs are listed, because asking by name would fetch what is missing. */
async function sizesHere(git: Git, wanted: readonly Sha[]): Promise<Map<Sha, number>> {
  if (wanted.length === 0) return new Map();
  const isWanted = new Set(wanted);
  const out = await git.run([
    "cat-file",
    "--batch-all-objects",
    "--unordered",
    "--batch-check=%(objectname) %(objecttype) %(objectsize)",
  ]);
  const found = new Map<Sha, number>();
  for (const row of out.split("\n")) {
    const [sha, type, size] = row.split(" ");
    if (sha !== undefined && type === "blob" && isWanted.has(sha)) found.set(sha, Number(size));
  }
  return found;
}

/** One missing object makes the server refuse the whole request: then each half is asked for. */
async function fetchOrSplit(
  git: Git,
  wanted: readonly Sha[],
  signal: AbortSignal,
  splits: { left: number },
): Promise<void> {
  try {
    await git.run(FETCH, { input: `${wanted.join("\n")}\n`, signal });
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    // What is wrong with the wire is not wrong with any of these.
    if (wanted.length === 1 || splits.left <= 0 || error.isPassing) return;
    splits.left -= 1;
    const middle = Math.ceil(wanted.length / 2);
    await fetchOrSplit(git, wanted.slice(0, middle), signal, splits);
    await fetchOrSplit(git, wanted.slice(middle), signal, splits);
  }
}

const FETCH = [
  "-c",
  "fetch.negotiationAlgorithm=noop",
  "fetch",
  "--quiet",
  "--no-tags",
  "--no-write-fetch-head",
  "--recurse-submodules=no",
  "--filter=blob:none",
  "--stdin",
  "origin",
];
