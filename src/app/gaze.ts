import type { GitHubApp, Reader } from "../adapters/github-app.ts";
import type { Order, Repo } from "../incident/world.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Sha } from "../kernel/sha.ts";
import type { Policies } from "./policies.ts";
import type { Hint, Past } from "./sources/source.ts";

/** Where to look, why, and with what. */
export type Target = { readonly installation: number; readonly repo: Repo; readonly branch: string };

/** What an event named, or nothing for a sweep. */
export type Occasion = {
  readonly sha?: Sha;
  readonly source?: string;
  readonly hint: Hint;
  /** The event says that something failed, so a hold may be near. */
  readonly isFailure: boolean;
  readonly order: Order | null;
};

export type Eyes = {
  readonly github: GitHubApp;
  readonly appId: number;
  readonly policies: Policies;
  /** What was seen of each source before, by repository, branch and source. */
  readonly past: Map<string, Past>;
  /** When incidents were seen last, by repository and bad head: where to look, also when their issues do not say so any more. */
  readonly badHeads: Map<string, number>;
  readonly clock: Clock;
  /** How old an unfinished hold must be before anybody but its maker finishes it, in milliseconds. */
  readonly patienceMs: number;
};

export type Gaze = {
  readonly eyes: Eyes;
  readonly target: Target;
  readonly occasion: Occasion;
  readonly github: Reader;
};
