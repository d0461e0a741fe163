import { z } from "zod";

/** A full git object name, SHA-1: 40 lower-case hex digits. */
export type Sha = string;

export const Sha = z.string().regex(/^[0-9a-f]{40}$/, "must be a full git sha: 40 lower-case hex digits");

export function shortSha(sha: Sha): string {
  return sha.slice(0, 12);
}
