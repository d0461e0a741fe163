/**
 * What the ranking of suspects takes and gives. All text in here was written by authors of commits or by machines under
 * their influence: it is only ever counted and compared, never followed.
 */

/** How often each token occurs. A map, because tokens such as `constructor` or `__proto__` are ordinary words here. */
export type TokenBag = ReadonlyMap<string, number>;

/** The tokens of one diff: lines it adds, lines it takes away, and the headings of the hunks (the function around them). */
export type TokenBags = {
  readonly added: TokenBag;
  readonly removed: TokenBag;
  readonly around: TokenBag;
};

/** What went wrong, in words. `evidence` is its machine-like part: error text, stack trace, names of failing tests. */
export type Signal = {
  readonly text: string;
  readonly evidence?: string;
};

export type ChangedFile = {
  readonly path: string;
  readonly additions: number;
  readonly deletions: number;
};

/** One commit of the range last good → bad, by first parent. Times are Unix seconds. `nFiles` may exceed `files.length`. */
export type Candidate = TokenBags & {
  readonly sha: string;
  readonly subject: string;
  readonly body: string;
  readonly authorTime: number;
  readonly commitTime: number;
  readonly isMerge: boolean;
  readonly nFiles: number;
  readonly additions: number;
  readonly deletions: number;
  readonly files: readonly ChangedFile[];
};

export type Suspect = {
  readonly sha: string;
  /** Probability in 0..1 that this commit did it. All scores of a ranking and its `none` add up to 1. */
  readonly score: number;
  /** What made the score, strongest first, in words that quote the commit: hostile text, for `notice/` to show. */
  readonly reasons: readonly string[];
};

export type Ranking = {
  /** Likeliest first; every candidate is in it once. */
  readonly ranked: readonly Suspect[];
  /** Probability that no candidate did it: infrastructure, a flake, an older fault. */
  readonly none: number;
  /** Whether the first suspect is sure enough to be named as the culprit. */
  readonly speaks: boolean;
};
