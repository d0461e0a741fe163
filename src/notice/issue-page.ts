import type { Memory } from "../incident/memory.ts";
import { sourceWords } from "../incident/source-words.ts";
import { percent } from "../kernel/percent.ts";
import { shortSha } from "../kernel/sha.ts";
import { ANSWERS, allAsks, asksTable } from "./asks.ts";
import { blastDiagram } from "./blast-diagram.ts";
import type { IncidentFacts } from "./facts.ts";
import { findings } from "./findings.ts";
import { headline } from "./headline.ts";
import { overviewTable } from "./overview-table.ts";
import { planList } from "./plan-section.ts";
import { postmortem } from "./postmortem.ts";
import { reasonWords } from "./reason-words.ts";
import { code, plainText, safeText } from "./safe-text.ts";
import type { Stage } from "./stage.ts";
import { suspectsList } from "./suspects-list.ts";
import { whatYouCanDo } from "./what-you-can-do.ts";
import { clockTime, commitLink, count, utc } from "./words.ts";

/**
 * Every word of the incident issue, built from facts alone, so that the same facts always give the same page. It must never
 * let hostile text act, and nothing may ever decide by what stands on it.
 */
export function issuePage(facts: IncidentFacts): string {
  const isClosed = facts.memory.state === "closed";
  const sections: readonly Section[] = [
    { text: alert(facts) },
    { text: overviewTable(facts) },
    { text: section("Post-incident summary", isClosed ? postmortem(facts) : null) },
    { text: section("What you can do", whatYouCanDo(facts)) },
    { text: section("Suspects", facts.analysis === null ? null : analysis(facts)), spared: 4 },
    { text: section("Blast radius", radius(facts)), spared: 3 },
    { text: section("Plan", plan(facts)) },
    { text: section("Who was asked", asksTable(facts)) },
    { text: timeline(facts, isClosed), spared: 2 },
    { text: evidence(facts), spared: 1 },
    { text: details(facts) },
    { text: facts.record?.block ?? null },
    { text: FOOTER },
  ];
  return withinLimit(sections);
}

/** What may be left out where GitHub would refuse the page as too long, the lowest number first. */
type Section = { readonly text: string | null; readonly spared?: number };

/** GitHub takes 65,536 characters; the App adds a line of its own. */
const PAGE_LIMIT = 64_000;

function withinLimit(sections: readonly Section[]): string {
  const page = (from: readonly Section[]): string => `${from.flatMap(({ text }) => text ?? []).join("\n\n")}\n`;
  const order = [0, 1, 2, 3, 4];
  const kept = order.map((spare) => sections.filter(({ spared = 9 }) => spared > spare));
  const fitting = kept.find((some) => page(some).length <= PAGE_LIMIT) ?? kept.at(-1) ?? [];
  return page(fitting);
}

/** Plain text: GitHub draws no Markdown in titles but code. Stays the same for the life of the incident. */
export function issueTitle(memory: Memory): string {
  const where = `${memory.branch} at ${shortSha(memory.badHead)}`;
  const source = sourceWords(memory.source);
  return plainText(`${source.charAt(0).toUpperCase()}${source.slice(1)} failed: ${where} (${memory.severity})`, 200);
}

function alert(facts: IncidentFacts): string {
  const { stage, what, next } = headline(facts);
  return [`> [!${ALERTS[stage]}]`, `> **${safeText(what, 200)}** ${reasonWords(next, 600)}`.trimEnd()].join("\n");
}

const ALERTS: Readonly<Record<Stage, "CAUTION" | "WARNING" | "IMPORTANT" | "TIP" | "NOTE">> = {
  open: "CAUTION",
  analysed: "CAUTION",
  "rolled-back": "IMPORTANT",
  denied: "WARNING",
  expired: "WARNING",
  stuck: "WARNING",
  failed: "CAUTION",
  released: "NOTE",
  closed: "TIP",
};

function section(title: string, text: string | null): string | null {
  return text === null ? null : `### ${title}\n\n${text}`;
}

function analysis({ analysis: report, repo }: IncidentFacts): string | null {
  if (report === null) return null;
  const { diagnosis } = report;
  return [suspectsList(diagnosis, repo.url), ...findings(diagnosis)].join("\n\n");
}

function radius({ analysis: report }: IncidentFacts): string | null {
  return report === null ? null : blastDiagram(report.diagnosis.blastRadius, report.diagnosis.culprit);
}

