/** What the rollback needs of git: plumbing in a scratch repository that has a promisor remote named `origin`. */
export type Plumbing = {
  run(
    args: readonly string[],
    options?: {
      readonly input?: string;
      readonly okCodes?: readonly number[];
      readonly env?: Readonly<Record<string, string>>;
    },
  ): Promise<string>;
};

const FETCH = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--recurse-submodules=no"];

/** Commits alone, no tree and no file, each with so many generations. */
export async function fetchCommits(git: Plumbing, tips: readonly string[], depth: number): Promise<void> {
  await git.run([...FETCH, "--filter=tree:0", `--depth=${depth}`, "--stdin", "origin"], {
    input: `${tips.join("\n")}\n`,
  });
}

/**
 * Objects by name in one round trip: trees come whole but without files, files as they are. Without haves, or the server would
 * leave out what it thinks we hold.
 */
export async function fetchObjects(git: Plumbing, names: readonly string[]): Promise<void> {
  const wanted = [...new Set(names)];
  if (wanted.length === 0) return;
  const noHaves = ["-c", "fetch.negotiationAlgorithm=noop"];
  await git.run([...noHaves, ...FETCH, "--filter=blob:none", "--stdin", "origin"], { input: `${wanted.join("\n")}\n` });
}
