import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { JobGitHub } from "../../adapters/github-job.ts";
import { encodeBlock } from "../../audit/block.ts";
import { headWords } from "../../audit/bundle.ts";
import { REPORT_TITLE } from "../../incident/names.ts";
import { explain } from "../../incident/reason.ts";
import { type ChainHead, headOf, type RecordEntry } from "../../incident/record.ts";
import type { AskRecord, PlanSummary, Report } from "../../incident/report.ts";
import { reportNotices } from "../../incident/report.ts";
import { encodeResult } from "../../incident/result.ts";
import { isCommentOf, type JobNote, jobComment, parseSealed } from "../../notice/job-comment.ts";
import { responseSummary } from "../../notice/job-summary.ts";
import { plainText } from "../../notice/safe-text.ts";
import { type Plan, planCode, planDigest } from "../../rollback/plan.ts";
import type { ActionContext, JobEnvironment } from "../context.ts";
import type { RespondInputs } from "../inputs.ts";
import { type End, exitCodeOf, isSuccess, outcomeOf } from "./end.ts";
import type { Ledger } from "./ledger.ts";
import { culpritIn } from "./wish.ts";

/**
 * Where this job writes: its log, its own comment on the incident (one per attempt, so that no record is overwritten), its outputs and its report to the App. It must never fail a
 * response because a word could not be delivered.
 */
export type Desk = {
  /** The sealed block that an earlier attempt of this very run left, or null. */
  readonly earlier: () => Promise<string | null>;
  readonly asking: (plan: Plan, asks: readonly AskRecord[], until: number, sealed: string) => Promise<void>;
  /** What is to be told and left behind where the job is cut short; `asking` knows it too. */
  readonly know: (known: Known) => void;
  readonly known: () => Known;
  readonly close: (end: End, sealed: string | null) => Promise<void>;
};

export type Known = {
  readonly plan: Plan | null;
  readonly asks: readonly AskRecord[];
  readonly sealed: string | null;
};

export function createDesk(context: ActionContext<RespondInputs>, github: JobGitHub, ledger: Ledger): Desk {
  const { inputs, env, output } = context;
  const repoUrl = `${env.serverUrl}/${env.repo.owner}/${env.repo.name}`;
  const runUrl = `${repoUrl}/actions/runs/${env.runId}`;
  let comment: number | null = null;
  let wasSent = false;
  let known: Known = { plan: null, asks: [], sealed: null };

  const write = async (body: string): Promise<void> => {
    try {
      // Only its answer may have been lost, and it would go on saying that somebody is waited for.
      if (comment === null && wasSent) comment = await written();
      wasSent = true;
      if (comment === null) comment = await github.comment(inputs.incident, body);
      else await github.editComment(comment, body);
    } catch (error) {
      output.warning(`The comment on the incident could not be written: ${said(error)}`);
    }
  };

  const written = async (): Promise<number | null> => {
    const own = await github.ownComments(inputs.incident).catch(() => []);
    return own.findLast(({ body }) => isCommentOf({ attempt: env.attempt, runUrl }, body))?.id ?? null;
  };

  return {
    earlier: async () => {
      try {
        const own = (await github.ownComments(inputs.incident)).findLast(
          ({ body }) => parseSealed(body, env.runId) !== null,
        );
        return own ? parseSealed(own.body, env.runId) : null;
      } catch (error) {
        output.warning(`Comments on the incident could not be read: ${said(error)}`);
        return null;
      }
    },
    know: (now) => {
      known = now;
    },
    known: () => known,
    asking: async (plan, asks, until, sealed) => {
      known = { plan, asks, sealed };
      const time = new Date(until).toISOString().slice(11, 19);
      await write(
        jobComment(
          {
            ...noteOf(env, runUrl, plan, ledger),
            asks,
            outcome: "asking",
            said: `Waiting for an answer until ${time} UTC.`,
          },
          sealed,
        ),
      );
    },
    close: async (end, sealed) => {
      // A job that made no plan leaves no comment; what it found stands in the report.
      const isTold = comment !== null || end.plan !== null;
      const report = reportOf(end, inputs.incident, env.attempt, isTold ? headOf(ledger.entries()) : null);
      const note: JobNote = {
        ...noteOf(env, runUrl, end.plan, ledger),
        asks: end.asks,
        outcome: report.outcome,
        said: report.said,
        approver: end.approver,
        revertSha: end.revertSha,
      };
      announce(context, end, report, ledger.entries());
      if (isTold) await write(jobComment(note, sealed));
      await leaveRecord(context, ledger.entries());
      await output.summary(responseSummary(report, repoUrl));
    },
  };
}

