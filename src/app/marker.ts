import type { Sha } from "../kernel/sha.ts";

/**
 * A line in the issue that says where to look for its memory. A hint: writers can edit it, so what it names is read from our
 * own check run before anything is decided.
 */
export type Marker = { readonly repoId: number; readonly branch: string; readonly badHead: Sha };

export function encodeMarker({ repoId, branch, badHead }: Marker): string {
  return `<!-- sentinel ${repoId} ${encodeURIComponent(branch)} ${badHead} -->`;
}

export function findMarker(body: string | null | undefined): Marker | null {
  const match = /<!-- sentinel (?<repo>\d{1,15}) (?<branch>[^\s<>]{1,800}) (?<sha>[0-9a-f]{40}) -->/.exec(body ?? "");
  if (!match?.groups) return null;
  const { repo, branch, sha } = match.groups;
  if (repo === undefined || branch === undefined || sha === undefined) return null;
  try {
    return { repoId: Number(repo), branch: decodeURIComponent(branch), badHead: sha };
  } catch {
    return null;
  }
}
