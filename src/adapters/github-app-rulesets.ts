import { z } from "zod";
import { type HoldName, parseHoldName } from "../incident/names.ts";
import type { Repo } from "../incident/world.ts";
import type { Reader } from "./github-app.ts";
import { pathOf } from "./github-app-path.ts";

/** Our rulesets, answered raw: whoever asks judges. It must never count one by anything but a name of ours. */

export type OurRuleset = { readonly id: number; readonly name: HoldName };

/** Every hold of ours in the repository, lowest id first. */
export async function ourRulesets(github: Reader, repo: Repo): Promise<readonly OurRuleset[]> {
  const shape = z.array(z.looseObject({ id: z.int(), name: z.string() }));
  const rulesets = await github.get(`${pathOf(repo)}/rulesets?includes_parents=false&per_page=100`, shape);
  return rulesets
    .flatMap(({ id, name }) => {
      const parsed = parseHoldName(name);
      return parsed ? [{ id, name: parsed }] : [];
    })
    .toSorted((a, b) => a.id - b.id);
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
