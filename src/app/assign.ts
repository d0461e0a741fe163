import type { Powers, Reader } from "../adapters/github-app.ts";
import { assign } from "../adapters/github-app-acts.ts";
import { compare, fileAt } from "../adapters/github-app-code.ts";
import { isAssignable } from "../adapters/github-app-issues.ts";
import { CODEOWNERS_PATHS, peopleByFiles } from "../incident/codeowners.ts";
import type { Memory } from "../incident/memory.ts";
import type { Repo } from "../incident/world.ts";

/**
 * Assigns the incident: to whom the policy names, else to those who own what changed since the last good revision, by its
 * CODEOWNERS. It must never ask the bad revision who is to look at it.
 */
export async function assignPeople(
  { github, powers }: { readonly github: Reader; readonly powers: Powers },
  repo: Repo,
  memory: Memory,
): Promise<readonly string[]> {
  const { assignees } = memory.policy;
  const wanted = assignees.length > 0 ? assignees : await owners(github, repo, memory);
  if (wanted.length === 0) return [];
  const names = new Set(wanted.map((login) => login.toLowerCase()));
  return (await assign(powers, repo, memory.incident, wanted)).filter((login) => names.has(login.toLowerCase()));
}

/** A handful: what is everybody's is nobody's. */
const MOST = 3;
/** Of so many owners GitHub is asked whether they may be assigned. */
const MOST_ASKED = 8;
/** A file larger than that would keep every other branch waiting. */
const MOST_CHARS = 256 * 1024;

async function owners(github: Reader, repo: Repo, { lastGood, badHead }: Memory): Promise<readonly string[]> {
  if (lastGood === null) return [];
  const [range, ...texts] = await Promise.all([
    compare(github, repo, lastGood, badHead),
    ...CODEOWNERS_PATHS.map((path) => fileAt(github, repo, path, lastGood)),
  ]);
  const codeowners = texts.find((text) => text !== null) ?? "";
  if (range === null || codeowners.length > MOST_CHARS) return [];
  const people = peopleByFiles(codeowners, range.files).slice(0, MOST_ASKED);
  const may = await Promise.all(people.map((login) => isAssignable(github, repo, login)));
  return people.filter((_, at) => may[at]).slice(0, MOST);
}
