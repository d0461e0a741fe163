import type { Repository, Ruleset } from "../records.ts";
import type { State } from "../state.ts";
import { htmlUrl, nodeId, repoUrl } from "./shapes.ts";

/** GitHub's JSON of a ruleset, without a caller's point of view. */

export const fullName = (repo: Repository) => `${repo.owner.login}/${repo.name}`;

export function rulesetBase(state: State, repo: Repository, ruleset: Ruleset) {
  return {
    id: ruleset.id,
    name: ruleset.name,
    target: ruleset.target,
    source_type: "Repository",
    source: fullName(repo),
    enforcement: ruleset.enforcement,
    node_id: nodeId("RepositoryRuleset", ruleset.id),
    _links: {
      self: { href: `${repoUrl(state, repo)}/rulesets/${ruleset.id}` },
      html: { href: `${htmlUrl(state, repo)}/rules/${ruleset.id}` },
    },
    created_at: ruleset.createdAt,
    updated_at: ruleset.updatedAt,
  };
}

/** Everything of a ruleset, without a caller's point of view. */
export function storedShape(state: State, repo: Repository, ruleset: Ruleset) {
  return {
    ...rulesetBase(state, repo, ruleset),
    bypass_actors: ruleset.bypassActors,
    conditions: { ref_name: ruleset.conditions },
    rules: ruleset.rules,
  };
}
