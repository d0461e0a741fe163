import { z } from "zod";
import { RESPONDER_REF, RESPONDER_WORKFLOW } from "../../incident/names.ts";
import { Sha } from "../../kernel/sha.ts";
import type { SignalRule } from "../../policy/schema.ts";
import { CONCLUSIONS } from "../../quarantine/evidence.ts";
import { type Concern, drop, type Known } from "../concern.ts";
import type { Occasion } from "../gaze.ts";
import { Base, isGuarded, placeOf } from "./event.ts";

const WorkflowRunEvent = Base.extend({
  workflow_run: z.object({
    id: z.int(),
    path: z.string(),
    status: z.string().nullish(),
    conclusion: z.string().nullish(),
    head_sha: Sha,
    head_branch: z.string().nullish(),
    run_attempt: z.int().nullish(),
    head_repository: z.object({ id: z.int() }).nullish(),
  }),
});

export function aboutRun(payload: unknown, known: Known): Concern {
  const event = WorkflowRunEvent.safeParse(payload);
  if (!event.success) return drop("shape");
  const { action, workflow_run: run } = event.data;
  const path = run.path.split("@")[0] ?? "";
  const place = placeOf(event.data);
  const key = `workflow_run ${place.repo.id} ${run.id} ${run.run_attempt ?? 1} ${action} ${run.conclusion ?? ""}`;
  if (path === RESPONDER_WORKFLOW)
    return run.head_branch === RESPONDER_REF ? { kind: "responder", place, key } : drop("responder-elsewhere");
  if (action !== "completed") return drop("action");
  if (run.head_repository?.id !== place.repo.id) return drop("fork");
  const verdict = CONCLUSIONS[run.conclusion ?? ""];
  if (verdict !== "failing" && verdict !== "passing") return drop("conclusion");
  const branch = run.head_branch;
  const isWatched = (rule: SignalRule) => "workflow" in rule && rule.workflow === path;
  if (!branch || !isGuarded(known, place, branch, isWatched)) return drop("not-watched");
  const occasion: Occasion = {
    sha: run.head_sha,
    source: `workflow:${path}`,
    hint: { run: run.id },
    isFailure: verdict === "failing",
    order: null,
  };
  return { kind: "look", place, branches: [branch], occasion, key };
}
