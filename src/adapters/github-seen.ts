import { z } from "zod";
import { GitHubError, type GitHubErrorCode } from "./github-request.ts";

/** For looking around: what a token may not see is one fact less, never an end. It must not be used before a write. */

/** Why nothing at all could be seen. */
export type Unseen = { readonly kind: "unseen"; readonly code: GitHubErrorCode; readonly says: string };

/** Where a look is all or nothing. */
export async function orUnseen<T>(look: () => Promise<T>): Promise<T | Unseen> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof GitHubError) return { kind: "unseen", code: error.code, says: error.message };
    if (error instanceof z.ZodError) return { kind: "unseen", code: "refused", says: "the answer is not GitHub's" };
    throw error;
  }
}

/** Null when GitHub does not show it, or not as described. */
export async function seen<T>(look: () => Promise<T>): Promise<T | null> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof GitHubError || error instanceof z.ZodError) return null;
    throw error;
  }
}

/** What is not there is a fact too. */
export async function missingAs<T, M>(missing: M, look: () => Promise<T>): Promise<T | M> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof GitHubError && error.code === "not-found") return missing;
    throw error;
  }
}
