import type { PlanKind } from "../incident/diagnosis.ts";
import type { Reason } from "../incident/reason.ts";
import { digestOf } from "../kernel/digest.ts";
import { matchesGlob } from "../kernel/glob.ts";
import type { Sha } from "../kernel/sha.ts";
import { type Policy, SEVERITIES, type Severity } from "../policy/schema.ts";
import { DETECTORS, type Detector } from "./detectors.ts";
import { type CommitRecord, type History, type RangeFacts, readHistory } from "./history.ts";
import type { Plan, Risk } from "./plan.ts";
import { fetchObjects, type Plumbing } from "./plumbing.ts";
import { inverseTree } from "./revert-suspects.ts";
import { type ChangedFile, changedFiles, findRisks } from "./risks.ts";

/**
 * Works out exactly what a rollback would do, from git alone, in a scratch repository. It must never write to the branch,
 * check anything out, or take a word of the analysis but the kind of plan and shas that it finds in the range itself.
 */
export type PlanRequest = {
  readonly repoId: number;
  readonly repo: string;
  readonly branch: string;
  readonly incident: number;
  readonly kind: PlanKind;
  /** For `revert-suspects`: which commits; each must be a first-parent commit of the range. */
  readonly suspects: readonly Sha[];
  readonly head: Sha;
  readonly lastGood: Sha;
  readonly range: RangeFacts;
  readonly policy: Policy;
  /** Of the incident; risks and paths can only raise it. */
  readonly severity: Severity;
};

export type Computed =
  | {
      readonly kind: "plan";
      readonly plan: Plan;
      /** Every commit whose work goes, merged ones too. */
      readonly undone: readonly CommitRecord[];
      /** The first-parent line above last good, newest first. */
      readonly line: readonly Sha[];
    }
  | { readonly kind: "none"; readonly reason: Reason; readonly detail: string };

/** Most first-parent commits that one plan may undo, and most commits in all that are looked at for who made them. */
const MOST_UNDONE = 500;
const MOST_COMMITS = 5000;

/** The plan, or why there is none. The same request over the same history always gives the same plan. */
export async function computePlan(git: Plumbing, request: PlanRequest): Promise<Computed> {
  const refusal = refuseRange(request.range);
  if (refusal) return refusal;
  const history = await readHistory(git, request.head, request.lastGood, request.range, request.suspects);
  if (history.head.tree === history.good.tree) return none("nothing-to-do", "head and last good have the same tree");
  if (history.firstParent.length > MOST_UNDONE)
    return none("range-too-large", `${history.firstParent.length} commits, at most ${MOST_UNDONE}`);
  const outcome = await targetTree(git, request, history);
  if (outcome.kind === "none") return outcome;
  await fetchObjects(git, [history.head.tree, outcome.tree]);
  const files = await changedFiles(git, history.head.tree, outcome.tree);
  const detectors = [...DETECTORS, ...request.policy.rollback.detectors.map(ownDetector)];
  const risks = await findRisks(git, history.head.tree, outcome.tree, files, detectors);
  const held = risks.find((risk) => request.policy.rollback.risks[risk.kind] === "hold");
  if (held) return none("risk-holds", `${held.kind}: ${held.path}${held.line === null ? "" : `:${held.line}`}`);
  const line = history.firstParent.map(({ sha }) => sha);
  return { kind: "plan", plan: assemble(request, outcome, files, risks), undone: outcome.undone, line };
}

function ownDetector(rule: Policy["rollback"]["detectors"][number]): Detector {
  const { kind, paths, lines, why } = rule;
  return { kind, paths, why, line: lines === undefined ? null : { side: "removes", pattern: new RegExp(lines) } };
}

type Target = {
  readonly kind: "target";
  readonly tree: Sha;
  readonly undoes: readonly Sha[];
  /** Every commit whose work goes, merged ones too: their makers may not approve. */
  readonly undone: readonly CommitRecord[];
};
type None = Extract<Computed, { kind: "none" }>;

function none(reason: Reason, detail: string): None {
  return { kind: "none", reason, detail };
}

function refuseRange(range: RangeFacts): None | null {
  switch (range.status) {
    case "identical":
      return none("nothing-to-do", "the head is the last good revision");
    case "behind":
    case "diverged":
      return none("good-not-ancestor", `GitHub says the head is ${range.status}`);
    case "ahead":
      return range.commits.length > MOST_COMMITS
        ? none("range-too-large", `${range.commits.length} commits, at most ${MOST_COMMITS}`)
        : null;
  }
}

async function targetTree(git: Plumbing, request: PlanRequest, history: History): Promise<Target | None> {
  if (request.kind === "restore-last-good") {
    const undoes = history.firstParent.map(({ sha }) => sha);
    return { kind: "target", tree: history.good.tree, undoes, undone: history.all };
  }
  const inverse = await inverseTree(git, history, request.suspects);
  if (inverse.kind === "conflict") return none("revert-conflicts", inverse.detail);
  if (inverse.tree === history.head.tree) return none("nothing-to-do", "the head has none of their changes any more");
  return { kind: "target", ...inverse.target };
}

function assemble(request: PlanRequest, target: Target, files: readonly ChangedFile[], risks: readonly Risk[]): Plan {
  const { repoId, repo, branch, incident, kind, head, lastGood, policy } = request;
  return Object.freeze({
    v: 1 as const,
    repoId,
    repo,
    branch,
    incident,
    kind,
    expectedHead: head,
    lastGood,
    undoes: Object.freeze([...target.undoes]),
    resultingTree: target.tree,
    risks: Object.freeze(risks.slice(0, MOST_RISKS).map((risk) => Object.freeze(risk))),
    severity: neededSeverity(request, files, risks),
    policyDigest: digestOf(policy),
  });
}

/** More than these are never shown to anybody; all of them have their say in the severity. */
const MOST_RISKS = 100;

function neededSeverity(request: PlanRequest, files: readonly ChangedFile[], risks: readonly Risk[]): Severity {
  const { policy } = request;
  const byRisk = risks.map((risk) => policy.rollback.risks[risk.kind]);
  const byPath = policy.severity
    .filter((rule) => files.some(({ path }) => rule.paths.some((glob) => matchesGlob(path, glob))))
    .map((rule) => rule.severity);
  const asked = new Set<string>([request.severity, ...byRisk, ...byPath]);
  return SEVERITIES.find((severity) => asked.has(severity)) ?? request.severity;
}
