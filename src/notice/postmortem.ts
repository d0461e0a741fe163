import { isSeenToRecover } from "../incident/remember/release.ts";
import { sourceWords } from "../incident/source-words.ts";
import { percent } from "../kernel/percent.ts";
import { shortSha } from "../kernel/sha.ts";
import { allAsks } from "./asks.ts";
import type { IncidentFacts } from "./facts.ts";
import { code, safeText } from "./safe-text.ts";
import { answerer } from "./stage.ts";
import { between, commitLink, count, person, utc } from "./words.ts";

/** The summary that a closed incident leaves, ready to be worked into a postmortem. Reported facts only, no guesses. */
export function postmortem(facts: IncidentFacts): string {
  const { analysis, response, repo } = facts;
  const culprit = analysis?.diagnosis.culprit ?? null;
  const suspect = analysis?.diagnosis.suspects.find(({ sha }) => sha === culprit);
  const rows: readonly (readonly [string, string])[] = [
    ["Impact", impact(facts)],
    ["Detection", detection(facts)],
    ["Hold", holdWindow(facts)],
    ["Decision", decision(facts)],
    ["Recovery", recovery(facts)],
    [
      "Contributing commit",
      suspect
        ? `${commitLink(repo.url, suspect.sha)} ${safeText(suspect.subject, 120)} (${percent(suspect.score)})`
        : "not named by the analysis",
    ],
    ["Undone", undone(facts)],
  ];
  const [first, ...rest] = rows.map(([name, words]) => `| ${name} | ${words} |`);
  return [
    first,
    "|:--|:--|",
    ...rest,
    "",
    "Follow-ups:",
    "",
    ...followUps(response?.outcome === "rolled-back" ? (response.plan?.undoes ?? []) : [], suspect?.sha ?? null).map(
      (line) => `- [ ] ${line}`,
    ),
  ].join("\n");
}

function impact({ memory }: IncidentFacts): string {
  const end = isSeenToRecover(memory) ? (memory.released?.at ?? null) : null;
  const lasted = between(memory.openedAt, end);
  return lasted === null
    ? `from ${utc(memory.openedAt)}, end not seen`
    : `${utc(memory.openedAt)} to ${utc(end ?? "")} (${lasted})`;
}

function detection({ memory, repo }: IncidentFacts): string {
  const what = `${safeText(sourceWords(memory.source), 120)} failed at ${commitLink(repo.url, memory.badHead)}`;
  return `${what}; incident opened ${utc(memory.openedAt)}`;
}

function holdWindow({ memory }: IncidentFacts): string {
  const seen = memory.record?.filter(({ kind }) => kind === "held" || kind === "not-held") ?? [];
  const last = seen.at(-1);
  const from = seen.findLast(({ kind }) => kind === "held")?.at ?? null;
  if (last?.reason === "hold-refused" && from === null) return "none: GitHub refused the ruleset";
  const branch = code(memory.branch, 100);
  const since = from === null ? "" : ` from ${utc(from)}`;
  const changed = last?.reason === "hold-changed" ? `, changed by somebody ${utc(last.at)}` : "";
  if (last?.reason === "hold-gone") return `${branch}${since}, gone ${utc(last.at)} without an order given here`;
  if (memory.released === null) return `${branch}${since}, not seen released`;
  const { at, by, reason } = memory.released;
  const lasted = between(from, at);
  const until = lasted === null ? `, released ${utc(at)}` : ` to ${utc(at)} (${lasted}), released`;
  return `${branch}${since}${changed}${until} by ${safeText(by, 60)}: ${safeText(reason, 200)}`;
}

function decision(facts: IncidentFacts): string {
  const who = answerer(facts);
  const ask = allAsks(facts).at(-1);
  const asked =
    ask === undefined
      ? "nobody was asked"
      : `${count(allAsks(facts).length, "push", "pushes")}, the last ${utc(ask.at)} (${between(facts.memory.openedAt, ask.at) ?? "time unknown"} after the incident opened)`;
  if (who !== null) {
    const answer = facts.response?.outcome === "rolled-back" ? "approved" : "said no";
    return `${person(facts.repo.url, who)} ${answer}; ${asked}`;
  }
  if (ask === undefined) return asked;
  if (ask.answer === "denied") return `${person(facts.repo.url, ask.approver)} said no; ${asked}`;
  return ask.answer === "approved"
    ? `${person(facts.repo.url, ask.approver)} approved${comingOf(facts)}; ${asked}`
    : `no answer; ${asked}`;
}

/** What the yes came to. A re-run that finds the rollback does not know itself who approved it. */
function comingOf({ response }: IncidentFacts): string {
  if (response?.outcome === "rolled-back") return "";
  const mayStand = response?.reason === "write-unknown" || response?.reason === "read-back-differs";
  return mayStand ? ", and what was written is not known" : ", but nothing was rolled back";
}

function recovery({ response, memory, repo }: IncidentFacts): string {
  const isSeen = isSeenToRecover(memory);
  if (response?.outcome !== "rolled-back" || response.revertSha === null)
    return isSeen ? "no rollback of Sentinel was reported" : "not seen";
  const green = isSeen ? between(memory.openedAt, memory.released?.at ?? null) : null;
  const after = green === null ? "" : `, green ${green} after the incident opened`;
  return `rollback commit ${commitLink(repo.url, response.revertSha)}${after}`;
}

function undone({ response, repo }: IncidentFacts): string {
  const plan = response?.outcome === "rolled-back" ? response.plan : null;
  if (!plan) return "nothing";
  const shown = plan.undoes.slice(0, 8).map((sha) => commitLink(repo.url, sha));
  const more = plan.undoes.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function followUps(undone: readonly string[], culprit: string | null): readonly string[] {
  const others = undone.filter((sha) => sha !== culprit).length;
  return [
    culprit === null
      ? "Name the cause: the analysis did not"
      : `Fix the cause in ${code(shortSha(culprit), 12)} and land it again`,
    ...(others === 0
      ? []
      : [
          culprit === null
            ? "Land again what was undone and innocent"
            : `Land ${others === 1 ? "the other undone commit" : `the ${others} other undone commits`} again`,
        ]),
    "Add the check that would have stopped this before the deployment",
    "Review this record with somebody who took no part",
  ];
}
