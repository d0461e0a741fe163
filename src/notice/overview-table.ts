import { sourceWords } from "../incident/source-words.ts";
import { percent } from "../kernel/percent.ts";
import { lastAsk } from "./asks.ts";
import type { IncidentFacts } from "./facts.ts";
import { moveWords } from "./moves.ts";
import { code, safeLink, safeText } from "./safe-text.ts";
import { safeWords } from "./safe-words.ts";
import { commitLink, count, person, utc } from "./words.ts";

/**
 * The incident in ten lines: what a person woken at night needs before anything else. When it is closed, what the summary
 * below says anyway is left out.
 */
export function overviewTable(facts: IncidentFacts): string {
  const { memory, repo } = facts;
  const whileOpen = (words: string | null): string | null => (memory.state === "closed" ? null : words);
  const [first, ...rest] = [
    ["Broken", signalWords(facts)],
    ["Counted", countWords(facts)],
    ["Since", whileOpen(`${utc(memory.openedAt)}, at ${commitLink(repo.url, memory.badHead)}`)],
    ["Severity", `**${memory.severity}**`],
    ["Held", whileOpen(holdWords(facts))],
    ["Past the hold", pastWords(facts)],
    [
      "Last good",
      memory.lastGood === null ? "none known, so nothing can be restored" : commitLink(repo.url, memory.lastGood),
    ],
    [facts.analysis?.diagnosis.culprit ? "Culprit" : "Likeliest", whileOpen(suspectWords(facts))],
    ["Plan", planWords(facts)],
    ["Asked", whileOpen(lastAsk(facts))],
    ["Responder", runWords(facts)],
    ["Slack", slackWords(facts)],
  ].filter((row): row is [string, string] => row[1] !== null);
  const line = (row: readonly string[] | undefined): string => `| ${row?.join(" | ")} |`;
  return [line(first), "|:--|:--|", ...rest.map(line)].join("\n");
}

/** The source is named in front where the signal's own words do not name it. */
function signalWords({ signal, repo, memory }: IncidentFacts): string {
  const source = sourceWords(memory.source);
  const isNamed = signal.says.toLowerCase().includes(source.toLowerCase());
  const says = safeText(isNamed ? signal.says : `${source}: ${signal.says}`, 240);
  const link = safeLink("log", signal.url, [`${repo.url}/`]);
  return link === "log" ? says : `${says} (${link})`;
}

const MOST_COUNTED = 4;

/** One failure needs no number. */
function countWords({ memory }: IncidentFacts): string | null {
  const counts = Object.entries(memory.failures ?? {}).toSorted(([a, x], [b, y]) => y - x || a.localeCompare(b));
  const all = counts.reduce((sum, [, number]) => sum + number, 0);
  if (all < 2) return null;
  const shown = counts
    .slice(0, MOST_COUNTED)
    .map(([source, number]) => `${safeText(sourceWords(source), 100)} ×${number}`);
  const left = counts.length - shown.length;
  return `**${all}** failures of this revision: ${shown.join(", ")}${left > 0 ? ` and ${count(left, "more source")}` : ""}`;
}

function holdWords({ hold, memory, repo }: IncidentFacts): string {
  const branch = code(memory.branch, 100);
  switch (hold.kind) {
    case "held": {
      const through = hold.bypass.map((login) => person(repo.url, login)).join(", ");
      return `${branch}: pushes, force pushes and deletion, for everybody but ${through || "nobody"}`;
    }
    case "changed":
      return `${branch}, but **maybe not all of it**: somebody changed the hold's ruleset`;
    case "not-held":
      return `**nothing**: ${safeText(hold.why, 300)}`;
    case "released":
      return `nothing any more: released ${utc(hold.at)} by ${safeText(hold.by, 60)}`;
  }
}

function pastWords({ memory }: IncidentFacts): string | null {
  const words = moveWords(memory);
  return words && `**${safeText(words, 600)}**`;
}

function suspectWords({ analysis, repo }: IncidentFacts): string | null {
  const [first] = analysis?.diagnosis.suspects ?? [];
  if (first === undefined) return null;
  const reason = first.reasons[0] === undefined ? "" : `; ${safeWords(first.reasons[0], 120)}`;
  return `${commitLink(repo.url, first.sha)} ${safeText(first.subject, 90)} (${percent(first.score)}${reason})`;
}

function planWords({ response, memory }: IncidentFacts): string | null {
  const plan = response?.plan;
  if (plan) {
    const what = plan.kind === "restore-last-good" ? "restore the last good tree" : "revert the suspects";
    const risk = plan.risks.length === 0 ? "no risk found" : count(plan.risks.length, "risk");
    return `${code(plan.code, 9)}: ${what}, undoes ${count(plan.undoes.length, "commit")}, ${risk}`;
  }
  return memory.plan === null ? null : code(memory.plan.code, 9);
}

function runWords({ run, repo }: IncidentFacts): string | null {
  if (run === null) return null;
  const link = safeLink("run", run.url, [`${repo.url}/`]);
  return `${link}, attempt ${run.attempt}, ${safeText(run.status, 40)}`;
}

function slackWords({ memory }: IncidentFacts): string | null {
  if (memory.slack === null || !/^[A-Z0-9]+$/.test(memory.slack.channel)) return null;
  return `[message](https://slack.com/archives/${memory.slack.channel}/p${memory.slack.ts.replace(/\D/g, "")})`;
}
