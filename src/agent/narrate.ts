import { percent } from "../kernel/percent.ts";
import { shortSha } from "../kernel/sha.ts";
import type { Looked } from "./looked.ts";
import type { Seen } from "./react/converse.ts";
import type { Reply } from "./react/transcript.ts";
import { tameLine } from "./tame.ts";

/** How the lines begin by which a watcher, such as the drill's terminal, follows the agent. One line each. */
export const AGENT_LINES = {
  suspect: "agent suspects: ",
  thought: "agent thinks: ",
  call: "agent calls: ",
  answer: "agent sees: ",
  concludes: "agent concludes: ",
} as const;

/** What happened in the conversation, as lines for whoever watches. */
export function narrate(event: Seen): readonly string[] {
  switch (event.kind) {
    case "replied":
      return narrateReply(event.reply);
    case "concluded": {
      const { verdict, option, summary } = event.conclusion;
      return [`${AGENT_LINES.concludes}${verdict}, ${option}: ${tameLine(summary, 600)}`];
    }
    case "turned-down":
      return [`${AGENT_LINES.concludes}(not by the schema or the options; turned down)`];
    case "called": {
      const { call } = event;
      const args = call.ok ? JSON.stringify(call.args) : `refused: ${call.problem}`;
      return [`${AGENT_LINES.call}${tameLine(call.tool, 100)} ${tameLine(args, 200)}`];
    }
    case "answered": {
      const { id, tool, ok, text } = event.result;
      const what = ok ? `${tool}, ${text.length} characters` : `nothing: ${tameLine(text, 160)}`;
      return [`${AGENT_LINES.answer}${id} ${what}`];
    }
  }
}

function narrateReply(reply: Reply): readonly string[] {
  if (reply.kind === "failed")
    return [`${AGENT_LINES.thought}(no reply: ${reply.why}: ${tameLine(reply.detail, 200)})`];
  const thought = tameLine(reply.thought, 400);
  return thought === "" ? [] : [AGENT_LINES.thought + thought];
}

/** The first five of the ranking and the probability of none. */
export function suspectLines({ ranking, range }: Looked): readonly string[] {
  const subjects = new Map(range.commits.map(({ sha, subject }) => [sha, subject]));
  const rows = ranking.ranked.slice(0, 5).map(({ sha, score, reasons }, index) => {
    const why = reasons.length === 0 ? "" : ` (${tameLine(reasons.slice(0, 2).join("; "), 160)})`;
    const subject = tameLine(subjects.get(sha) ?? "", 100);
    return `${AGENT_LINES.suspect}${index + 1}. ${shortSha(sha)} ${percent(score)} ${subject}${why}`;
  });
  const last = ranking.speaks ? "the first is sure enough to be named" : "none is sure enough to be named";
  return [...rows, `${AGENT_LINES.suspect}none of these ${percent(ranking.none)}; ${last}`];
}
