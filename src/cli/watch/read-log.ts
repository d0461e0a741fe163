import { AGENT_LINES } from "../../agent/narrate.ts";
import type { WatchEvent } from "./watched.ts";

/** Reads one job's log, line by line, as events. It drops timestamps, the runner's own preamble and what is for programs. */
export type LogReader = (line: string, at: number) => readonly WatchEvent[];

export function createLogReader(job: string): LogReader {
  let inPreamble = false;
  let inPlan = false;
  return (raw, at) => {
    const line = raw.replace(TIMESTAMP, "").trimEnd();
    if (PREAMBLE.test(line)) inPreamble = true;
    if (line === "##[endgroup]") {
      inPreamble = false;
      return [];
    }
    if (inPreamble || line === "" || PROGRAMS_ONLY.test(line)) return [];
    const agent = readAgent(line, at);
    if (agent !== null) return [agent];
    const plan = PLAN.exec(line);
    if (plan) {
      inPlan = true;
      return [
        { kind: "reached", phase: "plan", text: line, at },
        { kind: "plan-line", text: line, at },
      ];
    }
    inPlan &&= line.startsWith("  ");
    if (inPlan) return [{ kind: "plan-line", text: line, at }];
    if (ANALYSIS.test(line)) return [{ kind: "reached", phase: "analysis", text: line, at }];
    if (line.startsWith(VAULT)) return [{ kind: "reached", phase: "redeem", text: line, at }];
    const text = line.replace(/^##\[group\]/, "▸ ").replace(/^##\[(error|warning)\]/, "$1: ");
    return [{ kind: "said", by: job, text, at }];
  };
}

const TIMESTAMP = /^\d{4}-\d\d-\d\dT[\d:.]+Z /;
const PREAMBLE = /^##\[group\](Run |GITHUB_TOKEN Permissions)/;
const PROGRAMS_ONLY =
  /^(::|\{"|##\[(endgroup|debug|notice)\]|Current runner version|Prepare all required actions|Complete job name|Cleaning up orphan)/;
const PLAN = /^Plan [A-Z2-7]{4}-[A-Z2-7]{4}: /;
const ANALYSIS = /^Analysis \((offline|gemini)\): /;
const VAULT = "Token Vault released";

const AGENT = [
  ["thinks", AGENT_LINES.thought],
  ["calls", AGENT_LINES.call],
  ["sees", AGENT_LINES.answer],
  ["concludes", AGENT_LINES.concludes],
] as const;

function readAgent(line: string, at: number): WatchEvent | null {
  if (line.startsWith(AGENT_LINES.suspect)) {
    const text = line.slice(AGENT_LINES.suspect.length);
    const rank = Number(/^(\d+)\. /.exec(text)?.[1] ?? LAST);
    return { kind: "suspect", rank, text, at };
  }
  const found = AGENT.find(([, prefix]) => line.startsWith(prefix));
  return found ? { kind: "agent", what: found[0], text: line.slice(found[1].length), at } : null;
}

/** The line about "none of these" stands after the ranked ones. */
const LAST = 6;
