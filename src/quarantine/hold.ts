import { branchRef, holdName } from "../incident/names.ts";
import type { Sha } from "../kernel/sha.ts";

/**
 * The hold: a ruleset of our own on one exact ref. Making it holds and deleting it releases, so no setting of anybody's is
 * touched. It must never name a role or an App among those who may pass, and never use `exempt`, which leaves no trace.
 */
const HOLD_RULES = ["update", "deletion", "non_fast_forward"] as const;

export type HoldBody = {
  readonly name: string;
  readonly target: "branch";
  readonly enforcement: "active";
  readonly conditions: {
    readonly ref_name: { readonly include: readonly string[]; readonly exclude: readonly string[] };
  };
  readonly rules: readonly { readonly type: string }[];
  readonly bypass_actors: readonly {
    readonly actor_id: number;
    readonly actor_type: "User";
    readonly bypass_mode: "always";
  }[];
};

/** `bypass`: GitHub user ids of the people who may approve. */
export function holdBody(branch: string, badHead: Sha, incident: number | null, bypass: readonly number[]): HoldBody {
  return {
    name: holdName(branch, badHead, incident),
    target: "branch",
    enforcement: "active",
    conditions: { ref_name: { include: [branchRef(branch)], exclude: [] } },
    rules: HOLD_RULES.map((type) => ({ type })),
    bypass_actors: bypass.map((actor_id) => ({ actor_id, actor_type: "User", bypass_mode: "always" })),
  };
}

/** What GitHub says a ruleset is. `bypass_actors` is shown only to those who may write it. */
export type SeenRuleset = {
  readonly enforcement: string;
  readonly conditions?: { readonly ref_name?: RefName | undefined } | null | undefined;
  readonly rules?: readonly { readonly type: string }[] | undefined;
  readonly bypass_actors?: readonly SeenActor[] | undefined;
};
type RefName = { readonly include: readonly string[]; readonly exclude: readonly string[] };
type SeenActor = {
  readonly actor_id?: number | null | undefined;
  readonly actor_type: string;
  readonly bypass_mode?: string | undefined;
};

/** Whether a ruleset still holds this branch, with nobody let through but those named. */
export function isIntact(seen: SeenRuleset, branch: string, bypass: readonly number[]): boolean {
  const refs = seen.conditions?.ref_name;
  const types = seen.rules?.map(({ type }) => type) ?? [];
  const named = (seen.bypass_actors ?? []).every(
    ({ actor_id, actor_type, bypass_mode }) =>
      actor_type === "User" && bypass_mode !== "exempt" && typeof actor_id === "number" && bypass.includes(actor_id),
  );
  return (
    seen.enforcement === "active" &&
    refs !== undefined &&
    refs.include.includes(branchRef(branch)) &&
    refs.exclude.length === 0 &&
    HOLD_RULES.every((rule) => types.includes(rule)) &&
    named
  );
}
