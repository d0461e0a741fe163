import { HttpError, isRecord, type RepoCall, unprocessable } from "../http.ts";
import type { Account, EnvironmentRecord, Repository } from "../records.ts";
import { roleOf, type State } from "../state.ts";

/** What a caller may write into an environment, checked before anything of it counts. */

type Settings = Pick<EnvironmentRecord, "lets" | "waitTimer" | "reviewers" | "preventsSelfReview">;

const MOST_REVIEWERS = 6;
const LONGEST_WAIT = 43_200;

/** A field that is left out is set back: whoever wants to keep it must say it again. */
export function applySettings(state: State, repo: Repository, body: RepoCall["body"]): Settings {
  const waitTimer = typeof body.wait_timer === "number" ? body.wait_timer : 0;
  if (waitTimer < 0 || waitTimer > LONGEST_WAIT)
    throw unprocessable("Wait timer must be an integer between 0 and 43,200 (30 days)");
  return {
    lets: letsFrom(body.deployment_branch_policy),
    waitTimer,
    reviewers: reviewersFrom(state, repo, body.reviewers),
    preventsSelfReview: body.prevent_self_review === true,
  };
}

function letsFrom(value: unknown): Settings["lets"] {
  if (!isRecord(value)) return "all";
  if (value.protected_branches === value.custom_branch_policies)
    throw unprocessable("`protected_branches` and `custom_branch_policies` cannot have the same value");
  return value.protected_branches === true ? "protected" : "named";
}

function reviewersFrom(state: State, repo: Repository, value: unknown): readonly Account[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  if (list.length > MOST_REVIEWERS) throw unprocessable("An environment can have at most 6 reviewers");
  return list.map((one) => {
    if (!isRecord(one)) throw unprocessable("Invalid reviewer");
    if (one.type === "Team") throw new HttpError(501, "the stand-in GitHub cannot hold a job for a team");
    const account = state.accounts.get(Number(one.id));
    if (account?.type !== "User" || roleOf(repo, account) === null)
      throw unprocessable(`Reviewer ${String(one.id)} must have at least read access to the repository`);
    return account;
  });
}
