import { z } from "zod";
import { GitHubError } from "./github-request.ts";

/** For looking around: what a token may not see is one fact less, never an end. It must not be used before a write. */

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
