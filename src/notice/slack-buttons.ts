import { shortSha } from "../kernel/sha.ts";
import type { IncidentFacts } from "./facts.ts";
import { kindWords } from "./plan-section.ts";
import { slackText } from "./safe-text.ts";
import { stageOf } from "./stage.ts";
import { count } from "./words.ts";

/**
 * The buttons of the one Slack message, each only while it can do something. Slack starts and denies, the phone decides: none
 * of them may ever approve.
 */
export const SLACK_BUTTONS = {
  sentinel_show_plan: "Show plan",
  sentinel_ask_now: "Ask the approver now",
  sentinel_deny: "Deny",
  sentinel_release: "Release",
} as const;
export type SlackButton = keyof typeof SLACK_BUTTONS;

/** What can still be done from Slack; nothing after an end, and nothing after a "no". */
export function liveButtons(facts: IncidentFacts): readonly SlackButton[] {
  if (OVER.has(stageOf(facts))) return [];
  const { run, analysis, response, hold } = facts;
  return [
    ...(analysis || response ? (["sentinel_show_plan"] as const) : []),
    ...(run && ENDED_WITHOUT.has(run.status) ? (["sentinel_ask_now"] as const) : []),
    "sentinel_deny",
    ...(hold.kind === "held" || hold.kind === "changed" ? (["sentinel_release"] as const) : []),
  ];
}

const OVER: ReadonlySet<string> = new Set(["closed", "released", "rolled-back", "denied"]);
const ENDED_WITHOUT: ReadonlySet<string> = new Set(["failure", "cancelled", "timed_out", "startup_failure", "stale"]);

/** The elements of the message's row of buttons. */
export function buttonElements(facts: IncidentFacts): readonly unknown[] {
  const { repoId, incident } = facts.memory;
  return liveButtons(facts).map((id) => ({
    type: "button",
    action_id: id,
    value: buttonValue({ repoId, incident }),
    text: plain(SLACK_BUTTONS[id]),
    ...(id === "sentinel_release" ? { style: "danger", confirm: CONFIRM_RELEASE } : {}),
  }));
}

const CONFIRM_RELEASE = {
  title: plain("Release the branch?"),
  text: plain("The hold ends and the incident closes. Nothing is rolled back."),
  confirm: plain("Release"),
  deny: plain("Keep it held"),
};

/** Where a button says it belongs: a hint, compared with the memory before anything is done. */
export type ButtonValue = { readonly repoId: number; readonly incident: number };

function buttonValue({ repoId, incident }: ButtonValue): string {
  return `${repoId}#${incident}`;
}

export function parseButtonValue(value: string): ButtonValue | null {
  const match = /^([1-9]\d{0,14})#([1-9]\d{0,9})$/.exec(value);
  return match ? { repoId: Number(match[1]), incident: Number(match[2]) } : null;
}

/** The plan as Slack's mrkdwn; before the responder has ended, only where it is to be read. */
export function planAnswer(facts: IncidentFacts): string {
  const { response, analysis, repo, memory } = facts;
  const plan = response?.plan ?? null;
  const where = `<${repo.url}/issues/${memory.incident}|incident #${memory.incident}>`;
  if (plan === null) {
    if (response !== null || facts.run?.isOver) return `No plan was reported. How it ended stands in ${where}.`;
    const verdict = analysis ? `The analysis says: ${slackText(analysis.diagnosis.verdict, 40)}. ` : "";
    return `${verdict}The plan with its code stands in ${where} once the responder has made it.`;
  }
  const shown = plan.undoes.slice(0, UNDOES_SHOWN).map(shortSha).join(", ");
  const left = plan.undoes.length - UNDOES_SHOWN;
  return [
    `*Plan ${slackText(plan.code, 9)}*: ${kindWords(plan, shortSha)}`,
    `Undoes ${count(plan.undoes.length, "commit")}: ${shown}${left > 0 ? ` and ${left} more` : ""}`,
    ...(plan.risks.length === 0 ? ["Risks: none found"] : []),
    ...plan.risks.slice(0, RISKS_SHOWN).map((risk) => `Risk: ${slackText(risk, 200)}`),
    `Only a yes on the approver's phone runs it. More: ${where}`,
  ].join("\n");
}

const UNDOES_SHOWN = 12;
const RISKS_SHOWN = 6;

function plain(text: string) {
  return { type: "plain_text", text, emoji: false };
}
