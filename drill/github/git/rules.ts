import { matchesGlob } from "node:path/posix";
import type { Identity } from "../auth/identity.ts";
import { isRecord } from "../http.ts";
import type { Repository, Rule, Ruleset } from "../records.ts";
import { isoNow, roleOf, type State } from "../state.ts";
import { ZERO } from "./process.ts";

/**
 * Whether a ref may move: the one decision behind git pushes, REST ref updates, merges and contents writes.
 * It must never be asked about anything but an observed change, and no caller may move a ref without asking.
 */

export type RefChange = {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
  /** Whether `before` is an ancestor of `after`; true for a new ref. */
  readonly fastForward: boolean;
  /** A merge of a pull request satisfies the rule `pull_request`. */
  readonly byPullRequest: boolean;
  /** Whether a commit it adds has two parents, or no signature; looked at only where a rule asks. */
  readonly addsMerge: boolean;
  readonly addsUnsigned: boolean;
};

export type Violation = { readonly ruleset: Ruleset; readonly rule: Rule; readonly message: string };

export type RuleDecision =
  | { readonly allowed: true; readonly bypassed: readonly Violation[] }
  | { readonly allowed: false; readonly violations: readonly Violation[] };

/** Decides and records the rule suite, as GitHub does for every push that meets an active ruleset. */
export function decideRefChange(state: State, repo: Repository, change: RefChange, identity: Identity): RuleDecision {
  const applying = rulesetsFor(repo, change.ref).filter(({ enforcement }) => enforcement === "active");
  const found = applying.flatMap((ruleset) => violationsOf(repo, ruleset, change));
  const bypassed = found.filter(({ ruleset }) => lets(bypassOf(ruleset, repo, identity), change));
  const violations = found.filter((violation) => !bypassed.includes(violation));
  if (applying.length > 0) record(state, repo, change, identity, applying, found, violations);
  return violations.length > 0 ? { allowed: false, violations } : { allowed: true, bypassed };
}

export function rulesetsFor(repo: Repository, ref: string): readonly Ruleset[] {
  return [...repo.rulesets.values()].filter(({ target, conditions }) => {
    const isTarget = target === "branch" ? ref.startsWith("refs/heads/") : ref.startsWith("refs/tags/");
    const matches = (pattern: string) => matchesRef(pattern, ref, repo);
    return isTarget && conditions.include.some(matches) && !conditions.exclude.some(matches);
  });
}

function matchesRef(pattern: string, ref: string, repo: Repository): boolean {
  if (pattern === "~ALL") return true;
  if (pattern === "~DEFAULT_BRANCH") return ref === `refs/heads/${repo.defaultBranch}`;
  return pattern === ref || matchesGlob(ref, pattern);
}

function violationsOf(repo: Repository, ruleset: Ruleset, change: RefChange): readonly Violation[] {
  return ruleset.rules.flatMap((rule) => {
    const message = violationOf(repo, rule, change);
    return message === null ? [] : [{ ruleset, rule, message }];
  });
}

function violationOf(repo: Repository, rule: Rule, change: RefChange): string | null {
  const creates = change.before === ZERO;
  const deletes = change.after === ZERO;
  switch (rule.type) {
    case "creation":
      return creates ? "Cannot create ref due to creations being restricted." : null;
    case "deletion":
      return deletes ? "Cannot delete this protected ref." : null;
    case "update":
      return creates || deletes ? null : "Cannot update this protected ref.";
    case "non_fast_forward":
      return creates || deletes || change.fastForward ? null : "Cannot force-push to this protected ref.";
    case "pull_request":
      return deletes || change.byPullRequest ? null : "Changes must be made through a pull request.";
    case "required_linear_history":
      return change.addsMerge ? "This branch must not contain merge commits." : null;
    case "required_signatures":
      return change.addsUnsigned ? "Commits must have verified signatures." : null;
    case "required_status_checks": {
      const missing = creates || deletes ? undefined : missingCheck(repo, rule, change.after);
      return missing === undefined ? null : `Required status check "${missing}" is expected.`;
    }
    default:
      throw new Error(`invariant: the rule ${rule.type} was let in but is not enforced`);
  }
}

