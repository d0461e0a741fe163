import type { Reader } from "../adapters/github-app.ts";
import { checkRunsNamed } from "../adapters/github-app-checks.ts";
import { type Branch, branchesOf } from "../adapters/github-app-code.ts";
import { deploymentsTo, statusesOf } from "../adapters/github-app-deployments.ts";
import { openIncidents } from "../adapters/github-app-issues.ts";
import { workflowRuns } from "../adapters/github-app-runs.ts";
import { anomalyCheck } from "../incident/names.ts";
import type { Repo } from "../incident/world.ts";
import type { Sha } from "../kernel/sha.ts";
import type { SignalRule } from "../policy/schema.ts";
import { deploymentVerdict, runVerdict } from "../quarantine/evidence.ts";
import { inTurn } from "./in-turn.ts";
import type { Log } from "./log.ts";
import { findMarker } from "./marker.ts";
import type { Watched } from "./policies.ts";

/**
 * Which of the branches that a policy names by pattern are worth a look: those with an open incident, and those whose head one
 * of the sources calls failing. Found by lists of the whole repository; it must never cost a look for each branch.
 */
export type Patterns = {
  worthALook(github: Reader, repo: Repo, watched: Watched): Promise<readonly string[]>;
};

/** A thousand branches: ten pages. */
const MOST_BRANCHES = 1000;
/** For each deployment environment, and for all checks of a sweep together. */
const MOST_READ = 20;

export function createPatterns(log: Pick<Log, "warn">): Patterns {
  /** Where the next sweep goes on reading check runs, by repository. */
  const cursors = new Map<number, number>();

  const failing = async (github: Reader, repo: Repo, rules: readonly SignalRule[], heads: readonly Branch[]) => {
    const shas = new Set(heads.map(({ sha }) => sha));
    const turn = inTurn(checkReads(rules, shas), MOST_READ, cursors, repo.id);
    const found = await Promise.all([
      ...rules.flatMap((rule) => ("deployment" in rule ? failedDeployments(github, repo, rule.deployment, shas) : [])),
      ...rules.flatMap((rule) => ("workflow" in rule ? failedRuns(github, repo, rule.workflow, shas) : [])),
      ...turn.map(async ({ sha, name }) => ((await isCheckFailing(github, repo, sha, name)) ? [sha] : [])),
    ]);
    return new Set(found.flat());
  };

  return {
    worthALook: async (github, repo, watched) => {
      const [branches, issues] = await Promise.all([
        branchesOf(github, repo, MOST_BRANCHES),
        openIncidents(github, repo),
      ]);
      if (branches.isCut)
        log.warn(
          { repo: `${repo.owner}/${repo.name}`, branches: MOST_BRANCHES },
          `more than ${MOST_BRANCHES} branches: sweeps do not look for failures on the others, webhooks do`,
        );
      const open = issues.flatMap(({ body }) => findMarker(body) ?? []).filter(({ repoId }) => repoId === repo.id);
      const heads = branches.list.filter(({ name }) => watched.isGuarded(name) && !watched.branches.includes(name));
      const bad = heads.length === 0 ? new Set<Sha>() : await failing(github, repo, watched.rules, heads);
      return [...open.map(({ branch }) => branch), ...heads.filter(({ sha }) => bad.has(sha)).map(({ name }) => name)];
    },
  };
}

async function failedDeployments(github: Reader, repo: Repo, environment: string, heads: ReadonlySet<Sha>) {
  const newest = new Map<Sha, number>();
  for (const { id, sha } of await deploymentsTo(github, repo, environment, 50))
    if (heads.has(sha) && !newest.has(sha)) newest.set(sha, id);
  const verdicts = [...newest].slice(0, MOST_READ).map(async ([sha, id]) => {
    // Who may be believed is for the look to judge.
    const latest = (await statusesOf(github, repo, id)).find(({ state }) => state !== "inactive");
    return latest && deploymentVerdict(latest.state) === "failing" ? [sha] : [];
  });
  return (await Promise.all(verdicts)).flat();
}

async function failedRuns(github: Reader, repo: Repo, path: string, heads: ReadonlySet<Sha>) {
  const runs = await workflowRuns(github, repo, path, { status: "completed", per_page: "100" });
  const newest = new Map<Sha, boolean>();
  for (const { head_sha: sha, status, conclusion } of runs)
    if (heads.has(sha) && !newest.has(sha)) newest.set(sha, runVerdict(status, conclusion) === "failing");
  return [...newest].flatMap(([sha, isFailing]) => (isFailing ? [sha] : []));
}

type CheckRead = { readonly sha: Sha; readonly name: string };

/** GitHub lists check runs of one commit alone. */
function checkReads(rules: readonly SignalRule[], heads: ReadonlySet<Sha>): readonly CheckRead[] {
  const names = rules.flatMap((rule) =>
    "check" in rule ? rule.check : "anomaly" in rule ? anomalyCheck(rule.anomaly) : [],
  );
  return [...heads].flatMap((sha) => [...new Set(names)].map((name) => ({ sha, name })));
}

async function isCheckFailing(github: Reader, repo: Repo, sha: Sha, name: string): Promise<boolean> {
  const runs = await checkRunsNamed(github, repo, sha, name);
  return runs.some(({ status, conclusion }) => runVerdict(status, conclusion) === "failing");
}
