import { actorOf, permissionsOn } from "./auth.ts";
import {
  type Call,
  created,
  HttpError,
  invalid,
  isRecord,
  noContent,
  notFound,
  numberParam,
  ok,
  page,
  param,
  type RepoCall,
  type Route,
  repoRoute,
  requiredText,
  textField,
  textList,
  unprocessable,
} from "./http.ts";
import { bypassOf, ENFORCED_RULES, rulesetsFor } from "./rules.ts";
import { htmlUrl, nodeId, repoUrl } from "./shapes.ts";
import {
  ACTIONS_APP_ID,
  type Account,
  type BypassActor,
  isoNow,
  type Repository,
  type Rule,
  type RuleSuite,
  type Ruleset,
  type State,
} from "./state.ts";
import { emit } from "./webhooks.ts";

/** Repository rulesets as REST shows them. Enforcement stands in rules.ts and nowhere else. */

const ADMIN = [{ administration: "write" }] as const;
const READ = [{ metadata: "read" }] as const;
const MAX_RULESETS = 75;

export const ruleSuiteRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/rulesets/rule-suites", [{ administration: "read" }], listSuites),
  repoRoute("GET /repos/{owner}/{repo}/rulesets/rule-suites/{rule_suite_id}", [{ administration: "read" }], (call) => {
    const suite = call.repo.ruleSuites.find(({ id }) => id === numberParam(call, "rule_suite_id"));
    if (!suite) throw notFound();
    return ok(suiteShape(call.repo, suite, true));
  }),
];

export const rulesetRoutes: readonly Route[] = [
  repoRoute("GET /repos/{owner}/{repo}/rulesets", READ, (call, state) =>
    page(call, state, [...call.repo.rulesets.values()], (ruleset) => rulesetShape(state, call, ruleset, false)),
  ),
  repoRoute("POST /repos/{owner}/{repo}/rulesets", ADMIN, createRuleset),
  repoRoute("GET /repos/{owner}/{repo}/rulesets/{ruleset_id}", READ, (call, state) =>
    ok(rulesetShape(state, call, rulesetOf(call), true)),
  ),
  repoRoute("PUT /repos/{owner}/{repo}/rulesets/{ruleset_id}", ADMIN, updateRuleset),
  repoRoute("DELETE /repos/{owner}/{repo}/rulesets/{ruleset_id}", ADMIN, (call, state) => {
    removeRuleset(state, call.repo, rulesetOf(call), actorOf(call.identity, state));
    return noContent();
  }),
  repoRoute("GET /repos/{owner}/{repo}/rules/branches/{branch}", READ, (call, state) => {
    const active = rulesetsFor(call.repo, `refs/heads/${param(call, "branch")}`).filter(isActive);
    const rules = active.flatMap((ruleset) =>
      ruleset.rules.map((rule) => ({
        ...rule,
        ruleset_source_type: "Repository",
        ruleset_source: fullName(call.repo),
        ruleset_id: ruleset.id,
      })),
    );
    return page(call, state, rules, (rule) => rule);
  }),
];

const isActive = ({ enforcement }: Ruleset) => enforcement === "active";
const fullName = (repo: Repository) => `${repo.owner.login}/${repo.name}`;

function createRuleset(call: RepoCall, state: State) {
  const { repo, body } = call;
  const name = requiredText(body, "name");
  requiredText(body, "enforcement");
  if (repo.rulesets.size >= MAX_RULESETS) throw unprocessable("Repository has reached the limit of 75 rulesets");
  refuseTakenName(repo, name, null);
  const now = isoNow(state);
  const ruleset: Ruleset = {
    id: state.nextId(),
    name,
    target: "branch",
    enforcement: "active",
    bypassActors: [],
    conditions: { include: [], exclude: [] },
    rules: [],
    createdAt: now,
    updatedAt: now,
  };
  apply(state, ruleset, body);
  repo.rulesets.set(ruleset.id, ruleset);
  announceRuleset(state, repo, ruleset, "created", actorOf(call.identity, state));
  return created(rulesetShape(state, call, ruleset, true));
}

