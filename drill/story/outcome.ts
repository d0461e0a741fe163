import { openRepository } from "../../src/adapters/git.ts";
import { CHECK_NAME, REPORT_TITLE, RESPONDER_WORKFLOW } from "../../src/incident/names.ts";
import { type Report, readReports } from "../../src/incident/report.ts";
import type { Answering } from "./answer.ts";
import { type Rehearsal, treeOf } from "./rehearsal.ts";
import type { Stage } from "./stage.ts";
import { ASK, firstAt, HOLD, INCIDENT, matches, RELEASE, REVERT, type Timeline } from "./timeline.ts";

/** The object that `--json` writes. Shas are full; times are milliseconds. Read off the stand-ins, never assumed. */
export type DrillResult = {
  readonly outcome: "rolled-back" | "denied" | "expired" | "held" | "failed";
  readonly reason: string;
  readonly hold: { readonly held: boolean; readonly released: boolean };
  readonly incident: { readonly number: number; readonly state: "open" | "closed" } | null;
  readonly diagnosis: {
    readonly by: "offline" | "gemini";
    readonly verdict: string;
    readonly culprit: string | null;
    readonly suspects: readonly { readonly sha: string; readonly score: number }[];
    readonly blastRadius: {
      readonly files: number;
      readonly areas: readonly string[];
      readonly owners: readonly string[];
    };
  } | null;
  readonly plan: {
    readonly code: string;
    readonly digest: string;
    readonly kind: string;
    readonly expectedHead: string;
    readonly resultingTree: string;
    readonly undoes: readonly string[];
  } | null;
  readonly approval: { readonly asked: number; readonly approver: string | null; readonly answer: string };
  readonly branch: { readonly before: string; readonly after: string; readonly tree: string };
  readonly timings: Readonly<
    Record<"signalToHoldMs" | "signalToIncidentMs" | "signalToAskMs" | "answerToRevertMs" | "totalMs", number | null>
  >;
  readonly calls: Readonly<Record<"github" | "auth0" | "slack" | "gemini", number>>;
};

/** What `--json` says when the drill itself broke off: nothing is claimed that was not seen. */
export function brokenOff(rehearsal: Rehearsal, timeline: Timeline): DrillResult {
  return {
    outcome: "failed",
    reason: "internal-error",
    hold: { held: firstAt(timeline.entries, HOLD) !== null, released: firstAt(timeline.entries, RELEASE) !== null },
    incident: null,
    diagnosis: null,
    plan: null,
    approval: { asked: timeline.entries.filter((entry) => matches(entry, ASK)).length, approver: null, answer: "none" },
    branch: { before: rehearsal.bad, after: rehearsal.bad, tree: "" },
    timings: {
      signalToHoldMs: null,
      signalToIncidentMs: null,
      signalToAskMs: null,
      answerToRevertMs: null,
      totalMs: Math.round(timeline.now()),
    },
    calls: callsOf(timeline),
  };
}

export async function readOutcome(
  stage: Stage,
  rehearsal: Rehearsal,
  timeline: Timeline,
  answering: Answering,
  signalAt: number,
): Promise<DrillResult> {
  const { github, repo } = stage;
  const reports = responderReports(stage);
  const analysis = reports.findLast((report) => report.phase === "analyse");
  const response = reports.findLast((report) => report.phase === "respond");
  const after = await github.state.head(repo, rehearsal.branch);
  const issue = github.state.issues(repo)[0];
  const diagnosis = analysis?.phase === "analyse" ? analysis.diagnosis : null;
  const answered = response?.phase === "respond" ? response : null;
  const revertAt = firstAt(timeline.entries, REVERT, signalAt);
  const answeredAt = answering.answeredAt();
  const since = (at: number | null) => (at === null ? null : Math.round(at - signalAt));
  return {
    outcome: answered?.outcome ?? "failed",
    reason: answered?.reason ?? "internal-error",
    hold: {
      held: firstAt(timeline.entries, HOLD, signalAt) !== null,
      released: firstAt(timeline.entries, RELEASE, signalAt) !== null && !isHeld(stage),
    },
    incident: issue ? { number: issue.number, state: issue.state } : null,
    diagnosis: diagnosis && {
      by: diagnosis.by,
      verdict: diagnosis.verdict,
      culprit: diagnosis.culprit,
      suspects: diagnosis.suspects.map(({ sha, score }) => ({ sha, score })),
      blastRadius: {
        files: diagnosis.blastRadius.files,
        areas: diagnosis.blastRadius.areas,
        owners: diagnosis.blastRadius.owners,
      },
    },
    plan: answered?.plan
      ? {
          code: answered.plan.code,
          digest: answered.plan.digest,
          kind: answered.plan.kind,
          expectedHead: answered.plan.expectedHead,
          resultingTree: answered.plan.resultingTree,
          undoes: answered.plan.undoes,
        }
      : null,
    approval: {
      asked: answering.asked(),
      approver: answered?.approver ?? null,
      answer: answered?.asks.at(-1)?.answer ?? "none",
    },
    branch: { before: rehearsal.bad, after, tree: await treeOf(openRepository(repo.gitDir), after) },
    timings: {
      signalToHoldMs: since(firstAt(timeline.entries, HOLD, signalAt)),
      signalToIncidentMs: since(firstAt(timeline.entries, INCIDENT, signalAt)),
      signalToAskMs: since(firstAt(timeline.entries, ASK, signalAt)),
      answerToRevertMs: revertAt !== null && answeredAt !== null ? Math.round(revertAt - answeredAt) : null,
      totalMs: Math.round(timeline.now()),
    },
    calls: callsOf(timeline),
  };
}

/** What the responder's jobs have reported so far, oldest first. */
export function responderReports({ github, repo }: Stage): readonly Report[] {
  const messages = github.state
    .runs(repo)
    .filter((run) => run.path === RESPONDER_WORKFLOW)
    .flatMap((run) => github.state.annotations(repo, run.id))
    .filter((annotation) => annotation.title === REPORT_TITLE)
    .map((annotation) => annotation.message);
  return readReports(messages);
}

export function isHeld({ github, repo }: Stage): boolean {
  return github.state.rulesets(repo).some((ruleset) => ruleset.name.startsWith("sentinel hold "));
}

export function sentinelCheckRun({ github, repo }: Stage, sha: string): Readonly<Record<string, unknown>> | null {
  return github.state.checkRuns(repo, sha).find((run) => run.name === CHECK_NAME) ?? null;
}

function callsOf({ entries }: Timeline): DrillResult["calls"] {
  const count = (service: string) => entries.filter((entry) => entry.service === service).length;
  return { github: count("github"), auth0: count("auth0"), slack: count("slack"), gemini: count("gemini") };
}
