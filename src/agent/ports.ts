import type { Sha } from "../kernel/sha.ts";

/**
 * The eyes of the analysis: what it may look at, and nothing by which anything could change. Everything these ports answer was
 * written by authors of commits or by machines under their influence.
 */

export type FileChange = {
  readonly path: string;
  readonly status: "added" | "modified" | "deleted" | "typechange";
  /** Git object names on both sides; null where the side has no file, or holds a submodule. */
  readonly before: Sha | null;
  readonly after: Sha | null;
};

export type RangeCommit = {
  readonly sha: Sha;
  /** The first parent is the one it is compared with. */
  readonly parents: readonly Sha[];
  readonly author: string;
  /** Unix seconds. */
  readonly authorTime: number;
  readonly commitTime: number;
  readonly subject: string;
  readonly body: string;
  readonly files: readonly FileChange[];
};

export type CommitRange = {
  /** First-parent commits from the bad head down to (not including) the last good revision, newest first. */
  readonly commits: readonly RangeCommit[];
  readonly goodIsAncestor: boolean;
  /** More commits lie in the range than `commits` holds. */
  readonly truncated: boolean;
};

export type WantedDiff = { readonly sha: Sha; readonly paths: readonly string[] };

export type BlameLine = {
  readonly line: number;
  /** Null: the line is as old as the last good revision, or older. */
  readonly sha: Sha | null;
  readonly text: string;
};

export type FoundLine = { readonly path: string; readonly line: number; readonly text: string };

/** Git, read only, in the range last good → bad. `sha` is always one of the range, or the last good revision. */
export type History = {
  range(): Promise<CommitRange>;
  /** Unified diffs against the first parent, by commit; a commit whose content cannot be had has no entry. */
  diffs(wanted: readonly WantedDiff[]): Promise<ReadonlyMap<Sha, string>>;
  /** Texts by path; a file that does not exist, is not text or is too large has no entry. */
  filesAt(sha: Sha, paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  paths(sha: Sha): Promise<readonly string[]>;
  /** Lines `from`..`to` (1-based) of the file at the bad head. */
  blame(path: string, from: number, to: number): Promise<readonly BlameLine[]>;
  /** Lines that hold any of `texts` literally, in the files of `paths` at `sha`. */
  search(sha: Sha, texts: readonly string[], paths: readonly string[]): Promise<readonly FoundLine[]>;
};

export type FailingJob = {
  readonly name: string;
  readonly workflow: string;
  readonly url: string | null;
  /** As it came: timestamps, ANSI and all; capped to its end by the adapter. Null: no log to be had. */
  readonly log: string | null;
  readonly annotations: readonly Annotation[];
};

export type Annotation = {
  readonly path: string;
  readonly line: number;
  readonly level: string;
  readonly message: string;
};

export type FailedDeployment = {
  readonly environment: string;
  readonly description: string;
  readonly logUrl: string | null;
};

export type EnvironmentState = {
  readonly name: string;
  readonly sha: Sha;
  readonly state: string;
  readonly at: string;
};

/** The same job on another head, to tell a flake from a fault. */
export type EarlierRun = { readonly sha: Sha; readonly conclusion: string; readonly at: string };

export type EarlierIncident = {
  readonly number: number;
  readonly title: string;
  readonly state: string;
  readonly at: string;
  /** The page of the incident, capped; it names the files that were touched. */
  readonly body: string;
};

/** GitHub's own record of what failed. Each may throw: then that part was not looked at. */
export type Signals = {
  failingJobs(): Promise<readonly FailingJob[]>;
  deployment(): Promise<FailedDeployment | null>;
  environments(): Promise<readonly EnvironmentState[]>;
  earlierRuns(): Promise<readonly EarlierRun[]>;
  earlierIncidents(): Promise<readonly EarlierIncident[]>;
  /** Commits of the range whose pull request came from a member of the repository. */
  members(shas: readonly Sha[]): Promise<ReadonlySet<Sha>>;
};

export type Eyes = { readonly history: History; readonly signals: Signals };
