import { z } from "zod";
import { parseHoldName } from "../../incident/names.ts";
import { type Concern, drop, type Known } from "../concern.ts";
import type { Occasion } from "../gaze.ts";
import { Base, placeOf } from "./event.ts";

const RulesetEvent = Base.extend({
  repository_ruleset: z.object({ id: z.int(), name: z.string() }),
  sender: z.object({ login: z.string(), type: z.string() }),
});

export function aboutRuleset(payload: unknown, known: Known): Concern {
  const event = RulesetEvent.safeParse(payload);
  if (!event.success) return drop("shape");
  const { action, repository_ruleset: ruleset, sender } = event.data;
  if (action !== "edited" && action !== "deleted") return drop("action");
  const name = parseHoldName(ruleset.name);
  if (name === null) return drop("not-ours");
  // What Apps did is either our own work or found by the next sweep.
  if (sender.type === "Bot") return drop("ours");
  const place = placeOf(event.data);
  const occasion: Occasion = { hint: {}, isFailure: false, order: null };
  const key = `repository_ruleset ${place.repo.id} ${ruleset.id} ${action} ${known.appId}`;
  return { kind: "look", place, branches: [name.branch], occasion, key };
}
