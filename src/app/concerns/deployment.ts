import { z } from "zod";
import { Sha } from "../../kernel/sha.ts";
import { sourceOf } from "../../policy/source.ts";
import { deploymentVerdict } from "../../quarantine/evidence.ts";
import { type Concern, drop, type Known, type Place } from "../concern.ts";
import type { Occasion } from "../gaze.ts";
import { Base, placeOf } from "./event.ts";

const DeploymentStatusEvent = Base.extend({
  deployment_status: z.object({ id: z.int(), state: z.string(), environment: z.string().nullish() }),
  deployment: z.object({ id: z.int(), sha: Sha, ref: z.string(), environment: z.string() }),
});

export function aboutDeployment(payload: unknown, known: Known): Concern {
  const event = DeploymentStatusEvent.safeParse(payload);
  if (!event.success) return drop("shape");
  const { deployment, deployment_status: status } = event.data;
  const verdict = deploymentVerdict(status.state);
  if (verdict !== "failing" && verdict !== "passing") return drop("state");
  const environment = status.environment || deployment.environment;
  const source = `deployment:${environment}`;
  const place = placeOf(event.data);
  const meant = meantBy(known, place, source, deployment);
  if (meant === null) return drop("not-watched");
  const occasion: Occasion = {
    sha: deployment.sha,
    source,
    hint: { deployment: deployment.id },
    isFailure: verdict === "failing",
    order: null,
  };
  return {
    kind: "look",
    place,
    ...meant,
    occasion,
    key: `deployment_status ${place.repo.id} ${status.id} ${status.state}`,
  };
}

type Look = Extract<Concern, { kind: "look" }>;

/**
 * A deployment's ref may be a tag or a sha, so then every guarded branch may be meant: those that a policy names, and those it
 * names by pattern if they stand there.
 */
function meantBy(
  known: Known,
  { repo }: Place,
  source: string,
  { ref, sha }: { readonly ref: string; readonly sha: Sha },
): Pick<Look, "branches" | "orAt"> | null {
  const watched = known.watched(repo.id);
  if (watched === null)
    return { branches: [ref === repo.defaultBranch || !/^[\w./-]+$/.test(ref) ? ref : repo.defaultBranch] };
  const { branches, hasPatterns, isGuarded } = watched;
  if (!watched.rules.some((rule) => sourceOf(rule) === source)) return null;
  if (isGuarded(ref)) return { branches: [ref] };
  if (hasPatterns) return { branches, orAt: { sha, isGuarded } };
  return branches.length > 0 ? { branches } : null;
}
