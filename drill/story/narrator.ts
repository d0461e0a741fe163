import { styleText } from "node:util";
import { ASK, DISPATCH, HOLD, INCIDENT, matches, RELEASE, REVERT, type TimedEntry, type Wanted } from "./timeline.ts";

/** Prints the line as it happens: one heading per phase, below it what the jobs and the agent say. */
export type Narrator = {
  phase(name: string, text: string): void;
  /** A line of a job's log. */
  job(job: string, text: string): void;
  note(text: string): void;
  /** A request that a phase begins with prints its heading. */
  request(entry: TimedEntry): void;
};

type Style = Parameters<typeof styleText>[0];

export function createNarrator(
  write: (line: string) => void,
  options: { readonly color: boolean; now(): number },
): Narrator {
  const paint = (style: Style, text: string) =>
    options.color ? styleText(style, text, { validateStream: false }) : text;
  const seen = new Set<string>();
  const phase = (name: string, text: string) => {
    const seconds = (options.now() / 1000).toFixed(2).padStart(6);
    write(`${paint("dim", seconds)}  ${paint(["bold", COLOR[name] ?? "cyan"], name.padEnd(9))} ${text}`);
  };
  return {
    phase,
    note: (text) => write(`                  ${paint("yellow", text)}`),
    job: (job, text) => {
      const line = readable(text);
      if (line !== null) write(`                  ${paint("dim", `${job} │`)} ${line}`);
    },
    request: (entry) => {
      for (const milestone of MILESTONES) {
        if (seen.has(milestone.name) || !matches(entry, milestone.wanted)) continue;
        seen.add(milestone.name);
        phase(milestone.name, milestone.text);
      }
    },
  };
}

/** Requests that open a phase. The text says what GitHub or Auth0 has just accepted. */
const MILESTONES: readonly { readonly name: string; readonly wanted: Wanted; readonly text: string }[] = [
  { name: "HOLD", wanted: HOLD, text: "a ruleset stands on the branch: nobody but the policy's approvers can push" },
  { name: "INCIDENT", wanted: INCIDENT, text: "the incident issue is open" },
  { name: "DISPATCH", wanted: DISPATCH, text: "the responder starts at the protected branch `sentinel`" },
  { name: "ASK", wanted: ASK, text: "Auth0 pushes the exact plan to the approver's phone" },
  {
    name: "REVERT",
    wanted: REVERT,
    text: "the approved commit is on the branch, written with the approver's own token",
  },
  { name: "RELEASE", wanted: RELEASE, text: "the new head deployed green: exactly our ruleset is gone" },
];

const COLOR: Readonly<Record<string, "red" | "green" | "yellow" | "magenta">> = {
  SIGNAL: "red",
  HOLD: "yellow",
  ASK: "magenta",
  REVERT: "green",
  RELEASE: "green",
};

/** A log line without the runner's timestamp; null for commands and noise that say nothing to a reader. */
function readable(text: string): string | null {
  const line = text.replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z /, "").trimEnd();
  if (line === "" || line.startsWith("::") || line.startsWith("##[endgroup]") || line.startsWith("##[notice]"))
    return null;
  return line.replace(/^##\[group\]/, "▸ ").replace(/^##\[(error|warning)\]/, "$1: ");
}
