import { z } from "zod";
import { branchRef } from "../incident/names.ts";
import type { Move, Repo } from "../incident/world.ts";
import { isoTime } from "../kernel/clock.ts";
import { Sha } from "../kernel/sha.ts";
import type { Reader } from "./github-app.ts";
import { pathOf } from "./github-app-path.ts";

/** GitHub's own record of who went around which ruleset. It must never be asked while a branch is still to be held. */

const RuleSuite = z.looseObject({
  id: z.int(),
  actor_id: z.int().nullish(),
  actor_name: z.string().nullish(),
  after_sha: Sha,
  pushed_at: z.string(),
});

/** The newest thirty pushes to a branch within a week that somebody's bypass let through, newest first, whatever ruleset it was. */
export async function bypassesOf(github: Reader, repo: Repo, branch: string): Promise<readonly Move[]> {
  const search = new URLSearchParams({
    ref: branchRef(branch),
    rule_suite_result: "bypass",
    // A day, when nothing is said.
    time_period: "week",
    per_page: "30",
  });
  const suites = await github.get(`${pathOf(repo)}/rulesets/rule-suites?${search}`, z.array(RuleSuite));
  return suites.map(({ id, actor_id, actor_name, after_sha, pushed_at }) => ({
    suite: id,
    by: actor_name?.slice(0, 60) || null,
    byId: actor_id ?? null,
    at: isoTime(Date.parse(pushed_at)),
    commit: after_sha,
  }));
}

const Evaluation = z.looseObject({
  rule_source: z.looseObject({ type: z.string().nullish(), name: z.string().nullish() }).nullish(),
  result: z.string().nullish(),
});

/** Names of the rulesets that this push did not keep to. */
export async function brokenIn(github: Reader, repo: Repo, suite: number): Promise<readonly string[]> {
  const shape = z.looseObject({ rule_evaluations: z.array(Evaluation).nullish() });
  const found = await github.get(`${pathOf(repo)}/rulesets/rule-suites/${suite}`, shape);
  return (found.rule_evaluations ?? [])
    .filter(({ result }) => result === "fail")
    .flatMap(({ rule_source }) => rule_source?.name ?? []);
}
