import { styleText } from "node:util";
import { DISPATCH, HOLD, INCIDENT, matches, RELEASE, REVERT, type TimedEntry, type Wanted } from "./timeline.ts";

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
  const readers = new Map<string, JobReader>();
  const phase = (name: string, text: string) => {
    const seconds = (options.now() / 1000).toFixed(2).padStart(6);
    write(`${paint("dim", seconds)}  ${paint(["bold", COLOR[name] ?? "cyan"], name.padEnd(9))} ${text}`);
  };
  const reach = (milestone: Milestone) => {
    if (seen.has(milestone.name)) return;
    seen.add(milestone.name);
    phase(milestone.name, milestone.text);
  };
  return {
    phase,
    note: (text) => write(`${INDENT}${paint("yellow", text)}`),
    job: (job, text) => {
      // A job may speak before the answer to its dispatch is journalled.
      reach(STARTED);
      const reader = readers.get(job) ?? createJobReader();
      readers.set(job, reader);
      const line = reader(text);
      if (line !== null) write(`${INDENT}${paint("dim", `${job} │`)} ${line}`);
    },
    request: (entry) => {
      for (const milestone of MILESTONES) if (matches(entry, milestone.wanted)) reach(milestone);
    },
  };
}

type Milestone = { readonly name: string; readonly wanted: Wanted; readonly text: string };

const STARTED: Milestone = {
  name: "DISPATCH",
  wanted: DISPATCH,
  text: "the responder starts at the protected branch `sentinel`",
};

/** Requests that open a phase. The text says what GitHub has just accepted. */
const MILESTONES: readonly Milestone[] = [
  { name: "HOLD", wanted: HOLD, text: "a ruleset stands on the branch: nobody but the policy's approvers can push" },
  { name: "INCIDENT", wanted: INCIDENT, text: "the incident issue is open" },
  STARTED,
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

const INDENT = " ".repeat(18);

type JobReader = (text: string) => string | null;

/** Keeps what the Action says; drops timestamps, the runner's own preamble and the lines that are meant for programs. */
function createJobReader(): JobReader {
  let inPreamble = false;
  return (text) => {
    const line = text.replace(/^\d{4}-\d\d-\d\dT[\d:.]+Z /, "").trimEnd();
    if (/^##\[group\](Run |GITHUB_TOKEN Permissions)/.test(line)) inPreamble = true;
    if (line === "##[endgroup]") {
      inPreamble = false;
      return null;
    }
    if (inPreamble || line === "" || PROGRAMS_ONLY.test(line)) return null;
    return line.replace(/^##\[group\]/, "▸ ").replace(/^##\[(error|warning)\]/, "$1: ");
  };
}

const PROGRAMS_ONLY =
  /^(::|\{"|##\[(endgroup|debug|notice)\]|Current runner version|Prepare all required actions|Complete job name|Cleaning up orphan)/;
