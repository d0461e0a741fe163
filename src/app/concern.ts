import { z } from "zod";
import {
  ANALYSE_JOB,
  CHECK_NAME,
  parseHoldName,
  RESPOND_JOB,
  RESPONDER_REF,
  RESPONDER_WORKFLOW,
} from "../incident/names.ts";
import type { Repo } from "../incident/world.ts";
import { Sha } from "../kernel/sha.ts";
import type { SignalRule } from "../policy/schema.ts";
import { sourceOf } from "../policy/source.ts";
import { CONCLUSIONS, deploymentVerdict } from "../quarantine/evidence.ts";
import type { Occasion } from "./observe.ts";
import type { Watched } from "./policies.ts";
import { jobPlace } from "./sources/check.ts";

/**
 * Turns a webhook into "look at this branch", or into the reason why it does not concern us: without a call to GitHub, from
 * the event and what the policies watch. It must never make a fact of what the event says.
 */
export type Concern =
  | { readonly kind: "drop"; readonly why: string }
  | {
      readonly kind: "look";
      readonly place: Place;
      readonly branches: readonly string[];
      readonly occasion: Occasion;
      readonly key: string;
    }
  /** Something about the responder: its incident's branch is to be found. */
  | { readonly kind: "responder"; readonly place: Place; readonly key: string }
  | { readonly kind: "command"; readonly place: Place; readonly comment: CommentEvent; readonly key: string }
  | { readonly kind: "installation"; readonly installation: number; readonly key: string };

export type Place = { readonly installation: number; readonly repo: Repo };
export type CommentEvent = {
  readonly issue: number;
  readonly comment: number;
  readonly login: string;
  readonly body: string;
};

export type Known = {
  readonly appId: number;
  /** Null for a repository that no sweep has seen yet. */
  watched(repoId: number): Watched | null;
};

export function concernOf(event: string, payload: unknown, known: Known): Concern {
  switch (event) {
    case "deployment_status":
      return aboutDeployment(payload, known);
    case "check_run":
      return aboutCheck(payload, known);
    case "workflow_run":
      return aboutRun(payload, known);
    case "issue_comment":
      return aboutComment(payload);
    case "repository_ruleset":
      return aboutRuleset(payload, known);
    case "installation":
    case "installation_repositories":
      return aboutInstallation(payload);
    default:
      return drop("event");
  }
}

const drop = (why: string): Concern => ({ kind: "drop", why });

const Repository = z.object({
  id: z.int().positive(),
  name: z.string().min(1),
  html_url: z.string(),
  default_branch: z.string().min(1),
  owner: z.object({ login: z.string().min(1) }),
});
const Base = z.object({
  action: z.string(),
  installation: z.object({ id: z.int().positive() }),
  repository: Repository,
});

function placeOf({ installation, repository }: Pick<z.infer<typeof Base>, "installation" | "repository">): Place {
  const { id, name, html_url: url, default_branch: defaultBranch, owner } = repository;
  return { installation: installation.id, repo: { id, name, url, defaultBranch, owner: owner.login } };
}

const DeploymentStatusEvent = Base.extend({
  deployment_status: z.object({ id: z.int(), state: z.string(), environment: z.string().nullish() }),
  deployment: z.object({ id: z.int(), sha: Sha, ref: z.string(), environment: z.string() }),
});

function aboutDeployment(payload: unknown, known: Known): Concern {
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

function aboutCheck(payload: unknown, known: Known): Concern {
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

function isGuarded(known: Known, { repo }: Place, branch: string, isWatched: (rule: SignalRule) => boolean): boolean {
  const watched = known.watched(repo.id);
  if (watched === null) return branch === repo.defaultBranch;
  return watched.isGuarded(branch) && watched.rules.some(isWatched);
}

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

function aboutRun(payload: unknown, known: Known): Concern {
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

const CommentEventShape = Base.extend({
  issue: z.object({ number: z.int(), pull_request: z.unknown().optional() }),
  comment: z.object({
    id: z.int(),
    body: z.string().nullish(),
    user: z.object({ login: z.string(), type: z.string() }).nullish(),
  }),
});

function aboutComment(payload: unknown): Concern {
  const event = CommentEventShape.safeParse(payload);
  if (!event.success) return drop("shape");
  const { action, issue, comment } = event.data;
  // Only when it is written: those who may write can edit the comments of others.
  if (action !== "created") return drop("action");
  if (issue.pull_request !== undefined || !comment.user || comment.user.type === "Bot") return drop("not-a-person");
  const body = (comment.body ?? "").trim();
  if (!/^\/sentinel(?:\s|$)/.test(body)) return drop("not-a-command");
  const place = placeOf(event.data);
  const said: CommentEvent = { issue: issue.number, comment: comment.id, login: comment.user.login, body };
  return { kind: "command", place, comment: said, key: `issue_comment ${place.repo.id} ${comment.id}` };
}

const RulesetEvent = Base.extend({
  repository_ruleset: z.object({ id: z.int(), name: z.string() }),
  sender: z.object({ login: z.string(), type: z.string() }),
});

function aboutRuleset(payload: unknown, known: Known): Concern {
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

function aboutInstallation(payload: unknown): Concern {
  const event = z.object({ action: z.string(), installation: z.object({ id: z.int().positive() }) }).safeParse(payload);
  if (!event.success) return drop("shape");
  const { action, installation } = event.data;
  if (action === "deleted" || action === "suspend") return drop("gone");
  return { kind: "installation", installation: installation.id, key: `installation ${installation.id} ${action}` };
}