/** The first context that has no success on the commit, as a status or as a check run. */
function missingCheck(repo: Repository, rule: Rule, sha: string): string | undefined {
  const listed = rule.parameters?.required_status_checks;
  const contexts = (Array.isArray(listed) ? listed : []).filter(isRecord).map(({ context }) => String(context));
  return contexts.find((context) => {
    const status = repo.statuses.find((one) => one.sha === sha && one.context === context);
    const checkRun = repo.checkRuns.findLast((one) => one.headSha === sha && one.name === context);
    return status?.state !== "success" && !["success", "neutral", "skipped"].includes(checkRun?.conclusion ?? "");
  });
}

/** What the stand-in can enforce; a ruleset with another rule is refused when it is made. */
export const ENFORCED_RULES = [
  "creation",
  "deletion",
  "update",
  "non_fast_forward",
  "pull_request",
  "required_linear_history",
  "required_signatures",
  "required_status_checks",
];

export type Bypass = "always" | "pull_requests_only" | "never" | "exempt";

/** `current_user_can_bypass`: what this ruleset lets this caller do. Apps are let through only as `Integration`. */
export function bypassOf(ruleset: Ruleset, repo: Repository, identity: Identity): Bypass {
  const modes = ruleset.bypassActors
    .filter(({ actor_type: type, actor_id: id }) => {
      if (identity.kind === "user") {
        const role = roleOf(repo, identity.user);
        if (type === "User") return id === identity.user.id;
        if (type === "OrganizationAdmin") return identity.user.id === repo.owner.id;
        return type === "RepositoryRole" && role !== null && ROLE_IDS[role] === id;
      }
      return identity.kind === "installation" && type === "Integration" && id === identity.installation.app.id;
    })
    .map(({ bypass_mode: mode }) => mode);
  if (modes.includes("exempt")) return "exempt";
  if (modes.includes("always")) return "always";
  return modes.includes("pull_request") ? "pull_requests_only" : "never";
}

const ROLE_IDS: Readonly<Record<string, number>> = { read: 1, triage: 3, maintain: 2, write: 4, admin: 5 };

function lets(bypass: Bypass, change: RefChange): boolean {
  return bypass === "always" || bypass === "exempt" || (bypass === "pull_requests_only" && change.byPullRequest);
}

function record(
  state: State,
  repo: Repository,
  change: RefChange,
  identity: Identity,
  applying: readonly Ruleset[],
  found: readonly Violation[],
  violations: readonly Violation[],
): void {
  repo.ruleSuites.push({
    id: state.nextId(),
    actor:
      identity.kind === "user"
        ? identity.user
        : identity.kind === "installation"
          ? identity.installation.app.bot
          : state.actionsApp.bot,
    before: change.before,
    after: change.after,
    ref: change.ref,
    pushedAt: isoNow(state),
    result: violations.length > 0 ? "fail" : found.length > 0 ? "bypass" : "pass",
    evaluations: applying.flatMap((ruleset) =>
      ruleset.rules.map((rule) => {
        const violation = found.find((candidate) => candidate.ruleset === ruleset && candidate.rule === rule);
        return {
          ruleset: { id: ruleset.id, name: ruleset.name },
          rule: rule.type,
          result: violation ? ("fail" as const) : ("pass" as const),
          details: violation?.message ?? null,
        };
      }),
    ),
  });
}

/** The words of REST: 422 `Repository rule violations found\n\nCannot update this protected ref.` */
export function restRefusal(violations: readonly Violation[]): string {
  return `Repository rule violations found\n\n${messages(violations).join("\n\n")}`;
}

/** The words of `git push`, as lines of the remote. */
export function pushRefusal(ref: string, violations: readonly Violation[], rulesUrl: string): string {
  const points = messages(violations).map((message) => `- ${message}`);
  return [
    `error: GH013: Repository rule violations found for ${ref}.`,
    `Review all repository rules at ${rulesUrl}?ref=${encodeURIComponent(ref)}`,
    "",
    ...points.flatMap((point) => [point, ""]),
  ].join("\n");
}

function messages(violations: readonly Violation[]): string[] {
  return [...new Set(violations.map(({ message }) => message))];
}
