import { actorOf } from "../auth/identity.ts";
import { permissionsOn } from "../auth/permissions.ts";
import { bypassOf, rulesetsFor } from "../git/rules.ts";
import {
  created,
  invalid,
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
  unprocessable,
} from "../http.ts";
import type { Account, Repository, Ruleset } from "../records.ts";
import { isoNow, type State } from "../state.ts";
import { emit } from "../webhooks/emit.ts";
import { apply } from "./ruleset-fields.ts";
import { fullName, rulesetBase, storedShape } from "./ruleset-shapes.ts";

/** Repository rulesets as REST shows them. Enforcement stands in git/rules.ts and nowhere else. */

const ADMIN = [{ administration: "write" }] as const;

const READ = [{ metadata: "read" }] as const;

const MAX_RULESETS = 75;

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

function announceRuleset(state: State, repo: Repository, ruleset: Ruleset, action: string, sender: Account): void {
  emit(state, repo, "repository_ruleset", sender, { action, repository_ruleset: storedShape(state, repo, ruleset) });
}
