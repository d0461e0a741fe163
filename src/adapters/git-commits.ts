import type { Commit, CommitReader } from "../audit/verify-commit.ts";
import { GitError, openRepository } from "./git.ts";

/** Reads commits of a repository on this machine; nothing in it is run or changed. */
export function createCommitReader(dir: string): CommitReader {
  const git = openRepository(dir);
  return async (sha) => {
    try {
      return parse(await git.run(["cat-file", "commit", sha]));
    } catch (error) {
      if (error instanceof GitError) return null;
      throw error;
    }
  };
}

/** Whether git finds a repository there, whatever else is. */
export function isRepository(dir: string): Promise<boolean> {
  return openRepository(dir)
    .run(["rev-parse", "--git-dir"])
    .then(
      () => true,
      () => false,
    );
}

function parse(raw: string): Commit {
  const end = raw.indexOf("\n\n");
  const headers = raw.slice(0, end).split("\n");
  const values = (name: string) =>
    headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  return { tree: values("tree")[0] ?? "", parents: values("parent"), message: raw.slice(end + 2) };
}
