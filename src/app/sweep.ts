import { z } from "zod";
import type { GitHubApp, Reader } from "../adapters/github-app.ts";
import { branchHead } from "../adapters/github-app-code.ts";
import { ourRulesets } from "../adapters/github-app-rulesets.ts";
import type { Repo } from "../incident/world.ts";
import type { Place } from "./concern.ts";
import { inTurn } from "./in-turn.ts";
import type { Log } from "./log.ts";
import type { Looks } from "./looks.ts";
import { createPlaces } from "./places.ts";
import type { Policies, Watched } from "./policies.ts";
import type { PolicyDesk } from "./policy-desk.ts";
import { createPatterns } from "./sweep-patterns.ts";

/**
 * Looks at everything without being told: at start and every few minutes, so that no lost webhook, crash or restart leaves
 * anything behind. It must never spend the installation's whole allowance on looking.
 */
export type Sweep = {
  /** Where a repository of this name (`owner/name`) is, when a sweep has seen it. */
  place(fullName: string): Place | null;
  placeOf(repoId: number): Place | null;
  /** Everything the App is installed on. Failures of one repository do not stop the others. */
  all(): Promise<void>;
  installation(id: number): Promise<void>;
};

export type SweepPorts = {
  readonly github: GitHubApp;
  readonly policies: Policies;
  readonly policyDesk: PolicyDesk;
  readonly looks: Looks;
  readonly log: Log;
};

const AT_ONCE = 6;
/** Sweeps that a repository without anything of ours is left out of: an hour of them. */
const REST_SWEEPS = 11;
/** Branches looked at in one sweep of an installation; the others' turn comes with the next. */
const MOST_LOOKS = 100;
const Id = z.looseObject({ id: z.int().positive(), suspended_at: z.string().nullish() });
const Repositories = z.looseObject({
  repositories: z.array(
    z.looseObject({
      id: z.int().positive(),
      name: z.string(),
      html_url: z.string(),
      default_branch: z.string(),
      archived: z.boolean().optional(),
      has_issues: z.boolean().default(true),
      owner: z.looseObject({ login: z.string() }),
    }),
  ),
});

export function createSweep({ github, policies, policyDesk, looks, log }: SweepPorts): Sweep {
  const patterns = createPatterns(log);
  const cursors = new Map<number, number>();
  const places = createPlaces();
  const resting = new Map<number, number>();

  /** A repository without a policy of any kind is asked again only now and then. */
  const isResting = (id: number): boolean => {
    const left = resting.get(id) ?? 0;
    resting.set(id, Math.max(0, left - 1));
    return left > 0;
  };

  const byPattern = async (reader: Reader, repo: Repo, watched: Watched): Promise<readonly string[]> => {
    try {
      return await patterns.worthALook(reader, repo, watched);
    } catch (error) {
      // What is held or named is looked at all the same.
      log.warn({ repo: `${repo.owner}/${repo.name}`, err: error }, "branches named by pattern could not be swept");
      return [];
    }
  };

  const installation = async (id: number, isPatient: boolean) => {
    const reader = github.reader(id);
    const repos = await repositories(github, id);
    places.learn(id, repos);
    const targets = await eachOf(repos, async (repo) => {
      if (isPatient && isResting(repo.id)) return [];
      const [head, holds] = await Promise.all([
        branchHead(reader, repo, repo.defaultBranch),
        ourRulesets(reader, repo),
      ]);
      if (head === null) return [];
      const watched = await policies.watch(reader, repo, head, true);
      const isWatched = watched.rules.length > 0;
      if (isWatched && repo.hasIssues === false)
        log.warn({ repo: `${repo.owner}/${repo.name}` }, "issues are off in its settings, so nothing is held there");
      const named = isWatched ? watched.branches : [];
      const isBroken = await policyDesk.settle({ installation: id, repo }, head);
      if (!isWatched && holds.length === 0 && !isBroken) resting.set(repo.id, REST_SWEEPS);
      const matched = isWatched && watched.hasPatterns ? await byPattern(reader, repo, watched) : [];
      return [...new Set([...holds.map(({ name }) => name.branch), ...named, ...matched])].map((branch) => ({
        installation: id,
        repo,
        branch,
      }));
    });
    const turn = inTurn(targets.flat(), MOST_LOOKS, cursors, id);
    await eachOf(turn, (target) => looks.ask(target, { hint: {}, isFailure: false, order: null }).done);
  };

  const eachOf = async <T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> => {
    const results: R[] = [];
    const queue = [...items];
    const worker = async () => {
      for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
        try {
          results.push(await work(item));
        } catch (error) {
          log.warn({ err: error }, "a part of the sweep failed");
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return results;
  };

  return {
    place: places.named,
    placeOf: places.numbered,
    installation: (id) => installation(id, false),
    all: async () => {
      const installations = await pages((page) =>
        github.asApp("GET", `/app/installations?per_page=100&page=${page}`, z.array(Id)),
      );
      await eachOf(
        installations.filter((one) => !one.suspended_at),
        ({ id }) => installation(id, true),
      );
    },
  };
}

async function repositories(github: GitHubApp, installation: number): Promise<readonly Repo[]> {
  const reader = github.reader(installation);
  const found = await pages(
    async (page) =>
      (await reader.get(`/installation/repositories?per_page=100&page=${page}`, Repositories)).repositories,
  );
  return found
    .filter((repo) => repo.archived !== true)
    .map(({ id, name, html_url: url, default_branch: defaultBranch, has_issues: hasIssues, owner }) => ({
      id,
      name,
      url,
      defaultBranch,
      hasIssues,
      owner: owner.login,
    }));
}

async function pages<T>(read: (page: number) => Promise<readonly T[]>): Promise<readonly T[]> {
  const all: T[] = [];
  for (let page = 1; page <= 100; page++) {
    const found = await read(page);
    all.push(...found);
    if (found.length < 100) break;
  }
  return all;
}
