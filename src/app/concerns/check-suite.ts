import { z } from "zod";
import { Sha } from "../../kernel/sha.ts";
import { sourceOf } from "../../policy/source.ts";
import { CONCLUSIONS } from "../../quarantine/evidence.ts";
import { type Concern, drop, type Known } from "../concern.ts";
import { Base, checkRulesOf, placeOf } from "./event.ts";

const CheckSuiteEvent = Base.extend({
  check_suite: z.object({
    id: z.int(),
    head_sha: Sha,
    head_branch: z.string().nullish(),
    conclusion: z.string().nullish(),
    updated_at: z.string().nullish(),
    app: z.object({ id: z.int(), slug: z.string().nullish() }).nullish(),
    /** Not in GitHub's description of the event; where it stands, it must be this one. */
    repository: z.object({ id: z.int() }).nullish(),
  }),
});

/**
 * All checks of one App on a revision have ended. It says no more than they did, so it counts only where it may be the one
 * delivery that arrived: what it sums up is then looked at itself.
 */
export function aboutSuite(payload: unknown, known: Known): Concern {
  const event = CheckSuiteEvent.safeParse(payload);
  if (!event.success) return drop("shape");
  const { action, check_suite: suite } = event.data;
  if (action !== "completed") return drop("action");
  if (suite.app?.id === known.appId) return drop("ours");
  const branch = suite.head_branch;
  // As for a check run: that of a fork has no branch.
  if (!branch) return drop("no-branch");
  const place = placeOf(event.data);
  if (suite.repository && suite.repository.id !== place.repo.id) return drop("fork");
  const verdict = CONCLUSIONS[suite.conclusion ?? ""];
  if (verdict !== "failing" && verdict !== "passing") return drop("conclusion");
  const rules = checkRulesOf(known, place, branch, suite.app?.slug);
  const [rule] = rules;
  if (rule === undefined) return drop("not-watched");
  const at = { repoId: place.repo.id, branch, sha: suite.head_sha };
  const heard = rules.map((one) => known.heard.of({ ...at, source: sourceOf(one) }));
  // Where a failure counts only when it comes twice, the same word again is news.
  const isOnce = rules.every((one) => !("confirm" in one) || one.confirm === "none");
  const isHeard = verdict === "passing" ? heard.every((one) => one === "passing") : heard.includes("failing");
  if (isOnce && isHeard && !heard.includes(null)) return drop("heard");
  return {
    kind: "look",
    place,
    branches: [branch],
    occasion: {
      sha: suite.head_sha,
      ...(rules.length === 1 ? { source: sourceOf(rule) } : {}),
      hint: {},
      isFailure: verdict === "failing",
      order: null,
    },
    key: `check_suite ${place.repo.id} ${suite.id} ${suite.conclusion} ${suite.updated_at}`,
  };
}
