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
  const branches = branchesFor(known, place, source, deployment.ref);
  if (branches.length === 0) return drop("not-watched");
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
    branches,
    occasion,
    key: `deployment_status ${place.repo.id} ${status.id} ${status.state}`,
  };
}

/** A deployment's ref may be a tag or a sha, so then every guarded branch may be meant. */
function branchesFor(known: Known, { repo }: Place, source: string, ref: string): readonly string[] {
  const watched = known.watched(repo.id);
  if (watched === null) return [ref === repo.defaultBranch || !/^[\w./-]+$/.test(ref) ? ref : repo.defaultBranch];
  if (!watched.rules.some((rule) => sourceOf(rule) === source)) return [];
  return watched.isGuarded(ref) ? [ref] : watched.branches;
}
