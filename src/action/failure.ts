import { GitError } from "../adapters/git.ts";
import { GitHubError } from "../adapters/github-request.ts";
import type { Reason } from "../incident/reason.ts";

/** What was thrown, as a reason with more words for the log. What is neither GitHub's nor git's is a broken promise of ours. */
export function readFailure(error: unknown): { readonly reason: Reason; readonly detail: string } {
  const detail = error instanceof Error ? error.message : "no words";
  if (error instanceof GitError) return { reason: reasonOf(error), detail };
  if (!(error instanceof GitHubError)) return { reason: "internal-error", detail };
  const isDown = error.code === "unavailable" || error.code === "limited";
  return { reason: isDown ? "github-unavailable" : "github-refused", detail };
}

function reasonOf({ isRemote, isRefused }: GitError): Reason {
  if (isRefused) return "github-refused";
  return isRemote ? "github-unavailable" : "internal-error";
}
