import { z } from "zod";
import { ANALYSE_JOB, CHECK_NAME, RESPOND_JOB, RESPONDER_REF } from "../../incident/names.ts";
import { Sha } from "../../kernel/sha.ts";
import type { SignalRule } from "../../policy/schema.ts";
import { CONCLUSIONS } from "../../quarantine/evidence.ts";
import { type Concern, drop, type Known } from "../concern.ts";
import type { Occasion } from "../gaze.ts";
import { jobPlace } from "../sources/check.ts";
import { Base, isGuarded, placeOf } from "./event.ts";

const CheckRunEvent = Base.extend({
  check_run: z.object({
    id: z.int(),
    name: z.string(),
    head_sha: Sha,
    status: z.string(),
    conclusion: z.string().nullable(),
    completed_at: z.string().nullish(),
    details_url: z.string().nullish(),
    app: z.object({ id: z.int(), slug: z.string().nullish() }).nullish(),
    check_suite: z.object({ head_branch: z.string().nullish() }).nullish(),
  }),
});

export function aboutCheck(payload: unknown, known: Known): Concern {
  const event = CheckRunEvent.safeParse(payload);
  if (!event.success) return drop("shape");
  const { action, check_run: check } = event.data;
  if (action !== "completed") return drop("action");
  if (check.app?.id === known.appId || check.name === CHECK_NAME) return drop("ours");
  const branch = check.check_suite?.head_branch;
  // A fork's branch may be called `main` too; a check run of a pull request from a fork has no branch at all.
  if (!branch) return drop("no-branch");
  const place = placeOf(event.data);
  const key = `check_run ${place.repo.id} ${check.id} ${check.conclusion} ${check.completed_at}`;
  if (branch === RESPONDER_REF && (check.name === ANALYSE_JOB || check.name === RESPOND_JOB))
    return { kind: "responder", place, key };
  const verdict = CONCLUSIONS[check.conclusion ?? ""];
  if (verdict !== "failing" && verdict !== "passing") return drop("conclusion");
  const slug = check.app?.slug;
  const isWatched = (rule: SignalRule) => "check" in rule && rule.check === check.name && rule.app === slug;
  if (!isGuarded(known, place, branch, isWatched)) return drop("not-watched");
  const { run, job } = jobPlace(check.details_url) ?? {};
  const occasion: Occasion = {
    sha: check.head_sha,
    source: `check:${check.name}`,
    hint: { ...(run === undefined ? {} : { run }), ...(job === undefined ? {} : { job }) },
    isFailure: verdict === "failing",
    order: null,
  };
  return { kind: "look", place, branches: [branch], occasion, key };
}