function updateRuleset(call: RepoCall, state: State) {
  const { repo, body } = call;
  const ruleset = rulesetOf(call);
  const name = textField(body, "name");
  if (name !== undefined) refuseTakenName(repo, name, ruleset.id);
  apply(state, ruleset, body);
  ruleset.updatedAt = isoNow(state);
  announceRuleset(state, repo, ruleset, "edited", actorOf(call.identity, state));
  return ok(rulesetShape(state, call, ruleset, true));
}

export function removeRuleset(state: State, repo: Repository, ruleset: Ruleset, by: Account): void {
  repo.rulesets.delete(ruleset.id);
  announceRuleset(state, repo, ruleset, "deleted", by);
}

function rulesetOf(call: RepoCall): Ruleset {
  const ruleset = call.repo.rulesets.get(numberParam(call, "ruleset_id"));
  if (!ruleset) throw notFound();
  return ruleset;
}

function refuseTakenName(repo: Repository, name: string, self: number | null): void {
  const taken = [...repo.rulesets.values()].some((other) => other.name === name && other.id !== self);
  if (taken) throw invalid(["Name must be unique"]);
}

/** Puts the body's fields in after checking all of them: a refused request changes nothing. */
function apply(state: State, ruleset: Ruleset, body: Call["body"]): void {
  const enforcement = textField(body, "enforcement") ?? ruleset.enforcement;
  if (enforcement === "evaluate") throw invalid(["Enforcement evaluate is only available on Enterprise"]);
  if (!["active", "disabled"].includes(enforcement))
    throw unprocessable(
      `Invalid request.\n\nInvalid property /enforcement: \`${enforcement}\` is not a possible value.`,
    );
  const target = textField(body, "target") ?? ruleset.target;
  if (target === "push") throw new HttpError(501, "Not implemented by the stand-in: push rulesets");
  const rules = body.rules === undefined ? ruleset.rules : rulesFrom(state, body.rules);
  const bypassActors = body.bypass_actors === undefined ? ruleset.bypassActors : bypassFrom(state, body.bypass_actors);
  const conditions = body.conditions === undefined ? ruleset.conditions : conditionsFrom(body.conditions);
  Object.assign(ruleset, {
    enforcement,
    target,
    rules,
    bypassActors,
    conditions,
    name: textField(body, "name") ?? ruleset.name,
  });
}

function rulesFrom(state: State, value: unknown): readonly Rule[] {
  if (!Array.isArray(value)) throw unprocessable("Invalid request.\n\nInvalid property /rules: is not an array.");
  return value.map((rule: unknown) => {
    if (!isRecord(rule) || typeof rule.type !== "string") throw invalid(["Invalid rule"]);
    if (!ENFORCED_RULES.includes(rule.type)) {
      state.problems.push(`the stand-in GitHub cannot enforce the rule ${rule.type}`);
      throw new HttpError(501, `Not implemented by the stand-in: the rule ${rule.type}`);
    }
    return isRecord(rule.parameters) ? { type: rule.type, parameters: rule.parameters } : { type: rule.type };
  });
}

function bypassFrom(state: State, value: unknown): readonly BypassActor[] {
  if (!Array.isArray(value))
    throw unprocessable("Invalid request.\n\nInvalid property /bypass_actors: is not an array.");
  return value.map((actor: unknown) => {
    if (!isRecord(actor) || typeof actor.actor_type !== "string") throw invalid(["Invalid bypass actor"]);
    const id = typeof actor.actor_id === "number" ? actor.actor_id : null;
    if (actor.actor_type === "Integration" && id === ACTIONS_APP_ID)
      throw invalid(["Actor GitHub Actions integration must be part of the ruleset source or owner organization"]);
    if (actor.actor_type === "User" && (id === null || state.accounts.get(id)?.type !== "User"))
      throw invalid(["Actor User must be part of the ruleset source or owner organization"]);
    const mode = typeof actor.bypass_mode === "string" ? actor.bypass_mode : "always";
    return { actor_id: id, actor_type: actor.actor_type, bypass_mode: mode };
  });
}