/** In a file too, which a later step may attest: an anchor that nobody who can edit comments can reach. */
async function leaveRecord(
  { env, output }: ActionContext<RespondInputs>,
  entries: readonly RecordEntry[],
): Promise<void> {
  const file = join(env.temp, "sentinel-record.md");
  try {
    if (entries.length > 0) await writeFile(file, `${encodeBlock(entries)}\n`);
    output.set("record", entries.length > 0 ? file : "");
  } catch (error) {
    output.warning(`The record could not be left in a file: ${said(error)}`);
  }
}

type RespondReport = Extract<Report, { phase: "respond" }>;

function announce(
  { output, inputs }: ActionContext<RespondInputs>,
  end: End,
  report: RespondReport,
  entries: readonly RecordEntry[],
): void {
  output.set("outcome", report.outcome);
  output.set("reason", report.reason);
  output.set("incident", String(inputs.incident));
  output.set("plan-code", report.plan?.code ?? "");
  output.set("revert-sha", report.revertSha ?? "");
  output.set("approver", report.approver ?? "");
  const sentence = `${report.outcome} (${report.reason}): ${report.said}`;
  for (const notice of reportNotices(sentence, report)) output.notice(REPORT_TITLE, notice);
  output.set("result", resultOf(report, inputs.proposal));
  const head = headOf(entries);
  // An outside copy of where the record stood, for who verifies it later.
  if (head !== null) output.line(headWords(head));
  if (end.detail !== "") output.line(`Detail: ${plainText(end.detail, 1000)}`);
  if (isSuccess(end.reason)) output.line(sentence);
  else output.fail(sentence, exitCodeOf(end.reason));
}

/** The same for programs, without what only people read. */
function resultOf(report: RespondReport, proposal: string): string {
  const { phase, outcome, reason, incident, approver, revertSha, record = null } = report;
  const culprit = reason === "proposal-invalid" ? null : culpritIn(proposal, incident);
  const plan = report.plan === null ? null : withoutRisks(report.plan);
  return encodeResult({ phase, outcome, reason, incident, culprit, plan, approver, revertSha, record });
}

function withoutRisks({ risks: _, ...plan }: PlanSummary): Omit<PlanSummary, "risks"> {
  return plan;
}

/** `record` is where this job's record ends, so that the App's record names it. */
function reportOf(end: End, incident: number, attempt: number, record: ChainHead | null): RespondReport {
  return {
    phase: "respond",
    incident,
    attempt,
    outcome: outcomeOf(end.reason),
    reason: end.reason,
    said: explain(end.reason),
    plan: end.plan === null ? null : summaryOf(end.plan),
    asks: [...end.asks],
    approver: end.approver,
    revertSha: end.revertSha,
    tokenThumbprint: end.tokenThumbprint,
    ...(record === null ? {} : { record }),
  };
}

export function summaryOf(plan: Plan): PlanSummary {
  return {
    code: planCode(plan),
    digest: planDigest(plan),
    kind: plan.kind,
    expectedHead: plan.expectedHead,
    resultingTree: plan.resultingTree,
    undoes: [...plan.undoes],
    risks: plan.risks
      .slice(0, 20)
      .map(({ kind, path, line, why }) => plainText(`${kind}: ${path}${line === null ? "" : `:${line}`}: ${why}`, 300)),
  };
}

function noteOf(env: JobEnvironment, runUrl: string, plan: Plan | null, ledger: Ledger) {
  const entries = ledger.entries();
  return {
    ...(entries.length === 0 ? {} : { record: encodeBlock(entries) }),
    runId: env.runId,
    attempt: env.attempt,
    runUrl,
    plan: plan === null ? null : summaryOf(plan),
    approver: null,
    revertSha: null,
  };
}

function said(error: unknown): string {
  return plainText(error instanceof Error ? error.message : "no words", 300);
}
