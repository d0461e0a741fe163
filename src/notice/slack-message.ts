import { sourceWords } from "../incident/source-words.ts";
import { percent } from "../kernel/percent.ts";
import { ANSWERS, allAsks } from "./asks.ts";
import type { IncidentFacts } from "./facts.ts";
import { headline } from "./headline.ts";
import { moveWords } from "./moves.ts";
import { plainText, slackText } from "./safe-text.ts";
import { buttonElements } from "./slack-buttons.ts";
import type { Stage } from "./stage.ts";
import { count, utc } from "./words.ts";

export type SlackMessage = { readonly text: string; readonly blocks: readonly unknown[] };

/**
 * The one Slack message of an incident, edited in place. Everything is `verbatim`, so that Slack makes nothing of hostile text;
 * its buttons start, show and deny, because the phone decides and no click in Slack may. `hasButtons`: clicks can reach us.
 */
export function slackMessage(facts: IncidentFacts, hasButtons = false): SlackMessage {
  const { what, next, stage } = headline(facts);
  return {
    text: fallback(facts),
    blocks: [
      { type: "header", text: { type: "plain_text", text: plainText(title(facts), 150), emoji: false } },
      markdown(`${MARKS[stage]} *${slackText(what, 300)}* ${slackText(next, 600)}`),
      { type: "section", fields: fields(facts) },
      ...suspect(facts),
      { type: "actions", elements: links(facts) },
      ...(hasButtons ? buttons(facts) : []),
      { type: "context", elements: context(facts) },
    ],
  };
}

/**
 * A reply in the message's thread, for what an edit would hide: it calls the on-call group when a person is needed, since an
 * edited message notifies nobody. Null when this stage is nothing to call about.
 */
export function slackThreadUpdate(facts: IncidentFacts): SlackMessage | null {
  const { stage, what, next } = headline(facts);
  if (stage === "open" || stage === "analysed") return null;
  const isUnsure = facts.hold.kind === "not-held" || facts.hold.kind === "changed";
  const call = NEEDS_A_PERSON.has(stage) || isUnsure ? `${onCall(facts)} ` : "";
  const words = `${call}*${slackText(what, 300)}* ${slackText(next, 600)}`.trim();
  return { text: words, blocks: [markdown(words)] };
}

const HELD = { "not-held": "nothing", changed: "maybe not all: the hold was changed", released: "nothing" } as const;

const NEEDS_A_PERSON: ReadonlySet<Stage> = new Set<Stage>(["denied", "expired", "stuck", "failed"]);

/** The head of the record stands here too, where whoever edits GitHub cannot reach it. */
function context({ memory, record }: IncidentFacts): readonly unknown[] {
  const since = text(`Sentinel · written from GitHub's own state · opened ${utc(memory.openedAt)}`);
  return record === undefined ? [since] : [since, text(record.head)];
}

function fallback(facts: IncidentFacts): string {
  return `${place(facts)} · ${slackText(`${sourceWords(facts.memory.source)} failed: ${headline(facts).what}`, 300)}`;
}

function title(facts: IncidentFacts): string {
  return `${place(facts)} · ${sourceWords(facts.memory.source)} failed`;
}

/** Of characters that mean nothing to Slack. */
function place({ memory, repo }: IncidentFacts): string {
  return `${repo.owner}/${repo.name} #${memory.incident} · ${memory.severity}`;
}

function fields(facts: IncidentFacts): readonly unknown[] {
  const { memory, hold, response } = facts;
  const plan = response?.plan;
  const ask = allAsks(facts).at(-1);
  const past = moveWords(memory);
  const held = hold.kind === "held" ? slackText(memory.branch, 100) : HELD[hold.kind];
  const pairs: readonly (readonly [string, string | null])[] = [
    ["Held", held],
    ["Past the hold", past && slackText(past, 300)],
    ["Bad head", memory.badHead.slice(0, 12)],
    ["Plan", plan ? `${slackText(plan.code, 9)}, undoes ${count(plan.undoes.length, "commit")}` : null],
    ["Asked", ask ? `${slackText(ask.approver, 60)}: ${ANSWERS[ask.answer] ?? "no answer known"}` : null],
    ["Signal", slackText(facts.signal.says, 200)],
  ];
  return pairs.flatMap(([name, words]) => (words === null ? [] : [text(`*${name}*\n${words}`)]));
}

function suspect({ analysis }: IncidentFacts): readonly unknown[] {
  const [first] = analysis?.diagnosis.suspects ?? [];
  if (first === undefined) return [];
  const words = `${first.sha.slice(0, 12)} ${slackText(first.subject, 120)} by ${slackText(first.author, 60)}`;
  return [markdown(`*Likeliest* (${percent(first.score)}): ${words}`)];
}

function links({ repo, memory, run }: IncidentFacts): readonly unknown[] {
  const incident = link("Open incident", `${repo.url}/issues/${memory.incident}`, "sentinel_open_incident");
  return run === null ? [incident] : [incident, link("Open run", run.url, "sentinel_open_run")];
}

function buttons(facts: IncidentFacts): readonly unknown[] {
  const elements = buttonElements(facts);
  return elements.length === 0 ? [] : [{ type: "actions", elements }];
}

function link(label: string, url: string, id: string): unknown {
  return { type: "button", action_id: id, url, text: { type: "plain_text", text: label, emoji: false } };
}

function onCall({ memory }: IncidentFacts): string {
  const id = memory.policy.slack?.onCall ?? "";
  if (/^S[A-Z0-9]{5,}$/.test(id)) return `<!subteam^${id}>`;
  return /^[UW][A-Z0-9]{5,}$/.test(id) ? `<@${id}>` : "A person is needed:";
}

function markdown(words: string): unknown {
  return { type: "section", text: text(words) };
}

function text(words: string): unknown {
  return { type: "mrkdwn", text: words, verbatim: true };
}

const MARKS: Readonly<Record<Stage, string>> = {
  open: ":red_circle:",
  analysed: ":red_circle:",
  "rolled-back": ":large_blue_circle:",
  denied: ":large_yellow_circle:",
  expired: ":large_yellow_circle:",
  stuck: ":large_yellow_circle:",
  failed: ":red_circle:",
  released: ":white_circle:",
  closed: ":large_green_circle:",
};
