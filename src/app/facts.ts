import type { SlackPost } from "../adapters/slack.ts";
import { encodeBlock } from "../audit/block.ts";
import { headWords } from "../audit/bundle.ts";
import type { Memory } from "../incident/memory.ts";
import { PAGE_MISSED, SLACK_MISSED } from "../incident/missed.ts";
import { headOf } from "../incident/record.ts";
import type { Report } from "../incident/report.ts";
import type { Run, World } from "../incident/world.ts";
import { digestOf } from "../kernel/digest.ts";
import type { IncidentFacts } from "../notice/facts.ts";
import { issuePage } from "../notice/issue-page.ts";
import { type SlackMessage, slackMessage, slackThreadUpdate } from "../notice/slack-message.ts";
import { encodeMarker } from "./marker.ts";

/** Turns what was seen into what the pages are built from. It must never add a word of its own. */
export function factsOf(world: World, memory: Memory): IncidentFacts {
  const { repo, incident } = world;
  const reports = (incident?.reports ?? []).filter((report) => report.incident === memory.incident);
  return {
    repo: { owner: repo.owner, name: repo.name, url: repo.url },
    memory,
    hold: holdOf(world, memory),
    signal: memory.signal ?? { says: memory.source, url: null },
    run: incident?.run ? runOf(incident.run) : null,
    analysis: newest(reports, "analyse"),
    response: newest(reports, "respond"),
    ...recordOf(memory),
  };
}

/** Every reader's copy of the record's head is one more that a forger cannot reach. */
function recordOf({ record = [] }: Memory): Pick<IncidentFacts, "record"> {
  const head = headOf(record);
  return head === null ? {} : { record: { block: encodeBlock(record), head: headWords(head) } };
}

/** The issue's whole body; the marker is for our own next look. */
export function pageOf(world: World, memory: Memory): string {
  const { repoId, branch, badHead } = memory;
  return `${issuePage(factsOf(world, memory))}\n${encodeMarker({ repoId, branch, badHead })}\n`;
}

export type SlackVoice = {
  readonly post: SlackPost;
  /** Whether clicks in Slack can reach us. */
  readonly hasButtons: boolean;
};

export type SlackWords = {
  readonly message: SlackMessage;
  readonly digest: string;
  /** Null when the thread says it already. */
  readonly thread: SlackMessage | null;
  readonly threadDigest: string | null;
};

export function slackOf(world: World, memory: Memory, hasButtons: boolean): SlackWords {
  const facts = factsOf(world, memory);
  const message = slackMessage(facts, hasButtons);
  const thread = slackThreadUpdate(facts);
  const threadDigest = thread && digestOf(thread);
  const isNew = threadDigest !== null && threadDigest !== memory.slackThread;
  return { message, digest: digestOf(message), thread: isNew ? thread : null, threadDigest };
}

/** The same for whoever tells the same of this incident; a later attempt of the responder may end in the same words. */
export function slackKeys({ repo }: World, { incident, policy, run }: Memory, thread: string | null) {
  const message = `${repo.url} ${incident} ${policy.slack?.channel}`;
  return { message, thread: `${message} ${run?.id}/${run?.attempt} ${thread}` };
}

/** Marks what people read and what is no longer true of it. */
export function withNotices(world: World, slack: Pick<SlackVoice, "hasButtons"> | null): World {
  const memory = world.incident?.stored?.memory;
  const issue = world.incident?.issue;
  if (!memory) return world;
  // Closed last of all, when everything had been said; of what is over the responder is not read again.
  if (memory.state === "closed" && issue?.state === "closed")
    return { ...world, notices: { pageStale: false, slackStale: false } };
  const isMissed = (what: string) => world.missed.includes(what);
  const pageStale =
    !isMissed(PAGE_MISSED) &&
    issue !== null &&
    issue !== undefined &&
    plain(pageOf(world, memory)) !== plain(issue.body);
  const wantsSlack = !isMissed(SLACK_MISSED) && memory.policy.slack !== undefined;
  const slackStale = slack !== null && wantsSlack && isStale(slackOf(world, memory, slack.hasButtons), memory);
  return { ...world, notices: { pageStale, slackStale } };
}

function isStale({ digest, thread }: SlackWords, memory: Memory): boolean {
  return digest !== memory.slackDigest || thread !== null;
}

function plain(text: string): string {
  return text.replaceAll("\r\n", "\n").trim();
}

function holdOf(world: World, memory: Memory): IncidentFacts["hold"] {
  const { released } = memory;
  if (released !== null) return { kind: "released", at: released.at, by: released.by, why: released.reason };
  const [hold] = world.holds;
  if (hold === undefined) return { kind: "not-held", why: memory.hold?.why || "There is no ruleset of ours." };
  if (hold.intact === false) return { kind: "changed", rulesetId: hold.id };
  return { kind: "held", rulesetId: hold.id, bypass: memory.policy.people.map(({ github }) => github) };
}

function runOf({ url, attempt, status, conclusion }: Run): IncidentFacts["run"] {
  return { url, attempt, status: conclusion ?? status, isOver: status === "completed" };
}

function newest<P extends Report["phase"]>(reports: readonly Report[], phase: P): Extract<Report, { phase: P }> | null {
  const found = reports.findLast((report): report is Extract<Report, { phase: P }> => report.phase === phase);
  return found ?? null;
}