function conditionsFrom(value: unknown): Ruleset["conditions"] {
  const refName = isRecord(value) && isRecord(value.ref_name) ? value.ref_name : {};
  const include = textList(refName, "include") ?? [];
  const bad = include.find((pattern) => !pattern.startsWith("refs/") && !["~ALL", "~DEFAULT_BRANCH"].includes(pattern));
  if (bad !== undefined) throw invalid([`Conditions Invalid ref name pattern: ${bad}`]);
  return { include, exclude: textList(refName, "exclude") ?? [] };
}

/** `bypass_actors` is only shown to callers with write access to rulesets; `current_user_can_bypass` is per caller. */
function rulesetShape(state: State, call: RepoCall, ruleset: Ruleset, whole: boolean) {
  const { repo, identity } = call;
  const base = rulesetBase(state, repo, ruleset);
  if (!whole) return base;
  const mayWrite = permissionsOn(identity, repo, state).administration === "write";
  return {
    ...base,
    ...(mayWrite ? { bypass_actors: ruleset.bypassActors } : {}),
    current_user_can_bypass: bypassOf(ruleset, repo, identity),
    conditions: { ref_name: ruleset.conditions },
    rules: ruleset.rules,
  };
}

function rulesetBase(state: State, repo: Repository, ruleset: Ruleset) {
  return {
    id: ruleset.id,
    name: ruleset.name,
    target: ruleset.target,
    source_type: "Repository",
    source: fullName(repo),
    enforcement: ruleset.enforcement,
    node_id: nodeId("RepositoryRuleset", ruleset.id),
    _links: {
      self: { href: `${repoUrl(state, repo)}/rulesets/${ruleset.id}` },
      html: { href: `${htmlUrl(state, repo)}/rules/${ruleset.id}` },
    },
    created_at: ruleset.createdAt,
    updated_at: ruleset.updatedAt,
  };
}

function announceRuleset(state: State, repo: Repository, ruleset: Ruleset, action: string, sender: Account): void {
  emit(state, repo, "repository_ruleset", sender, { action, repository_ruleset: storedShape(state, repo, ruleset) });
}

/** Everything of a ruleset, without a caller's point of view. */
export function storedShape(state: State, repo: Repository, ruleset: Ruleset) {
  return {
    ...rulesetBase(state, repo, ruleset),
    bypass_actors: ruleset.bypassActors,
    conditions: { ref_name: ruleset.conditions },
    rules: ruleset.rules,
  };
}

function listSuites(call: RepoCall, state: State) {
  const ref = call.query.get("ref");
  const result = call.query.get("rule_suite_result") ?? "all";
  const actor = call.query.get("actor_name");
  const matches = call.repo.ruleSuites
    .filter((suite) => ref === null || suite.ref === ref || suite.ref === `refs/heads/${ref}`)
    .filter((suite) => result === "all" || suite.result === result)
    .filter((suite) => actor === null || suite.actor?.login === actor)
    .toReversed();
  return page(call, state, matches, (suite) => suiteShape(call.repo, suite, false));
}

function suiteShape(repo: Repository, suite: RuleSuite, whole: boolean) {
  return {
    id: suite.id,
    actor_id: suite.actor?.id ?? null,
    actor_name: suite.actor?.login ?? null,
    before_sha: suite.before,
    after_sha: suite.after,
    ref: suite.ref,
    repository_id: repo.id,
    repository_name: repo.name,
    pushed_at: suite.pushedAt,
    result: suite.result,
    evaluation_result: suite.result === "fail" ? "fail" : "pass",
    ...(whole
      ? {
          rule_evaluations: suite.evaluations.map(({ ruleset, rule, result, details }) => ({
            rule_source: { type: "ruleset", ...ruleset },
            enforcement: "active",
            result,
            rule_type: rule,
            details,
          })),
        }
      : {}),
  };
}
