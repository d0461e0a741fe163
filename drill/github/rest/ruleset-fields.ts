import { ENFORCED_RULES } from "../git/rules.ts";
import { type Call, HttpError, invalid, isRecord, textField, textList, unprocessable } from "../http.ts";
import type { BypassActor, Rule, Ruleset } from "../records.ts";
import { ACTIONS_APP_ID, type State } from "../state.ts";

/** What a caller may write into a ruleset, checked before anything of it counts. */

/** Puts the body's fields in after checking all of them: a refused request changes nothing. */
export function apply(state: State, ruleset: Ruleset, body: Call["body"]): void {
  const enforcement = textField(body, "enforcement") ?? ruleset.enforcement;
  if (enforcement === "evaluate") throw invalid(["Enforcement evaluate is only available on Enterprise"]);
  if (!["active", "disabled"].includes(enforcement))
    throw unprocessable(
      `Invalid request.\n\nInvalid property /enforcement: \`${enforcement}\` is not a possible value.`,
    );
  const target = textField(body, "target") ?? ruleset.target;
  if (target === "push") throw new HttpError(501, "Not implemented by the stand-in: push rulesets");
  const rules = body.rules === undefined ? ruleset.rules : rulesFrom(body.rules);
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

function rulesFrom(value: unknown): readonly Rule[] {
  if (!Array.isArray(value)) throw unprocessable("Invalid request.\n\nInvalid property /rules: is not an array.");
  return value.map((rule: unknown) => {
    if (!isRecord(rule) || typeof rule.type !== "string") throw invalid(["Invalid rule"]);
    if (!ENFORCED_RULES.includes(rule.type))
      throw new HttpError(501, `the stand-in GitHub cannot enforce the rule ${rule.type}`);
    return isRecord(rule.parameters) ? { type: rule.type, parameters: rule.parameters } : { type: rule.type };
  });
}

/** Those of whom `bypassOf` knows whether they are the caller. */
const KNOWN_ACTORS = ["User", "Integration", "RepositoryRole", "OrganizationAdmin"];

function bypassFrom(state: State, value: unknown): readonly BypassActor[] {
  if (!Array.isArray(value))
    throw unprocessable("Invalid request.\n\nInvalid property /bypass_actors: is not an array.");
  return value.map((actor: unknown) => {
    if (!isRecord(actor) || typeof actor.actor_type !== "string") throw invalid(["Invalid bypass actor"]);
    if (!KNOWN_ACTORS.includes(actor.actor_type))
      throw new HttpError(501, `the stand-in GitHub cannot let through a ${actor.actor_type}`);
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
