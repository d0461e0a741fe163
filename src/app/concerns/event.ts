import { z } from "zod";
import type { SignalRule } from "../../policy/schema.ts";
import type { Known, Place } from "../concern.ts";

/** What every event of a repository says of where it happened. Small on purpose: GitHub's own examples break its schemas. */
const Repository = z.object({
  id: z.int().positive(),
  name: z.string().min(1),
  html_url: z.string(),
  default_branch: z.string().min(1),
  has_issues: z.boolean().default(true),
  owner: z.object({ login: z.string().min(1) }),
});
export const Base = z.object({
  action: z.string(),
  installation: z.object({ id: z.int().positive() }),
  repository: Repository,
});

export function placeOf({
  installation,
  repository,
}: Pick<z.infer<typeof Base>, "installation" | "repository">): Place {
  const { id, name, html_url: url, default_branch: defaultBranch, has_issues: hasIssues, owner } = repository;
  return { installation: installation.id, repo: { id, name, url, defaultBranch, hasIssues, owner: owner.login } };
}

/** Whether a policy guards the branch and has such a rule; of a repository that no sweep has seen, whether it may. */
export function isGuarded(
  known: Known,
  { repo }: Place,
  branch: string,
  isWatched: (rule: SignalRule) => boolean,
): boolean {
  const watched = known.watched(repo.id);
  if (watched === null) return branch === repo.defaultBranch;
  return watched.isGuarded(branch) && watched.rules.some(isWatched);
}

/** The checks of this App that a policy guarding the branch names; none of a repository that the first sweep will see. */
export function checkRulesOf(
  known: Known,
  { repo }: Place,
  branch: string,
  app: string | null | undefined,
): readonly SignalRule[] {
  const watched = known.watched(repo.id);
  if (!watched?.isGuarded(branch)) return [];
  return watched.rules.filter((rule) => "check" in rule && rule.app === app);
}