function plan({ response, repo, analysis: report }: IncidentFacts): string | null {
  if (!response?.plan) return null;
  const done =
    response.revertSha === null || response.outcome !== "rolled-back"
      ? ""
      : `\n- **Rolled back** in ${commitLink(repo.url, response.revertSha)}`;
  const known = new Map(report?.diagnosis.suspects.map(({ sha, subject }) => [sha, safeText(subject, 80)]));
  const commit = (sha: string): string => commitLink(repo.url, sha);
  return `${planList(response.plan, commit, known)}${done}`;
}

const EVENTS_SHOWN = 40;

function timeline(facts: IncidentFacts, isFolded: boolean): string | null {
  const events = allEvents(facts);
  if (events.length === 0) return null;
  const shown = events.slice(-EVENTS_SHOWN);
  const left = events.length - shown.length;
  const rows = shown.map(({ at, text }, index) => {
    const isNewDay = utc(at).slice(0, 10) !== utc(shown[index - 1]?.at ?? "").slice(0, 10);
    return `| ${isNewDay ? utc(at) : `${clockTime(at)} UTC`} | ${safeText(text, 300)} |`;
  });
  const table = [
    `| Time | ${left > 0 ? `${left} earlier events are left out` : "What happened"} |`,
    "|--:|:--|",
    ...rows,
  ].join("\n");
  return isFolded ? folded(`Timeline: ${count(events.length, "event")}`, table) : `### Timeline\n\n${table}`;
}

/** The App's own events, and every push with its answer, which the App learns of only afterwards. */
function allEvents(facts: IncidentFacts): readonly { readonly at: string; readonly text: string }[] {
  const asks = allAsks(facts).map(({ at, approver, answer }) => ({
    at,
    text: `${approver} was asked on their phone: ${ANSWERS[answer] ?? "no answer known"}.`,
  }));
  return [...facts.memory.timeline, ...asks].toSorted((a, b) => a.at.localeCompare(b.at));
}

/** What the claims' marks stand for, and who could have written it. */
function evidence({ analysis: report }: IncidentFacts): string | null {
  const pieces = report?.diagnosis.evidence ?? [];
  if (pieces.length === 0) return null;
  const lines = pieces.map(({ id, trust, title }) => `- ${code(id, 40)} ${safeText(title, 160)} (${TRUST[trust]})`);
  return folded(`Evidence: ${count(pieces.length, "piece")}`, lines.join("\n"));
}

const TRUST = {
  ours: "computed by Sentinel",
  member: "written by members",
  outsider: "anybody may have written it",
  machine: "printed by a machine that runs anybody's code",
} as const;

function details({ memory, analysis: report, response }: IncidentFacts): string {
  const notLookedAt = [...(report?.diagnosis.notLookedAt ?? []), ...(report?.diagnosis.blastRadius.notLookedAt ?? [])];
  const lines = [
    `- Bad head ${code(memory.badHead, 40)}`,
    memory.lastGood === null ? null : `- Last good ${code(memory.lastGood, 40)}`,
    `- Source ${code(memory.source, 200)}`,
    `- Policy digest ${code(memory.policyDigest, 64)}, mode ${memory.mode ?? memory.policy.mode}`,
    report === null
      ? null
      : `- Analysis by ${report.diagnosis.by}, attempt ${report.attempt}, confidence ${percent(report.diagnosis.confidence)}`,
    report?.diagnosis.fellBack
      ? `- The model did not answer (${safeText(report.diagnosis.fellBack, 200)}), so code alone analysed`
      : null,
    response === null ? null : `- Response ended ${endWords(response)}`,
    response?.tokenThumbprint ? `- SHA-256 of the released token ${code(response.tokenThumbprint, 64)}` : null,
    notLookedAt.length === 0 ? null : `- Not looked at: ${notLookedAt.map((text) => safeText(text, 200)).join("; ")}`,
  ];
  return folded("Details for the record", lines.filter((line) => line !== null).join("\n"));
}

function endWords({ outcome, reason }: NonNullable<IncidentFacts["response"]>): string {
  return outcome === reason ? code(outcome, 20) : `${code(outcome, 20)} for reason ${code(reason, 60)}`;
}

/** GitHub reads Markdown inside an HTML block again after an empty line. */
function folded(summary: string, text: string): string {
  return `<details>\n<summary>${summary}</summary>\n\n${text}\n\n</details>`;
}

const FOOTER =
  "<sub>Sentinel rewrites this page from GitHub's own state. Edits are lost, and nothing is decided by what stands here.</sub>";
