import type { Reader } from "../adapters/github-app.ts";
import { commitsOf, fileAt } from "../adapters/github-app-code.ts";
import type { Law, Repo } from "../incident/world.ts";
import type { Sha } from "../kernel/sha.ts";
import { lawOf, type Valid } from "../policy/law.ts";
import { type ParsedPolicy, parsePolicy } from "../policy/parse.ts";
import type { Policy, SignalRule } from "../policy/schema.ts";
import { guards } from "../policy/scope.ts";
import { sourceOf } from "../policy/source.ts";

/**
 * The policies of every repository, cached: a revision's file never changes, an organisation's is read again by every sweep.
 * It must never let the bad revision choose its own judges: its file tells which sources to look at, never what happens.
 */
export type Policies = {
  /**
   * What is in force when the source was last green at `lastGood`. Where it never was, the head's own file may speak, but
   * only about what would be done.
   */
  lawAt(github: Reader, repo: Repo, lastGood: Sha | null, head: Sha): Promise<Law>;
  /** A source is green at this head of the default branch, so its file is in force for that source from now on. */
  noteGreen(github: Reader, repo: Repo, source: string, head: Sha): Promise<void>;
  /** The repository's own file at a revision; null where there is none. */
  own(github: Reader, repo: Repo, sha: Sha): Promise<ParsedPolicy | null>;
  /** What any policy of this repository may watch; null when it was never asked. */
  watched(repoId: number): Watched | null;
  /** Reads what may be watched, again when `fresh`. */
  watch(github: Reader, repo: Repo, head: Sha, fresh: boolean): Promise<Watched>;
};

export type Watched = {
  readonly rules: readonly SignalRule[];
  /** Whether any policy guards this branch. */
  isGuarded(branch: string): boolean;
  /** Branches named without a pattern: every sweep looks at them. */
  readonly branches: readonly string[];
  /** Whether more branches are guarded than those, by patterns. */
  readonly hasPatterns: boolean;
};

const POLICY_PATH = ".github/sentinel.yml";
const MOST_CACHED = 2000;
/** Changes of the file that are gone through for one that can be read. */
const MOST_CHANGES = 5;

export function createPolicies(setting: "off" | "shadow" | "act" | null): Policies {
  const revisions = new Map<string, Promise<ParsedPolicy | null>>();
  const organisations = new Map<string, Promise<ParsedPolicy | null>>();
  const lastValid = new Map<number, Valid>();
  const lastShared = new Map<string, Valid>();
  /** Under which policy each source was green last: no revision that is still to prove itself can end that it is watched. */
  const green = new Map<number, Map<string, Policy>>();
  const recalled = new Set<number>();
  const watching = new Map<number, Watched>();

  const at = (github: Reader, repo: Repo, sha: Sha) =>
    cached(revisions, `${repo.id} ${sha}`, async () => parsed(await fileAt(github, repo, POLICY_PATH, sha)));
  const organisation = (github: Reader, { owner }: Repo) =>
    cached(organisations, owner, async () => {
      const found = await sharedAt(github, owner, null);
      const last = found?.kind === "broken" ? (lastShared.get(owner) ?? (await sharedBefore(github, owner))) : found;
      if (last?.kind === "valid") lastShared.set(owner, last);
      return last ?? found;
    });

  /** What a process that starts anew has not seen: the file as it was before its last change. The sweep goes on without. */
  const recall = async (github: Reader, repo: Repo, head: Sha) => {
    const changes = await commitsOf(github, repo, head, MOST_CHANGES, POLICY_PATH).catch(() => null);
    if (changes === null) return;
    const before = await firstValid((sha) => at(github, repo, sha), changes.slice(1));
    recalled.add(repo.id);
    if (before === null) return;
    const known = greenOf(repo);
    for (const source of before.policy.signals.map(sourceOf)) if (!known.has(source)) known.set(source, before.policy);
    if (!lastValid.has(repo.id)) lastValid.set(repo.id, before);
  };
  const greenOf = ({ id }: Repo) => {
    const known = green.get(id) ?? new Map<string, Policy>();
    green.set(id, known);
    return known;
  };

  return {
    lawAt: async (github, repo, lastGood, head) => {
      const [own, shared] = await Promise.all([at(github, repo, lastGood ?? head), organisation(github, repo)]);
      if (own?.kind === "valid" && lastGood !== null) lastValid.set(repo.id, own);
      return lawOf({
        own,
        organisation: shared,
        lastValid: lastValid.get(repo.id) ?? null,
        hasLastGood: lastGood !== null,
        setting,
      });
    },
    noteGreen: async (github, repo, source, head) => {
      const own = await at(github, repo, head);
      const known = greenOf(repo);
      if (own === null) known.delete(source);
      if (own?.kind !== "valid") return;
      known.set(source, own.policy);
      lastValid.set(repo.id, own);
    },
    own: at,
    watched: (repoId) => watching.get(repoId) ?? null,
    watch: async (github, repo, head, fresh) => {
      if (fresh) organisations.delete(repo.owner);
      if (fresh && !recalled.has(repo.id)) await recall(github, repo, head);
      const found = await Promise.all([at(github, repo, head), organisation(github, repo)]);
      const valid = [...found, lastValid.get(repo.id) ?? null].flatMap((one) =>
        one?.kind === "valid" ? one.policy : [],
      );
      const proven = green.get(repo.id)?.values() ?? [];
      const watched = watchedBy([...new Set([...valid, ...proven])], repo.defaultBranch);
      watching.set(repo.id, watched);
      return watched;
    },
  };
}

function parsed(text: string | null): ParsedPolicy | null {
  return text === null ? null : parsePolicy(text);
}

async function sharedAt(github: Reader, owner: string, sha: Sha | null): Promise<ParsedPolicy | null> {
  return parsed(await fileAt(github, { owner, name: ".github" }, POLICY_PATH, sha));
}

/** What is broken may have been `off`, which a process that starts anew has not seen either. */
async function sharedBefore(github: Reader, owner: string): Promise<Valid | null> {
  const changes = await commitsOf(github, { owner, name: ".github" }, null, MOST_CHANGES, POLICY_PATH);
  return firstValid((sha) => sharedAt(github, owner, sha), changes.slice(1));
}

type Read = (sha: Sha) => Promise<ParsedPolicy | null>;

async function firstValid(read: Read, shas: readonly Sha[]): Promise<Valid | null> {
  for (const sha of shas) {
    const found = await read(sha);
    if (found?.kind === "valid") return found;
  }
  return null;
}

function watchedBy(policies: readonly Policy[], defaultBranch: string): Watched {
  const rules = new Map<string, SignalRule>();
  for (const policy of policies) for (const rule of policy.signals) rules.set(JSON.stringify(rule), rule);
  const named = policies.flatMap(({ branches }) => branches ?? [defaultBranch]);
  return {
    rules: [...rules.values()].toSorted((a, b) => sourceOf(a).localeCompare(sourceOf(b))),
    isGuarded: (branch) => policies.some((policy) => guards(policy, branch, defaultBranch)),
    branches: [...new Set(named)].filter((branch) => !PATTERN.test(branch)),
    hasPatterns: named.some((branch) => PATTERN.test(branch)),
  };
}

const PATTERN = /[*?[\]{}]/;

/** One question under way at a time; a failed one is asked again next time. */
async function cached<T>(cache: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const known = cache.get(key);
  if (known) return known;
  const asked = ask();
  cache.set(key, asked);
  asked.catch(() => cache.delete(key));
  if (cache.size > MOST_CACHED) cache.delete(cache.keys().next().value ?? key);
  return asked;
}
