import type { Repo } from "../incident/world.ts";
import type { Sha } from "../kernel/sha.ts";
import type { Occasion } from "./gaze.ts";
import type { Heard } from "./heard.ts";
import type { Watched } from "./policies.ts";

/** What a webhook is about: a branch to look at, or the reason why it does not concern us. */
export type Concern =
  | { readonly kind: "drop"; readonly why: string }
  | {
      readonly kind: "look";
      readonly place: Place;
      readonly branches: readonly string[];
      /** Other branches are meant as well that stand at this revision and are guarded. */
      readonly orAt?: { readonly sha: Sha; readonly isGuarded: (branch: string) => boolean };
      readonly occasion: Occasion;
      readonly key: string;
    }
  /** Something about the responder: its incident's branch is to be found. */
  | { readonly kind: "responder"; readonly place: Place; readonly key: string }
  | { readonly kind: "command"; readonly place: Place; readonly comment: CommentEvent; readonly key: string }
  | { readonly kind: "installation"; readonly installation: number; readonly key: string };

export type Place = { readonly installation: number; readonly repo: Repo };
export type CommentEvent = {
  readonly issue: number;
  readonly comment: number;
  readonly login: string;
  readonly userId: number;
  readonly body: string;
};

export type Known = {
  readonly appId: number;
  /** Null for a repository that no sweep has seen yet. */
  watched(repoId: number): Watched | null;
  readonly heard: Heard;
  /** Whether we held this branch when we last looked; of any branch, so that most pushes need not even be read. */
  isHeld(repoId: number, branch: string): boolean;
  isAnyHeld(): boolean;
};

export function drop(why: string): Concern {
  return { kind: "drop", why };
}
