import { z } from "zod";
import { Sha } from "../../kernel/sha.ts";
import { type Concern, drop, type Known } from "../concern.ts";
import type { Occasion } from "../gaze.ts";
import { Base, placeOf } from "./event.ts";

const PushEvent = Base.omit({ action: true }).extend({ ref: z.string(), before: Sha, after: Sha });
const BRANCH = "refs/heads/";

/** Of pushes, the most frequent event there is, only those to a branch we hold: somebody was let through. */
export function aboutPush(payload: unknown, known: Known): Concern {
  const event = PushEvent.safeParse(payload);
  if (!event.success) return drop("shape");
  const { ref, before, after } = event.data;
  const place = placeOf(event.data);
  const branch = ref.startsWith(BRANCH) ? ref.slice(BRANCH.length) : "";
  if (!known.isHeld(place.repo.id, branch)) return drop("not-held");
  const occasion: Occasion = { hint: {}, isFailure: false, order: null };
  return { kind: "look", place, branches: [branch], occasion, key: `push ${place.repo.id} ${ref} ${before} ${after}` };
}
