import { assertNever } from "../../kernel/assert-never.ts";
import { digestOf, sha256 } from "../../kernel/digest.ts";
import { type Diagnosis, VERDICT_WORDS } from "../diagnosis.ts";
import type { Memory } from "../memory.ts";
import type { RecordFact } from "../record.ts";
import type { Outcome, Report } from "../report.ts";
import { append, type Fact, isFull, isNoted } from "./note.ts";
import { saidBy } from "./orders.ts";
import type { Step } from "./step.ts";

/** What the responder's jobs say they found and did. A report is read in every look and written down once. */
export const seeReports: Step = (memory, _world, { reports }, at) =>
  reports
    .filter((report) => report.incident === memory.incident)
    .reduce((known, report) => hear(known, report, at), memory);

function hear(memory: Memory, report: Report, at: string): Memory {
  switch (report.phase) {
    case "analyse": {
      const { verdict } = report.diagnosis;
      if (isHeard(memory, report, VERDICT_WORDS[verdict])) return memory;
      return append(memory, at, VERDICT_WORDS[verdict], {
        kind: "analysed",
        reason: verdict,
        digests: { report: digestOf(report), ...provenanceOf(report.diagnosis) },
      });
    }
    case "respond": {
      const text = ENDS[report.outcome];
      const heard = withResponse(memory, report);
      return isHeard(memory, report, text) ? heard : append(heard, at, text, reportedFact(report));
    }
    default:
      return assertNever(report);
  }
}

/** Whom a response asked, and what they answered. */
export function withResponse(memory: Memory, report: Extract<Report, { phase: "respond" }>): Memory {
  return {
    ...memory,
    plan: report.plan ? { digest: report.plan.digest, code: report.plan.code } : memory.plan,
    asks: withAnswers(memory.asks, report.asks),
    ...(memory.denied === null ? deniedBy(report, memory.asks) : {}),
  };
}

const ENDS: Readonly<Record<Outcome, string>> = {
  "rolled-back": "The approved rollback ran and was read back.",
  denied: "The responder ended: denied.",
  expired: "The responder ended: nobody answered in time.",
  held: "The responder ended: nothing was rolled back.",
  failed: "The responder failed.",
};

/** By its digest, since another run may say the same words and mean something else; by its words once the record is full. */
function isHeard(memory: Memory, report: Report, text: string): boolean {
  const digest = digestOf(report);
  const isRecorded = memory.record?.some(({ digests }) => digests?.report === digest) ?? false;
  return isRecorded || (isFull(memory) && isNoted(memory, text));
}

/** A push is remembered once; a later attempt may know how it was answered. */
function withAnswers(known: Memory["asks"], told: Memory["asks"]): Memory["asks"] {
  const later = new Map(told.map((ask) => [keyOfAsk(ask), ask]));
  const answered = known.map((ask) => (ask.answer === "none" ? (later.get(keyOfAsk(ask)) ?? ask) : ask));
  const keys = new Set(known.map(keyOfAsk));
  return [...answered, ...told.filter((ask) => !keys.has(keyOfAsk(ask)))];
}

function provenanceOf({ provenance }: Diagnosis): RecordFact["digests"] {
  if (provenance === undefined) return {};
  const { model, prompt, evidence } = provenance;
  return {
    model: sha256(model),
    ...(HASH.test(prompt) ? { prompt } : {}),
    ...(HASH.test(evidence) ? { evidence } : {}),
  };
}

const HASH = /^[0-9a-f]{64}$/;

/** What the job says it did, and where its own chain stood. */
function reportedFact(report: Extract<Report, { phase: "respond" }>): Fact {
  const { reason, plan, revertSha, tokenThumbprint, record } = report;
  return {
    kind: "reported",
    reason,
    digests: { report: digestOf(report), ...(plan ? { plan: plan.digest } : {}) },
    ...(revertSha === null ? {} : { refs: { commit: revertSha } }),
    ...(tokenThumbprint === null ? {} : { token: tokenThumbprint }),
    ...(record === undefined ? {} : { cross: record }),
  };
}

function keyOfAsk(ask: Memory["asks"][number]): string {
  return `${ask.at} ${ask.approverId} ${ask.digest}`;
}

/** A report is read in every look; a "no" that was heard, and perhaps lifted since, is not heard again. */
function deniedBy({ asks }: Extract<Report, { phase: "respond" }>, known: Memory["asks"]): Partial<Memory> {
  const heard = new Set(known.filter(({ answer }) => answer === "denied").map(keyOfAsk));
  const no = asks.findLast((ask) => ask.answer === "denied" && !heard.has(keyOfAsk(ask)));
  return no === undefined ? {} : saidBy(no.approver, no.approverId, no.at);
}
