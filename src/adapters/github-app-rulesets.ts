import { z } from "zod";
import { type HoldName, parseHoldName } from "../incident/names.ts";
import type { Repo } from "../incident/world.ts";
import type { Reader } from "./github-app.ts";
import { pathOf } from "./github-app-path.ts";
import { GitHubError } from "./github-request.ts";

/** Our rulesets, answered raw: whoever asks judges. It must never count one by anything but a name of ours. */

export type OurRuleset = { readonly id: number; readonly name: HoldName };

/** Every hold of ours in the repository, lowest id first. */
export async function ourRulesets(github: Reader, repo: Repo): Promise<readonly OurRuleset[]> {
  return (await rulesetsOf(github, repo))
    .flatMap(({ id, name }) => {
      const parsed = parseHoldName(name);
      return parsed ? [{ id, name: parsed }] : [];
    })
    .toSorted((a, b) => a.id - b.id);
}

/** None where the repository's plan has no rulesets: then GitHub refuses to list them as it refuses to make one. */
async function rulesetsOf(github: Reader, repo: Repo) {
  const shape = z.array(z.looseObject({ id: z.int(), name: z.string() }));
  try {
    return await github.get(`${pathOf(repo)}/rulesets?includes_parents=false&per_page=100`, shape);
  } catch (error) {
    if (error instanceof GitHubError && error.code === "forbidden") return [];
    throw error;
  }
}

export const Ruleset = z.looseObject({
  id: z.int(),
  name: z.string(),
  created_at: z.string().nullish(),
  enforcement: z.string(),
  conditions: z
    .looseObject({
      ref_name: z.looseObject({ include: z.array(z.string()), exclude: z.array(z.string()) }).optional(),
    })
    .nullish(),
  rules: z.array(z.looseObject({ type: z.string() })).optional(),
  bypass_actors: z
    .array(z.looseObject({ actor_id: z.int().nullish(), actor_type: z.string(), bypass_mode: z.string().optional() }))
    .optional(),
});

/** One ruleset in full; null when it is gone. A reader is not shown who may pass. */
export async function rulesetNumbered(github: Reader, repo: Repo, id: number): Promise<z.infer<typeof Ruleset> | null> {
  return github.find(`${pathOf(repo)}/rulesets/${id}?includes_parents=false`, Ruleset);
}
