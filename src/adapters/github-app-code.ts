import { z } from "zod";
import type { Repo } from "../incident/world.ts";
import { Sha } from "../kernel/sha.ts";
import type { Reader } from "./github-app.ts";
import { pathOf } from "./github-app-path.ts";
import { GitHubError } from "./github-request.ts";

/** Branches, revisions and files, answered raw: whoever asks judges. It must never take an answer's shape on trust. */

export async function branchHead(github: Reader, repo: Repo, branch: string): Promise<Sha | null> {
  const shape = z.looseObject({ object: z.looseObject({ sha: Sha }) });
  const ref = await github.find(
    `${pathOf(repo)}/git/ref/heads/${branch.split("/").map(encodeURIComponent).join("/")}`,
    shape,
  );
  return ref?.object.sha ?? null;
}

export type Branch = { readonly name: string; readonly sha: Sha };

/** Branches and their heads, in GitHub's order, at most so many; `isCut` where there are more. */
export async function branchesOf(
  github: Reader,
  repo: Repo,
  most: number,
): Promise<{ readonly list: readonly Branch[]; readonly isCut: boolean }> {
  const shape = z.array(z.looseObject({ name: z.string(), commit: z.looseObject({ sha: Sha }) }));
  const list: Branch[] = [];
  for (let page = 1; list.length <= most; page++) {
    const found = await github.get(`${pathOf(repo)}/branches?per_page=${PAGE}&page=${page}`, shape);
    list.push(...found.map(({ name, commit }) => ({ name, sha: commit.sha })));
    if (found.length < PAGE) break;
  }
  return { list: list.slice(0, most), isCut: list.length > most };
}

const PAGE = 100;

/** Names of the branches whose head this revision is; of one that is not there GitHub says 422. */
export async function branchesAt(github: Reader, repo: Repo, sha: Sha): Promise<readonly string[]> {
  const shape = z.array(z.looseObject({ name: z.string() }));
  const found = await unlessUnknown(github.get(`${pathOf(repo)}/commits/${sha}/branches-where-head`, shape));
  return (found ?? []).map(({ name }) => name);
}

/** The full sha of a revision, or null where there is none: of that GitHub says 422 and not 404. */
export async function resolveSha(github: Reader, repo: Repo, revision: string): Promise<Sha | null> {
  const shape = z.looseObject({ sha: Sha });
  const path = `${pathOf(repo)}/commits/${encodeURIComponent(revision)}?per_page=1`;
  return (await unlessUnknown(github.find(path, shape)))?.sha ?? null;
}

async function unlessUnknown<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GitHubError && error.status === 422) return null;
    throw error;
  }
}

/** Shas from that revision (null: the default branch) back, newest first, as far as one page goes; with a path, of those that changed that file. */
export async function commitsOf(
  github: Reader,
  repo: Pick<Repo, "owner" | "name">,
  from: string | null,
  count: number,
  file?: string,
): Promise<readonly Sha[]> {
  const search = new URLSearchParams({
    ...(from === null ? {} : { sha: from }),
    per_page: String(count),
    ...(file === undefined ? {} : { path: file }),
  });
  const found = await github.get(`${pathOf(repo)}/commits?${search}`, z.array(z.looseObject({ sha: Sha })));
  return found.map(({ sha }) => sha);
}

export type Comparison = { readonly status: string; readonly files: readonly string[] };

/** How `head` stands to `base` (`ahead`, `behind`, `diverged`, `identical`); null where one of them is unknown. */
export async function compare(github: Reader, repo: Repo, base: Sha, head: Sha): Promise<Comparison | null> {
  const shape = z.looseObject({
    status: z.string(),
    files: z.array(z.looseObject({ filename: z.string() })).optional(),
  });
  const found = await github.find(`${pathOf(repo)}/compare/${base}...${head}?per_page=1`, shape);
  return found && { status: found.status, files: (found.files ?? []).map(({ filename }) => filename) };
}

/** The text of a file at a revision; null where there is none. */
export async function fileAt(
  github: Reader,
  repo: Pick<Repo, "owner" | "name">,
  path: string,
  ref: string | null,
): Promise<string | null> {
  const shape = z.looseObject({ encoding: z.string(), content: z.string() });
  const query = ref === null ? "" : `?ref=${encodeURIComponent(ref)}`;
  const found = await github.find(`${pathOf(repo)}/contents/${path}${query}`, shape);
  return found === null ? null : Buffer.from(found.content, "base64").toString("utf8");
}
